import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { assignRanges } from './range-assignor.ts'

describe('assignRanges', () => {
  it('divides as Kafka does: the first members get one more', () => {
    const members = ['c', 'a', 'b'].map((memberId) => ({ memberId, topics: ['t'] }))
    const assignment = assignRanges(members, () => 7)
    const numbers = ['a', 'b', 'c'].map((id) => assignment.get(id)?.map(({ partition }) => partition))
    assert.deepEqual(numbers, [
      [0, 1, 2],
      [3, 4],
      [5, 6],
    ])
  })

  it('gives every partition to exactly one subscribed member', () => {
    const topics = fc.uniqueArray(fc.constantFrom<string>('x', 'y', 'z'), { maxLength: 3 })
    fc.assert(
      fc.property(fc.array(topics, { minLength: 1, maxLength: 6 }), fc.nat(9), (subscriptions, count) => {
        const members = subscriptions.map((topics, index) => ({ memberId: `m${index}`, topics }))
        const assignment = assignRanges(members, () => count)
        const given = [...assignment].flatMap(([memberId, partitions]) =>
          partitions.map((each) => ({ memberId, ...each })),
        )
        for (const { memberId, topic } of given) {
          assert.ok(members.find((member) => member.memberId === memberId)?.topics.includes(topic))
        }
        const distinct = new Set(given.map(({ topic, partition }) => `${topic} ${partition}`))
        const subscribed = new Set(subscriptions.flat())
        assert.equal(distinct.size, given.length)
        assert.equal(distinct.size, subscribed.size * count)
      }),
    )
  })
})
