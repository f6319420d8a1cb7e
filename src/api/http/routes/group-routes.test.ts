import assert from 'node:assert/strict'
import { after, before, describe, it, mock } from 'node:test'
import { openTestHttp, type AnswerOf, type TestHttp } from '../../../../test/support/test-http.ts'
import { errorCode } from '../../../protocol/errors.ts'
import { ZERO_UUID } from '../../../protocol/schema.ts'
import type { groupDetail, groupList } from '../schemas/group-schemas.ts'

type Groups = AnswerOf<typeof groupList>
type Group = AnswerOf<typeof groupDetail>

describe('groups over HTTP', () => {
  let http: TestHttp
  before(async () => {
    http = await openTestHttp()
    await http.broker.topicAdmin.ensureOffsetsTopic()
    await http.send('POST', '/api/v1/topics', { name: 'orders', partitions: 2 })
    const records = Array.from({ length: 5 }, (_, value) => ({ value, partition: 1 }))
    await http.send('POST', '/api/v1/topics/orders/records', { records })
    await commit('billing', 1, 2)
    await commit('a/b ü', 0, 0)
  })
  after(() => http[Symbol.asyncDispose]())

  async function commit(groupId: string, partition: number, committedOffset: number): Promise<void> {
    const committed = {
      partitionIndex: partition,
      committedOffset,
      committedLeaderEpoch: -1,
      committedMetadata: 'note',
    }
    const topics = [{ name: 'orders', topicId: ZERO_UUID, partitions: [committed] }]
    const request = {
      groupId,
      generationIdOrMemberEpoch: -1,
      memberId: '',
      groupInstanceId: null,
      retentionTimeMs: -1,
      topics,
    }
    for (;;) {
      const { groups } = http.broker
      const answer = await groups.commitOffsets(request, {
        apiVersion: 9,
        clientId: 'test',
        clientHost: '127.0.0.1',
      })
      const code = answer.topics[0]?.partitions[0]?.errorCode
      if (code === 0) return
      assert.equal(code, errorCode('COORDINATOR_LOAD_IN_PROGRESS'))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  it('lists groups with their lag, page by page', async () => {
    const all = await http.get<Groups>('/api/v1/groups')
    assert.ok(all.groups.every(({ lagSeconds }) => (lagSeconds ?? -1) >= 0))
    assert.deepEqual(
      all.groups.map(({ lagSeconds: _seconds, ...group }) => group),
      [
        { groupId: 'a/b ü', kind: 'classic', state: 'Empty', protocolType: '', memberCount: 0, lag: 0 },
        { groupId: 'billing', kind: 'classic', state: 'Empty', protocolType: '', memberCount: 0, lag: 3 },
      ],
    )
    const page = await http.get<Groups>('/api/v1/groups?limit=1')
    assert.equal(page.nextAfter, 'a/b ü')
    const rest = await http.get<Groups>(`/api/v1/groups?limit=1&after=${encodeURIComponent(page.nextAfter)}`)
    assert.deepEqual(
      rest.groups.map(({ groupId }) => groupId),
      ['billing'],
    )
  })

  it('describes a group with its offsets', async () => {
    const group = await http.get<Group>('/api/v1/groups/billing')
    assert.ok((group.offsets[0]?.lagSeconds ?? -1) >= 0)
    assert.deepEqual(
      group.offsets.map(({ lagSeconds: _seconds, ...offset }) => offset),
      [{ topic: 'orders', partition: 1, committedOffset: 2, highWatermark: 5, lag: 3, metadata: 'note' }],
    )
    assert.deepEqual(group.members, [])
    assert.equal((await http.get<Group>(`/api/v1/groups/${encodeURIComponent('a/b ü')}`)).groupId, 'a/b ü')
  })

  it('says that groups are being loaded rather than that there are none', async () => {
    const loading = { throttleTimeMs: 0, errorCode: errorCode('COORDINATOR_LOAD_IN_PROGRESS'), groups: [] }
    const listing = mock.method(http.broker.groups, 'listGroups', async () => loading)
    const problem = await http.problem(503, '/api/v1/groups/billing')
    assert.equal(problem.code, 'COORDINATOR_LOAD_IN_PROGRESS')
    assert.equal(problem.retriable, true)
    listing.mock.restore()
    assert.equal((await http.get<Group>('/api/v1/groups/billing')).lag, 3)
  })

  it('suggests a group for an id that none has', async () => {
    const problem = await http.problem(404, '/api/v1/groups/biling')
    assert.equal(problem.code, 'GROUP_ID_NOT_FOUND')
    assert.match(problem.detail, /did you mean "billing"/)
  })
})
