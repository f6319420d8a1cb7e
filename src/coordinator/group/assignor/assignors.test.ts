import assert from 'node:assert/strict'
import test from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { vectorLines } from '../../../../test/vectors/record-batches.ts'
import type { Assignment, Assignor, GroupSpec } from './assignor.ts'
import { copiedBuckets, inHashOrder } from './hash-order.ts'
import { rangeAssignor } from './range-assignor.ts'
import { uniformAssignor } from './uniform-assignor.ts'

type ByTopic = Readonly<Record<string, readonly number[]>>

interface Vector {
  readonly assignor: string
  readonly group: number
  readonly subscriptionType: string
  readonly topics: Readonly<Record<string, number>>
  readonly topicIds: Readonly<Record<string, string>>
  readonly members: readonly {
    readonly id: string
    readonly topics: readonly string[]
    readonly owned: ByTopic
    readonly instanceId: string | null
  }[]
  readonly assignment: Readonly<Record<string, ByTopic>>
}

const assignors: Readonly<Record<string, Assignor>> = { range: rangeAssignor, uniform: uniformAssignor }

test('assignments equal those of Kafka', () => {
  const vectors = vectorLines('assignors').map((line) => JSON.parse(line) as Vector)
  assert.ok(vectors.length >= 360)
  const maps = new HashMaps()
  for (const [index, vector] of vectors.entries()) {
    const assignor = assignors[vector.assignor]
    assert.ok(assignor !== undefined, vector.assignor)
    const actual = assignor.assign(groupOf(vector, maps))
    assert.deepEqual(named(actual, vector), vector.assignment, `vector ${index} of ${vector.assignor}`)
    maps.assigned(vector)
  }
})

test('a member without topics gets nothing, and no member no assignment', () => {
  for (const assignor of Object.values(assignors)) {
    const nobody = assignor.assign({ members: [], homogeneous: true, partitionCount: () => 1 })
    assert.equal(nobody.size, 0)
  }
})

function groupOf(vector: Vector, maps: HashMaps): GroupSpec {
  const id = (topic: string): string => vector.topicIds[topic] ?? topic
  return {
    homogeneous: vector.subscriptionType === 'HOMOGENEOUS',
    partitionCount: (topicId) => {
      const name = Object.keys(vector.topicIds).find((topic) => vector.topicIds[topic] === topicId)
      return vector.topics[name ?? ''] ?? 0
    },
    members: vector.members.map((member) => ({
      memberId: member.id,
      instanceId: member.instanceId,
      topicIds: new Set(member.topics.map(id)),
      assignment: maps.ordered(
        vector,
        member.id,
        new Map(Object.entries(member.owned).map(([topic, owned]) => [id(topic), owned])),
      ),
    })),
  }
}

/**
 * The hash maps that hold the vectors' assignments, by group and member: the order of the topics depends on their history.
 * A map is used again when nothing changes, else copied, and then what is gone is removed and what is new is added.
 */
class HashMaps {
  readonly #known = new Map<string, readonly string[]>()

  ordered(vector: Vector, memberId: string, owned: Assignment): Assignment {
    const order = this.#known.get(keyOf(vector, memberId)) ?? []
    return new Map(order.map((topicId) => [topicId, owned.get(topicId) ?? []]))
  }

  assigned(vector: Vector): void {
    for (const { id, owned } of vector.members) {
      const next = vector.assignment[id] ?? {}
      if (isDeepStrictEqual(owned, next)) continue
      const key = keyOf(vector, id)
      const map = new HashMap(this.#known.get(key) ?? [])
      for (const topic of Object.keys(owned)) if (!(topic in next)) map.remove(vector.topicIds[topic] ?? '')
      const added = Object.keys(next).filter((topic) => !(topic in owned))
      for (const topicId of inHashOrder(
        added.map((topic) => vector.topicIds[topic] ?? ''),
        copiedBuckets,
      ))
        map.computeIfAbsent(topicId)
      this.#known.set(key, map.order)
    }
  }
}

/** The order of a Java HashMap that was made as a copy, to size. */
class HashMap {
  readonly #keys: string[]
  #buckets: number
  #empty: boolean

  constructor(copied: readonly string[]) {
    this.#buckets = 2 ** Math.ceil(Math.log2(Math.max(copied.length, 1)))
    this.#keys = [...copied]
    if (copied.length > 0 && this.#full) this.#buckets *= 2
    this.#empty = copied.length === 0
  }

  get #full(): boolean {
    return this.#keys.length > Math.trunc(this.#buckets * 0.75)
  }

  /** It makes room before, not after, and puts the key at the head of its bucket. */
  computeIfAbsent(key: string): void {
    if (!this.#empty && this.#full) this.#buckets *= 2
    this.#empty = false
    this.#keys.unshift(key)
  }

  remove(key: string): void {
    this.#keys.splice(this.#keys.indexOf(key), 1)
  }

  get order(): string[] {
    return inHashOrder(this.#keys, () => this.#buckets)
  }
}

function keyOf({ assignor, group }: Vector, memberId: string): string {
  return `${assignor} ${group} ${memberId}`
}

function named(assignment: ReadonlyMap<string, Assignment>, { topicIds }: Vector): Record<string, ByTopic> {
  const names = new Map(Object.entries(topicIds).map(([name, id]) => [id, name]))
  return Object.fromEntries(
    [...assignment].map(([memberId, byTopic]) => [
      memberId,
      Object.fromEntries([...byTopic].map(([topicId, partitions]) => [names.get(topicId), partitions])),
    ]),
  )
}
