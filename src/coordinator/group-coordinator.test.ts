import assert from 'node:assert/strict'
import test from 'node:test'
import { errorCode } from '../protocol/errors.ts'
import type { JoinGroupRequest } from '../protocol/messages/11-join-group.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import { defaultGroupOptions } from './group/group-options.ts'
import { GroupCoordinator } from './group-coordinator.ts'
import { ManualTime } from './testing/manual-time.ts'
import { MemoryLog } from './testing/memory-log.ts'

const PARTITIONS = 3
const TOPIC_ID = 'AQIDBAUGBwgJCgsMDQ4PEA'

interface Setup {
  readonly time: ManualTime
  readonly log: MemoryLog
  readonly coordinator: GroupCoordinator
  /** Settles what a call promises. */
  readonly get: <R>(response: Promise<R>) => Promise<R>
}

async function setup(): Promise<Setup> {
  const time = new ManualTime()
  const log = new MemoryLog()
  const coordinator = new GroupCoordinator({
    log,
    clock: time,
    scheduler: time,
    random: time,
    options: { ...defaultGroupOptions, initialRebalanceDelayMs: 0 },
    partitions: PARTITIONS,
    failed: assert.ifError,
  })
  for (let partition = 0; partition < PARTITIONS; partition++) await coordinator.load(partition)
  const get = async <R>(response: Promise<R>): Promise<R> => {
    await time.advance(0)
    return response
  }
  return { time, log, coordinator, get }
}

const at = (apiVersion: number): { clientId: string; clientHost: string; apiVersion: number } => ({
  clientId: 'c',
  clientHost: '/10.0.0.1',
  apiVersion,
})

function join(groupId: string, overrides: Partial<JoinGroupRequest> = {}): JoinGroupRequest {
  return {
    groupId,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 10_000,
    memberId: '',
    groupInstanceId: null,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.from('000000000001000174', 'hex') }],
    reason: null,
    ...overrides,
  }
}

function commit(
  groupId: string,
  offsets: Record<string, number>,
): Parameters<GroupCoordinator['commitOffsets']>[0] {
  return {
    groupId,
    generationIdOrMemberEpoch: -1,
    memberId: '',
    groupInstanceId: null,
    retentionTimeMs: -1,
    topics: Object.entries(offsets).map(([name, committedOffset]) => ({
      name,
      topicId: TOPIC_ID,
      partitions: [{ partitionIndex: 0, committedOffset, committedLeaderEpoch: 1, committedMetadata: 'x' }],
    })),
  }
}

/** One member, stable. */
async function stableGroup({ coordinator, get }: Setup, groupId: string): Promise<string> {
  const { memberId, generationId } = await get(coordinator.joinGroup(join(groupId), at(3)))
  const request = {
    groupId,
    generationId,
    memberId,
    groupInstanceId: null,
    protocolType: null,
    protocolName: null,
    assignments: [{ memberId, assignment: Buffer.from('mine') }],
  }
  await get(coordinator.syncGroup(request, at(3)))
  return memberId
}

test('groups are listed by state and type, from all partitions', async () => {
  const s = await setup()
  await stableGroup(s, 'stable')
  await s.get(s.coordinator.commitOffsets(commit('simple', { t: 1 }), at(9)))
  const list = async (statesFilter: string[], typesFilter: string[]): Promise<string[]> => {
    const { errorCode: code, groups } = await s.coordinator.listGroups({ statesFilter, typesFilter })
    assert.equal(code, 0)
    return groups
      .map((group) => `${group.groupId}/${group.protocolType}/${group.groupState}/${group.groupType}`)
      .toSorted()
  }
  assert.deepEqual(await list([], []), ['simple//Empty/classic', 'stable/consumer/Stable/classic'])
  assert.deepEqual(await list(['STABLE'], ['Classic']), ['stable/consumer/Stable/classic'])
  assert.deepEqual(await list(['dead'], []), [])
  assert.deepEqual(await list([], ['consumer', 'nonsense']), [])
})

test('a group is described with members, and one that is missing as its version can say', async () => {
  const s = await setup()
  const memberId = await stableGroup(s, 'g')
  const describe = async (version: number): Promise<unknown[]> => {
    const request = { groups: ['g', 'missing'], includeAuthorizedOperations: false }
    const { groups } = await s.coordinator.describeGroups(request, at(version))
    return [...groups]
  }
  const common = { authorizedOperations: -2147483648 }
  const found = {
    ...common,
    errorCode: 0,
    errorMessage: null,
    groupId: 'g',
    groupState: 'Stable',
    protocolType: 'consumer',
    protocolData: 'range',
    members: [
      {
        memberId,
        groupInstanceId: null,
        clientId: 'c',
        clientHost: '/10.0.0.1',
        memberMetadata: Buffer.from('000000000001000174', 'hex'),
        memberAssignment: Buffer.from('mine'),
      },
    ],
  }
  const missing = {
    ...common,
    groupId: 'missing',
    groupState: 'Dead',
    protocolType: '',
    protocolData: '',
    members: [],
  }
  assert.deepEqual(await describe(5), [found, { ...missing, errorCode: 0, errorMessage: null }])
  assert.deepEqual(await describe(6), [
    found,
    {
      ...missing,
      errorCode: errorCode('GROUP_ID_NOT_FOUND'),
      errorMessage: 'Group missing not found.',
    },
  ])
  s.coordinator.unload(s.coordinator.partitionFor('g'))
  assert.deepEqual((await describe(5))[0], {
    ...missing,
    groupId: 'g',
    groupState: '',
    errorCode: errorCode('NOT_COORDINATOR'),
    errorMessage: null,
  })
})

test('deleting groups takes their offsets, not while they have members, and survives a restart', async () => {
  const s = await setup()
  await stableGroup(s, 'live')
  await s.get(s.coordinator.commitOffsets(commit('simple', { t: 1, u: 2 }), at(9)))
  const { results } = await s.get(s.coordinator.deleteGroups({ groupsNames: ['simple', 'live', 'missing'] }))
  assert.deepEqual(
    results.map((result) => [result.groupId, result.errorCode]),
    [
      ['simple', 0],
      ['live', errorCode('NON_EMPTY_GROUP')],
      ['missing', errorCode('GROUP_ID_NOT_FOUND')],
    ],
  )
  const partition = s.coordinator.partitionFor('simple')
  s.coordinator.unload(partition)
  await s.coordinator.load(partition)
  const { groups } = await s.coordinator.listGroups({ statesFilter: [], typesFilter: [] })
  assert.deepEqual(
    groups.map(({ groupId }) => groupId),
    ['live'],
  )
})

test('offsets are deleted, but not those of topics subscribed to', async () => {
  const s = await setup()
  const memberId = await stableGroup(s, 'g')
  const request = { ...commit('g', { t: 1, u: 2 }), memberId, generationIdOrMemberEpoch: 1 }
  await s.get(s.coordinator.commitOffsets(request, at(9)))
  const partitions = [{ partitionIndex: 0 }, { partitionIndex: 7 }]
  const response = await s.get(
    s.coordinator.deleteOffsets({
      groupId: 'g',
      topics: [
        { name: 't', partitions },
        { name: 'u', partitions },
      ],
    }),
  )
  const subscribed = errorCode('GROUP_SUBSCRIBED_TO_TOPIC')
  assert.equal(response.errorCode, 0)
  assert.deepEqual(
    response.topics.map(({ partitions }) => partitions.map((partition) => partition.errorCode)),
    [
      [subscribed, subscribed],
      [0, 0],
    ],
  )
  assert.deepEqual(
    [...s.coordinator.snapshots()].flatMap(({ offsets }) => offsets.map(({ topic }) => topic)),
    ['t'],
  )
  const missing = await s.get(s.coordinator.deleteOffsets({ groupId: 'missing', topics: [] }))
  assert.equal(missing.errorCode, errorCode('GROUP_ID_NOT_FOUND'))
  await s.get(s.coordinator.joinGroup(join('connect', { protocolType: 'connect' }), at(3)))
  const foreign = await s.get(s.coordinator.deleteOffsets({ groupId: 'connect', topics: [] }))
  assert.equal(foreign.errorCode, errorCode('NON_EMPTY_GROUP'))
})

test('OffsetFetch answers in the form of its version', async () => {
  const s = await setup()
  await s.get(s.coordinator.commitOffsets(commit('g', { t: 5 }), at(9)))
  const legacy = {
    groupId: 'g',
    topics: [{ name: 't', partitionIndexes: [0, 1] }],
    groups: [],
    requireStable: false,
  }
  const found = { committedOffset: 5, committedLeaderEpoch: 1, metadata: 'x', errorCode: 0 }
  const none = { committedOffset: -1, committedLeaderEpoch: -1, metadata: '', errorCode: 0 }
  const partitions = [
    { partitionIndex: 0, ...found },
    { partitionIndex: 1, ...none },
  ]
  assert.deepEqual(await s.coordinator.fetchOffsets(legacy, at(1)), {
    throttleTimeMs: 0,
    topics: [{ name: 't', partitions }],
    errorCode: 0,
    groups: [],
  })
  const all = await s.coordinator.fetchOffsets({ ...legacy, topics: null }, at(7))
  assert.deepEqual(all.topics, [{ name: 't', partitions: [{ partitionIndex: 0, ...found }] }])
  const groups = [TOPIC_ID, ZERO_UUID, 'EBAQEBAQEBAQEBAQEBAQEA'].map((topicId) => ({
    groupId: 'g',
    memberId: null,
    memberEpoch: -1,
    topics: [{ name: 't', topicId, partitionIndexes: [0] }],
  }))
  const batched = await s.coordinator.fetchOffsets(
    { groupId: '', topics: [], groups, requireStable: false },
    at(10),
  )
  assert.deepEqual(
    batched.groups.map(({ topics }) => topics[0]?.partitions[0]?.committedOffset),
    // A topic of the same name that was created anew has no offset.
    [5, 5, -1],
  )
  s.coordinator.unload(s.coordinator.partitionFor('g'))
  const moved = errorCode('NOT_COORDINATOR')
  const first = await s.coordinator.fetchOffsets(legacy, at(1))
  assert.deepEqual(
    first.topics.flatMap((topic) => topic.partitions.map((partition) => partition.errorCode)),
    [moved, moved],
  )
  const second = await s.coordinator.fetchOffsets(legacy, at(2))
  assert.deepEqual([second.errorCode, second.topics], [moved, []])
})

test('offsets of a deleted topic go, in every group', async () => {
  const s = await setup()
  for (const groupId of ['g1', 'g2', 'g3', 'g4']) {
    await s.get(s.coordinator.commitOffsets(commit(groupId, { gone: 1, kept: 2 }), at(9)))
  }
  await s.get(s.coordinator.topicsDeleted(['gone']))
  const topics = [...s.coordinator.snapshots()].flatMap(({ offsets }) => offsets.map(({ topic }) => topic))
  assert.deepEqual(topics, ['kept', 'kept', 'kept', 'kept'])
})

test('versions before 7 get no null protocol name', async () => {
  const s = await setup()
  const old = await s.get(s.coordinator.joinGroup(join('g', { sessionTimeoutMs: 1 }), at(6)))
  assert.equal(old.protocolName, '')
  const recent = await s.get(s.coordinator.joinGroup(join('g', { sessionTimeoutMs: 1 }), at(7)))
  assert.equal(recent.protocolName, null)
})

test('from version 5 on SyncGroup must name the protocol', async () => {
  const s = await setup()
  const request = {
    groupId: 'g',
    generationId: 1,
    memberId: 'm',
    groupInstanceId: null,
    protocolType: null,
    protocolName: null,
    assignments: [],
  }
  const refused = await s.get(s.coordinator.syncGroup(request, at(5)))
  assert.equal(refused.errorCode, errorCode('INCONSISTENT_GROUP_PROTOCOL'))
  const accepted = await s.get(s.coordinator.syncGroup(request, at(4)))
  assert.equal(accepted.errorCode, errorCode('UNKNOWN_MEMBER_ID'))
})

test('snapshots show members and committed offsets', async () => {
  const s = await setup()
  const memberId = await stableGroup(s, 'g')
  const request = { ...commit('g', { t: 1 }), memberId, generationIdOrMemberEpoch: 1 }
  await s.get(s.coordinator.commitOffsets(request, at(9)))
  assert.deepEqual(
    [...s.coordinator.snapshots()],
    [
      {
        groupId: 'g',
        kind: 'classic',
        state: 'Stable',
        protocolType: 'consumer',
        protocol: 'range',
        generation: 1,
        members: [{ memberId, groupInstanceId: null, clientId: 'c', clientHost: '/10.0.0.1' }],
        offsets: [
          {
            topic: 't',
            partition: 0,
            offset: 1,
            leaderEpoch: 1,
            metadata: 'x',
            commitTimestamp: s.time.now(),
            expireTimestamp: -1,
            topicId: TOPIC_ID,
          },
        ],
      },
    ],
  )
})

test('after disposal everything is answered, and nothing more happens', async () => {
  const s = await setup()
  const waiting = s.coordinator.joinGroup(join('g'), at(3))
  s.coordinator[Symbol.dispose]()
  assert.equal((await s.get(waiting)).errorCode, errorCode('COORDINATOR_NOT_AVAILABLE'))
  assert.equal(s.time.timers, 0)
  const listed = await s.coordinator.listGroups({ statesFilter: [], typesFilter: [] })
  assert.equal(listed.errorCode, errorCode('COORDINATOR_NOT_AVAILABLE'))
})
