import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeRandom } from '../env/node/random.ts'
import { KafkaError } from '../protocol/errors.ts'
import { registerBroker, unregisterBroker } from './brokers.ts'
import { applyDelta } from './delta.ts'
import { EMPTY_IMAGE, type Endpoint, type MetadataImage } from './image.ts'
import type { Decision } from './metadata.ts'
import type { MetaEvent } from './meta-store.ts'
import { changePartition } from './partitions.ts'
import { allocateProducerIds } from './producer-ids.ts'
import {
  alterTopicConfigs,
  type ConfigRules,
  replaceTopicConfigs,
  setBrokerConfigs,
} from './topic-configs.ts'
import {
  createPartitions,
  createTopic,
  type CreateTopicRequest,
  deleteTopic,
  removeAbandonedPartitions,
} from './topics.ts'
import { randomUuid } from './uuid.ts'

const endpoints: Endpoint[] = [
  { listener: 'PLAINTEXT', host: 'localhost', port: 9092, securityProtocol: 'PLAINTEXT' },
]

/** Applies a decision the way a store would, as one revision, after checking its compares against the image's keys. */
class World {
  image: MetadataImage = EMPTY_IMAGE
  readonly keys = new Map<string, MetaEvent>()

  apply<T>({ change, result }: Decision<T>): T {
    if (!change) return result
    const { guard, prepare, commit } = change
    for (const { key, modRevision } of [...guard, ...commit.compare]) {
      assert.equal(this.keys.get(key)?.modRevision ?? 0, modRevision, key)
    }
    const revision = this.image.revision + 1
    const events = [...prepare, ...commit.success].flatMap((operation): MetaEvent[] => {
      if (operation.kind === 'put') return [{ ...operation, modRevision: revision }]
      const doomed = [...this.keys.keys()].filter((key) =>
        operation.kind === 'delete' ? key === operation.key : key.startsWith(operation.prefix),
      )
      return doomed.map((key) => ({ kind: 'delete', key, modRevision: revision }))
    })
    for (const event of events) {
      if (event.kind === 'put') this.keys.set(event.key, event)
      else this.keys.delete(event.key)
    }
    this.image = applyDelta(this.image, events, revision).image
    return result
  }

  brokers(count: number, racks = 0): this {
    for (let brokerId = 1; brokerId <= count; brokerId++) {
      const rack = racks > 0 ? `rack${brokerId % racks}` : null
      this.apply(registerBroker(this.image, { brokerId, incarnation: `i${brokerId}`, endpoints, rack }))
    }
    return this
  }
}

const rules: ConfigRules = {
  checkConfigs: (configs) => {
    for (const name of configs.keys()) if (name === 'unknown') throw new KafkaError('INVALID_CONFIG', name)
  },
  isList: (name) => name === 'cleanup.policy',
  inherited: (name) => (name === 'cleanup.policy' ? 'delete' : null),
}
const context = {
  random: nodeRandom,
  defaultPartitions: 3,
  defaultReplicationFactor: 1,
  maxPartitions: 10_000,
  checkConfigs: rules.checkConfigs,
}
function request(name: string, rest: Partial<CreateTopicRequest> = {}): CreateTopicRequest {
  return { name, partitions: -1, replicationFactor: -1, assignments: [], configs: new Map(), ...rest }
}
function create(world: World, name: string, rest: Partial<CreateTopicRequest> = {}): string {
  return world.apply(createTopic(world.image, request(name, rest), context)).topicId
}
function refused(errorName: string, message: string | RegExp, action: () => unknown): void {
  assert.throws(action, { errorName, message })
}

test('a topic takes the defaults, an own id and its configs', () => {
  const world = new World().brokers(1)
  const configs = new Map([['retention.ms', '5']])
  const created = world.apply(createTopic(world.image, request('a', { configs }), context))
  assert.deepEqual([created.partitions, created.replicationFactor], [3, 1])
  const topic = world.image.topicsByName.get('a')
  assert.equal(topic?.topicId, created.topicId)
  assert.deepEqual(topic?.configs, configs)
  assert.deepEqual(
    topic?.partitions.map(({ leader, isr, leaderEpoch }) => [leader, isr, leaderEpoch]),
    [
      [1, [1], 0],
      [1, [1], 0],
      [1, [1], 0],
    ],
  )
  assert.equal(topic?.internal, false)
  create(world, '__consumer_offsets')
  assert.equal(world.image.topicsByName.get('__consumer_offsets')?.internal, true)
})

test('names are refused as Kafka refuses them', () => {
  const world = new World().brokers(1)
  const attempt = (name: string) => () => createTopic(world.image, request(name), context)
  const invalid = 'INVALID_TOPIC_EXCEPTION'
  refused(invalid, 'Topic name is invalid: the empty string is not allowed', attempt(''))
  refused(invalid, "Topic name is invalid: '.' is not allowed", attempt('.'))
  refused(invalid, "Topic name is invalid: '..' is not allowed", attempt('..'))
  refused(
    invalid,
    /^Topic name is invalid: the length of 'a+' is longer than the max allowed length 249$/,
    attempt('a'.repeat(250)),
  )
  for (const name of ['a b', 'ä', 'a/b', 'a\n']) {
    refused(
      invalid,
      `Topic name is invalid: '${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`,
      attempt(name),
    )
  }
  create(world, 'a'.repeat(249))
  create(world, 'a.b_c')
  refused('TOPIC_ALREADY_EXISTS', "Topic 'a.b_c' already exists.", attempt('a.b_c'))
  refused(invalid, "Topic 'a_b.c' collides with existing topic: a.b_c", attempt('a_b.c'))
})

test('partition and replica counts are refused as Kafka refuses them', () => {
  const world = new World().brokers(1)
  const attempt = (rest: Partial<CreateTopicRequest>) => () =>
    createTopic(world.image, request('t', rest), context)
  const factor = 'Replication factor must be larger than 0, or -1 to use the default value.'
  refused('INVALID_REPLICATION_FACTOR', factor, attempt({ replicationFactor: 0 }))
  refused('INVALID_REPLICATION_FACTOR', factor, attempt({ replicationFactor: -2 }))
  refused(
    'INVALID_REPLICATION_FACTOR',
    /because only 1 broker\(s\) are registered/,
    attempt({ replicationFactor: 2 }),
  )
  const partitions = 'Number of partitions was set to an invalid non-positive value.'
  refused('INVALID_PARTITIONS', partitions, attempt({ partitions: 0 }))
  refused('INVALID_PARTITIONS', partitions, attempt({ partitions: -2 }))
  refused('INVALID_PARTITIONS', /10001 partitions are more than the 10000/, attempt({ partitions: 10_001 }))
  refused('INVALID_CONFIG', 'unknown', attempt({ configs: new Map([['unknown', '1']]) }))
})

test('manual assignments are taken as they are, or refused', () => {
  const world = new World().brokers(3)
  const assignments = [
    { partition: 1, replicas: [3, 1] },
    { partition: 0, replicas: [2, 3] },
  ]
  create(world, 'good', { assignments })
  const good = world.image.topicsByName.get('good')
  assert.deepEqual(
    good?.partitions.map(({ leader, replicas }) => [leader, replicas]),
    [
      [2, [2, 3]],
      [3, [3, 1]],
    ],
  )
  const attempt = (rest: Partial<CreateTopicRequest>) => () =>
    createTopic(world.image, request('t', rest), context)
  refused(
    'INVALID_REQUEST',
    /replication factor was not set to -1/,
    attempt({ assignments, replicationFactor: 2 }),
  )
  refused('INVALID_REQUEST', /numPartitions was not set to -1/, attempt({ assignments, partitions: 2 }))
  const bad: [RegExp, { partition: number; replicas: number[] }[]][] = [
    [
      /multiple manual partition assignments for partition 0/,
      [
        { partition: 0, replicas: [1] },
        { partition: 0, replicas: [2] },
      ],
    ],
    [/consecutive 0-based/, [{ partition: 1, replicas: [1] }]],
    [/empty replica list/, [{ partition: 0, replicas: [] }]],
    [/broker 9, but no such broker/, [{ partition: 0, replicas: [9] }]],
    [/broker 1 more than once/, [{ partition: 0, replicas: [1, 1] }]],
    [
      /1 replica\(s\), but this is not consistent/,
      [
        { partition: 0, replicas: [1, 2] },
        { partition: 1, replicas: [1] },
      ],
    ],
  ]
  for (const [message, assignments] of bad)
    refused('INVALID_REPLICA_ASSIGNMENT', message, attempt({ assignments }))
})

test('replicas spread over brokers and racks', () => {
  const world = new World().brokers(6, 3)
  create(world, 't', { partitions: 60, replicationFactor: 3 })
  const partitions = world.image.topicsByName.get('t')?.partitions ?? []
  const leaders = new Map<number, number>()
  const replicas = new Map<number, number>()
  for (const partition of partitions) {
    assert.equal(new Set(partition.replicas).size, 3)
    assert.equal(new Set(partition.replicas.map((id) => world.image.brokers.get(id)?.rack)).size, 3)
    leaders.set(partition.leader, (leaders.get(partition.leader) ?? 0) + 1)
    for (const id of partition.replicas) replicas.set(id, (replicas.get(id) ?? 0) + 1)
  }
  assert.deepEqual([...leaders.values()], [10, 10, 10, 10, 10, 10])
  for (const count of replicas.values())
    assert.ok(count >= 20 && count <= 40, `${count} of 180 replicas on one of 6`)
})

test('topic ids are version 4 UUIDs that no command line takes for an option', () => {
  for (let i = 0; i < 2000; i++) {
    const id = randomUuid(nodeRandom)
    assert.match(id, /^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/)
    const bytes = Buffer.from(id, 'base64url')
    assert.equal(bytes.length, 16)
    assert.equal(bytes.readUInt8(6) >> 4, 4)
    assert.equal(bytes.readUInt8(8) >> 6, 2)
  }
})

test('growth adds partitions and refuses what is none', () => {
  const world = new World().brokers(2)
  create(world, 't', { partitions: 2 })
  const attempt =
    (count: number, assignments: number[][] | null = null) =>
    () =>
      createPartitions(world.image, { name: 't', count, assignments }, context)
  refused('INVALID_PARTITIONS', 'Topic already has 2 partition(s).', attempt(2))
  refused(
    'INVALID_PARTITIONS',
    'The topic t currently has 2 partition(s); 1 would not be an increase.',
    attempt(1),
  )
  refused('INVALID_PARTITIONS', /-1 would not be an increase/, attempt(-1))
  refused('INVALID_PARTITIONS', /10001 partitions are more/, attempt(10_001))
  refused(
    'INVALID_REPLICA_ASSIGNMENT',
    /Attempted to add 2 additional partition\(s\), but only 1/,
    attempt(4, [[1]]),
  )
  refused('INVALID_REPLICA_ASSIGNMENT', /not consistent/, attempt(3, [[1, 2]]))
  refused('UNKNOWN_TOPIC_OR_PARTITION', /'no'/, () =>
    createPartitions(world.image, { name: 'no', count: 3, assignments: null }, context),
  )
  const old = world.image.topicsByName.get('t')?.partitions
  assert.equal(world.apply(attempt(5, [[2], [1], [2]])()), 3)
  const partitions = world.image.topicsByName.get('t')?.partitions ?? []
  assert.deepEqual(partitions.slice(0, 2), old)
  assert.deepEqual(
    partitions.slice(2).map(({ leader }) => leader),
    [2, 1, 2],
  )
})

test('a deleted topic leaves no key but that it is deleted, and its name is free again', () => {
  const world = new World().brokers(1)
  const before = new Set(world.keys.keys())
  const first = create(world, 'a.b')
  world.apply(deleteTopic(world.image, first))
  assert.deepEqual(new Set(world.keys.keys()), before.union(new Set([`/topic-deleted/${first}`])))
  refused('UNKNOWN_TOPIC_ID', new RegExp(first), () => deleteTopic(world.image, first))
  assert.notEqual(create(world, 'a_b'), first)
})

test('a creation that crashed half way is cleaned up, a running topic is not', () => {
  const world = new World().brokers(1)
  create(world, 'whole')
  const { change } = createTopic(world.image, request('half', { partitions: 500 }), context)
  assert.ok(change)
  world.apply({ change: { ...change, commit: { compare: [], success: [] } }, result: null })
  assert.equal(world.image.topicsByName.has('half'), false)
  const keys = world.keys.size
  for (const { compare, success } of removeAbandonedPartitions(world.image)) {
    world.apply({
      change: { guard: [], prepare: [], commit: { compare, success }, undo: null },
      result: null,
    })
  }
  assert.equal(world.keys.size, keys - 500)
  assert.equal(world.image.hiddenPartitions.size, 0)
  assert.equal(world.image.topicsByName.get('whole')?.partitions.length, 3)
})

test('configs are altered one by one or replaced', () => {
  const world = new World().brokers(1)
  create(world, 't', { configs: new Map([['retention.ms', '5']]) })
  const alter = (...alterations: Parameters<typeof alterTopicConfigs>[2]) =>
    Object.fromEntries(world.apply(alterTopicConfigs(world.image, 't', alterations, rules)))
  assert.deepEqual(alter({ operation: 'APPEND', name: 'cleanup.policy', value: 'compact' }), {
    'retention.ms': '5',
    'cleanup.policy': 'delete,compact',
  })
  assert.deepEqual(
    alter(
      { operation: 'APPEND', name: 'cleanup.policy', value: 'compact' },
      { operation: 'SET', name: 'a', value: '1' },
      { operation: 'DELETE', name: 'retention.ms', value: null },
    ),
    { 'cleanup.policy': 'delete,compact', a: '1' },
  )
  assert.deepEqual(alter({ operation: 'SUBTRACT', name: 'cleanup.policy', value: 'delete,x' }), {
    'cleanup.policy': 'compact',
    a: '1',
  })
  assert.deepEqual(Object.fromEntries(world.image.topicsByName.get('t')?.configs ?? []), {
    'cleanup.policy': 'compact',
    a: '1',
  })
  refused('INVALID_CONFIG', /Can't APPEND to key a because its type is not LIST/, () =>
    alter({ operation: 'APPEND', name: 'a', value: '1' }),
  )
  refused('INVALID_CONFIG', 'unknown', () => alter({ operation: 'SET', name: 'unknown', value: '1' }))
  refused('INVALID_REQUEST', /Null value not supported for : a/, () =>
    alter({ operation: 'SET', name: 'a', value: null }),
  )
  refused('INVALID_REQUEST', 'Error due to duplicate config keys', () =>
    alter({ operation: 'SET', name: 'a', value: '1' }, { operation: 'DELETE', name: 'a', value: null }),
  )
  world.apply(replaceTopicConfigs(world.image, 't', new Map([['b', '2']]), rules))
  assert.deepEqual(Object.fromEntries(world.image.topicsByName.get('t')?.configs ?? []), { b: '2' })
  assert.equal(world.image.topicsByName.get('t')?.partitions.length, 3)
  world.apply(setBrokerConfigs(world.image, '', new Map([['x', '1']])))
  world.apply(setBrokerConfigs(world.image, '', new Map([['x', '2']])))
  assert.deepEqual(Object.fromEntries(world.image.brokerConfigs.get('')?.configs ?? []), { x: '2' })
})

test('leader epochs rise with restarts and leader changes, and never repeat', () => {
  const world = new World().brokers(2)
  const topicId = create(world, 't', { assignments: [{ partition: 0, replicas: [1, 2] }] })
  const now = () => {
    const partition = world.image.topicsById.get(topicId)?.partitions[0]
    return [partition?.leader, partition?.leaderEpoch, partition?.partitionEpoch]
  }
  const restart = (brokerId: number) =>
    world.apply(registerBroker(world.image, { brokerId, incarnation: 'again', endpoints, rack: null }))
  const lead = (leader: number) => world.apply(changePartition(world.image, topicId, 0, { leader }))
  const seen = [now()]
  for (const step of [
    () => restart(1),
    () => restart(2),
    () => lead(2),
    () => restart(1),
    () => restart(2),
    () => lead(1),
    () => lead(-1),
    () => restart(1),
    () => lead(1),
    () => restart(1),
  ]) {
    step()
    seen.push(now())
  }
  assert.deepEqual(seen, [
    [1, 0, 0],
    [1, 1, 1],
    [1, 1, 1],
    [2, 2, 2],
    [2, 2, 2],
    [2, 3, 3],
    [1, 4, 4],
    [-1, 5, 5],
    [-1, 5, 5],
    [1, 6, 6],
    [1, 7, 7],
  ])
  const isr = changePartition(world.image, topicId, 0, { isr: [1] })
  assert.deepEqual([isr.result.leaderEpoch, isr.result.partitionEpoch, isr.result.isr], [7, 8, [1]])
})

test('a leader change decided on an image without the last registration is refused by its compares', () => {
  const world = new World().brokers(2)
  const topicId = create(world, 't', { assignments: [{ partition: 0, replicas: [1, 2] }] })
  const late = changePartition(world.image, topicId, 0, { leader: 2 })
  world.apply(registerBroker(world.image, { brokerId: 1, incarnation: 'again', endpoints, rack: null }))
  assert.throws(() => world.apply(late), assert.AssertionError)
})

test('an unregistered broker keeps its count, so that epochs cannot fall when the id comes back', () => {
  const world = new World().brokers(2)
  create(world, 't', { assignments: [{ partition: 0, replicas: [1] }] })
  world.apply(unregisterBroker(world.image, 1))
  refused('BROKER_ID_NOT_REGISTERED', /Broker ID 1/, () => unregisterBroker(world.image, 1))
  refused('INVALID_REPLICA_ASSIGNMENT', /broker 1, but no such/, () =>
    create(world, 'u', { assignments: [{ partition: 0, replicas: [1] }] }),
  )
  world.apply(registerBroker(world.image, { brokerId: 1, incarnation: 'new', endpoints, rack: null }))
  assert.equal(world.image.brokers.get(1)?.registrations, 3)
})

test('producer id blocks never overlap and need the current broker epoch', () => {
  const world = new World().brokers(2)
  const epoch = (id: number) => world.image.brokers.get(id)?.epoch ?? 0
  const blocks = [1, 2, 1].map((id) => world.apply(allocateProducerIds(world.image, id, epoch(id))))
  assert.deepEqual(
    blocks.map(({ firstProducerId }) => firstProducerId),
    [0, 1000, 2000],
  )
  assert.ok(blocks.every(({ count }) => count === 1000))
  const stale = epoch(1)
  world.apply(registerBroker(world.image, { brokerId: 1, incarnation: 'again', endpoints, rack: null }))
  refused('STALE_BROKER_EPOCH', /broker 1/, () => allocateProducerIds(world.image, 1, stale))
})
