import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { applyDelta } from './delta.ts'
import { EMPTY_IMAGE, type MetadataImage } from './image.ts'
import { brokerConfigKey, brokerKey, partitionKey, PRODUCER_ID_KEY, topicKey, topicNameKey } from './keys.ts'
import type { MetaEvent } from './meta-store.ts'
import { encodeBroker, encodePartition, encodeTopic } from './values.ts'

const endpoint = { listener: 'PLAINTEXT', host: 'localhost', port: 9092, securityProtocol: 'PLAINTEXT' }

function put(key: string, value: string, modRevision: number): MetaEvent {
  return { kind: 'put', key, value, modRevision }
}
function broker(brokerId: number, registrations: number, revision: number): MetaEvent {
  return put(
    brokerKey(brokerId),
    encodeBroker({ incarnation: 'x', registrations, endpoints: [endpoint], rack: null }),
    revision,
  )
}
function topic(
  topicId: string,
  name: string,
  partitions: number,
  revision: number,
  configs = {},
): MetaEvent[] {
  const value = encodeTopic({ name, partitions, configs: new Map(Object.entries(configs)), internal: false })
  return [
    put(topicKey(topicId), value, revision),
    put(topicNameKey(name), `{"topicId":"${topicId}"}`, revision),
  ]
}
function partition(
  topicId: string,
  index: number,
  leader: number,
  leaderEpoch: number,
  leaderRegistrations: number,
  revision: number,
): MetaEvent {
  const replicas = leader < 0 ? [] : [leader]
  const value = encodePartition({
    leader,
    leaderEpoch,
    partitionEpoch: 10 + leaderEpoch,
    leaderRegistrations,
    replicas,
    isr: replicas,
    elr: [],
  })
  return put(partitionKey(topicId, index), value, revision)
}

/** Plain data, for comparing images whatever their maps are made of. */
function plain(image: MetadataImage): unknown {
  return {
    ...image,
    topicsById: new Map(image.topicsById),
    topicsByName: new Map(image.topicsByName),
    collisionNames: new Map(image.collisionNames),
    hiddenPartitions: new Map([...image.hiddenPartitions].map(([id, hidden]) => [id, new Map(hidden)])),
  }
}

test('a topic shows when its own key is there, and its partitions are hidden until then', () => {
  const parts = [partition('T', 0, 1, 0, 0, 1), partition('T', 1, 1, 0, 0, 1)]
  const prepared = applyDelta(EMPTY_IMAGE, parts, 1)
  assert.equal(prepared.image.topicsById.size, 0)
  assert.equal(prepared.image.hiddenPartitions.get('T')?.size, 2)
  assert.deepEqual(prepared.delta.topicsCreated, [])

  const created = applyDelta(prepared.image, topic('T', 'a.b', 2, 2), 2)
  assert.equal(created.image.hiddenPartitions.size, 0)
  assert.equal(created.image.topicsByName.get('a.b')?.partitions.length, 2)
  assert.equal(created.image.collisionNames.get('a_b'), 'a.b')
  assert.deepEqual(created.delta.topicsCreated, [created.image.topicsById.get('T')])

  const growing = applyDelta(created.image, [partition('T', 2, 1, 0, 0, 3)], 3)
  assert.equal(growing.image.topicsById.get('T'), created.image.topicsById.get('T'))
  const grown = applyDelta(growing.image, topic('T', 'a.b', 3, 4), 4)
  assert.deepEqual(
    grown.delta.topicsChanged.map(({ partitions }) => partitions),
    [[2]],
  )
  assert.equal(
    grown.image.topicsById.get('T')?.partitions[0],
    created.image.topicsById.get('T')?.partitions[0],
  )
})

test('a deleted topic is gone at once, and its name can go to another in the same batch', () => {
  const first = applyDelta(EMPTY_IMAGE, [...topic('A', 'x', 1, 1), partition('A', 0, 1, 0, 0, 1)], 1).image
  const events: MetaEvent[] = [
    { kind: 'delete', key: topicKey('A'), modRevision: 2 },
    { kind: 'delete', key: topicNameKey('x'), modRevision: 2 },
    { kind: 'delete', key: partitionKey('A', 0), modRevision: 2 },
    partition('B', 0, 1, 0, 0, 3),
    ...topic('B', 'x', 1, 3),
  ]
  const { image, delta } = applyDelta(first, events, 3)
  assert.equal(image.topicsByName.get('x')?.topicId, 'B')
  assert.equal(image.topicsById.has('A'), false)
  assert.equal(image.hiddenPartitions.size, 0)
  assert.deepEqual(
    delta.topicsDeleted.map(({ topicId }) => topicId),
    ['A'],
  )
  assert.deepEqual(
    delta.topicsCreated.map(({ topicId }) => topicId),
    ['B'],
  )
})

test('changing one topic shares all others', () => {
  const many = Array.from({ length: 100 }, (_, i) => partition('big', i, 1, 0, 0, 1))
  const events = [
    ...many,
    ...topic('big', 'big', 100, 1),
    partition('T', 0, 1, 0, 0, 1),
    ...topic('T', 't', 1, 1),
  ]
  const before = applyDelta(EMPTY_IMAGE, events, 1).image
  const { image, delta } = applyDelta(before, topic('T', 't', 1, 2, { 'retention.ms': '5' }), 2)
  assert.equal(image.topicsById.get('big'), before.topicsById.get('big'))
  assert.equal(image.brokers, before.brokers)
  assert.equal(image.hiddenPartitions, before.hiddenPartitions)
  const change = delta.topicsChanged[0]
  assert.deepEqual([change?.configsChanged, change?.partitions], [true, []])
  assert.equal(change?.after.partitions, before.topicsById.get('T')?.partitions)
})

function epochs(image: MetadataImage): unknown {
  return image.topicsById.get('T')?.partitions.map((p) => [p.leaderEpoch, p.partitionEpoch])
}

test('a registration raises the epochs of what the broker leads, and of nothing else', () => {
  const events = [
    broker(1, 3, 1),
    broker(2, 5, 1),
    partition('T', 0, 1, 7, 3, 1),
    partition('T', 1, 2, 7, 4, 1),
    partition('T', 2, -1, 7, 0, 1),
    ...topic('T', 't', 3, 1),
  ]
  const before = applyDelta(EMPTY_IMAGE, events, 1).image
  assert.deepEqual(epochs(before), [
    [7, 17],
    [8, 18],
    [7, 17],
  ])
  const { image, delta } = applyDelta(before, [broker(1, 4, 2)], 2)
  assert.deepEqual(epochs(image), [
    [8, 18],
    [8, 18],
    [7, 17],
  ])
  assert.deepEqual(
    delta.topicsChanged.map(({ partitions }) => partitions),
    [[0]],
  )
  assert.deepEqual([...delta.brokers], [1])
})

test('a value that cannot be read, a missing partition and a deleted counter are refused', () => {
  const bad: MetaEvent[][] = [
    [put(topicKey('T'), '{', 1)],
    [put(topicKey('T'), '{"name":"t"}', 1)],
    [put(partitionKey('T', 0), '[1,2,3]', 1)],
    [put(partitionKey('T', 0), '[-2,0,0,0,[],[],[]]', 1)],
    [put(brokerKey(1), '{"incarnation":"x","registrations":-1,"endpoints":[],"rack":null}', 1)],
    [put(PRODUCER_ID_KEY, '{"next":0.5}', 1)],
    [put(brokerConfigKey(''), '{"configs":{"a":1}}', 1)],
    topic('T', 't', 1, 1),
    [{ kind: 'delete', key: PRODUCER_ID_KEY, modRevision: 1 }],
    [{ kind: 'delete', key: brokerKey(1), modRevision: 1 }],
  ]
  for (const events of bad) assert.throws(() => applyDelta(EMPTY_IMAGE, events, 1), { code: 'CORRUPT' })
})

/** A random history of valid changes: each step is one revision. */
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('broker' as const), id: fc.integer({ min: 1, max: 2 }) }),
    fc.record({
      kind: fc.constant('create' as const),
      topic: fc.nat(3),
      leader: fc.integer({ min: -1, max: 2 }),
    }),
    fc.record({ kind: fc.constant('delete' as const), topic: fc.nat(3) }),
    fc.record({
      kind: fc.constant('lead' as const),
      topic: fc.nat(3),
      leader: fc.integer({ min: 1, max: 2 }),
    }),
    fc.record({ kind: fc.constant('configs' as const), topic: fc.nat(3) }),
    fc.record({ kind: fc.constant('hidden' as const), topic: fc.nat(3) }),
  ),
  { maxLength: 30 },
)

test('an image built step by step, in batches or from a range of all keys is the same', () => {
  fc.assert(
    fc.property(steps, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }), (steps, sizes) => {
      const history: MetaEvent[][] = []
      const registrations = new Map<number, number>()
      const live = new Set<number>()
      for (const [index, step] of steps.entries()) {
        const revision = index + 1
        const id = 'topic' in step ? `T${step.topic}` : ''
        const anchored = (leader: number) => registrations.get(leader) ?? 0
        if (step.kind === 'broker') {
          registrations.set(step.id, anchored(step.id) + 1)
          history.push([broker(step.id, anchored(step.id), revision)])
        } else if (step.kind === 'hidden')
          history.push([partition(id, 9, 1, revision, anchored(1), revision)])
        else if (step.kind === 'create') {
          live.add(step.topic)
          const parts = [0, 1].map((p) =>
            partition(id, p, step.leader, revision, anchored(step.leader), revision),
          )
          history.push([...topic(id, `name.${id}`, 2, revision), ...parts])
        } else if (!live.has(step.topic)) history.push([])
        else if (step.kind === 'delete') {
          live.delete(step.topic)
          const keys = [
            topicKey(id),
            topicNameKey(`name.${id}`),
            ...[0, 1, 9].map((p) => partitionKey(id, p)),
          ]
          history.push(keys.map((key) => ({ kind: 'delete', key, modRevision: revision })))
        } else if (step.kind === 'lead') {
          history.push([partition(id, 1, step.leader, revision, anchored(step.leader), revision)])
        } else history.push(topic(id, `name.${id}`, 2, revision, { c: String(revision) }))
      }
      let single = EMPTY_IMAGE
      for (const [index, events] of history.entries()) single = applyDelta(single, events, index + 1).image
      let batched = EMPTY_IMAGE
      for (let at = 0, turn = 0; at < history.length; turn++) {
        const end = Math.min(history.length, at + (sizes[turn % sizes.length] ?? 1))
        batched = applyDelta(batched, history.slice(at, end).flat(), end).image
        at = end
      }
      const keys = new Map<string, MetaEvent>()
      for (const event of history.flat()) {
        if (event.kind === 'put') keys.set(event.key, event)
        else keys.delete(event.key)
      }
      const listed = applyDelta(
        EMPTY_IMAGE,
        [...keys.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
        history.length,
      )
      assert.deepEqual(plain(batched), plain(single))
      assert.deepEqual(plain(listed.image), plain(single))
    }),
    { numRuns: 300 },
  )
})
