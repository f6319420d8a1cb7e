import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker, type TestBroker } from '../../../test/support/test-broker.ts'
import type { RequestInputOf, ResponseOf } from '../../protocol/api-keys.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { offsetCommitHandler } from './08-offset-commit.ts'
import { offsetFetchHandler } from './09-offset-fetch.ts'
import { findCoordinatorHandler } from './10-find-coordinator.ts'
import { joinGroupHandler } from './11-join-group.ts'
import { heartbeatHandler } from './12-heartbeat.ts'
import { leaveGroupHandler } from './13-leave-group.ts'
import { syncGroupHandler } from './14-sync-group.ts'
import { describeGroupsHandler } from './15-describe-groups.ts'
import { listGroupsHandler } from './16-list-groups.ts'
import { deleteGroupsHandler } from './42-delete-groups.ts'
import { offsetDeleteHandler } from './47-offset-delete.ts'

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'

async function openGroupBroker(): Promise<TestBroker> {
  const server = await openTestBroker({
    settings: { 'offsets.topic.num.partitions': '3', 'group.initial.rebalance.delay.ms': '0' },
  })
  await server.call(findCoordinatorHandler, 3, { key: 'g' })
  for (let partition = 0; partition < 3; partition++) await server.broker.groups.load(partition)
  await server.broker.topicAdmin.autoCreate(['t', 'u'])
  return server
}

type Member = { readonly memberId: string; readonly generationId: number }

/** Joins as the only member, with the extra round trip of version 4 on, and distributes an assignment. */
async function join(
  server: TestBroker,
  version: number,
  syncVersion: number,
  groupId: string,
): Promise<Member> {
  const ask = (memberId: string) =>
    server.call(joinGroupHandler, version, {
      groupId,
      sessionTimeoutMs: 10_000,
      memberId,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.from('subscription') }],
    })
  let joined = await ask('')
  if (version >= 4) {
    assert.equal(joined.errorCode, 79)
    joined = await ask(joined.memberId)
  }
  assert.equal(joined.errorCode, 0)
  assert.equal(joined.leader, joined.memberId)
  assert.equal(joined.protocolName, 'range')
  const { memberId, generationId } = joined
  const synced = await server.call(syncGroupHandler, syncVersion, {
    groupId,
    generationId,
    memberId,
    ...(syncVersion >= 5 ? { protocolType: 'consumer', protocolName: 'range' } : {}),
    assignments: [{ memberId, assignment: Buffer.from('assigned') }],
  })
  assert.equal(synced.errorCode, 0)
  assert.equal(synced.assignment.toString(), 'assigned')
  return { memberId, generationId }
}

test('a member joins, beats and leaves, in every version', async () => {
  await using server = await openGroupBroker()
  for (let version = 0; version <= 9; version++) {
    const groupId = `g${version}`
    const { memberId, generationId } = await join(server, version, Math.min(version, 5), groupId)
    const beat = await server.call(heartbeatHandler, Math.min(version, 4), {
      groupId,
      generationId,
      memberId,
    })
    assert.equal(beat.errorCode, 0)
    const leaveVersion = Math.min(version, 5)
    const members = [{ memberId, groupInstanceId: null }]
    const left = await server.call(leaveGroupHandler, leaveVersion, {
      groupId,
      ...(leaveVersion >= 3 ? { members } : { memberId }),
    })
    assert.equal(left.errorCode, 0)
    const late = await server.call(heartbeatHandler, 0, { groupId, generationId, memberId })
    assert.equal(late.errorCode, 25)
  }
})

type CommitTopic = readonly [nameOrId: string, ...partitions: number[]]

async function commit(
  server: TestBroker,
  version: number,
  topics: readonly CommitTopic[],
  fields: Partial<RequestInputOf<'OffsetCommit'>> = {},
) {
  const response = await server.call(offsetCommitHandler, version, {
    groupId: 'g',
    memberId: '',
    topics: topics.map(([name, ...partitions]) => ({
      ...(version >= 10 ? { topicId: name } : { name }),
      partitions: partitions.map((partitionIndex) => ({
        partitionIndex,
        committedOffset: 3,
        committedMetadata: 'note',
      })),
    })),
    ...fields,
  })
  return response.topics.map(({ name, topicId, partitions }) => [
    version >= 10 ? topicId : name,
    partitions.map(({ errorCode }) => errorCode),
  ])
}

test('offsets of topics and partitions that exist are committed, the others fail alone', async () => {
  await using server = await openGroupBroker()
  for (let version = 2; version <= 9; version++) {
    assert.deepEqual(
      await commit(server, version, [
        ['t', 0, 9],
        ['nope', 0],
        ['u', 0],
      ]),
      [
        ['t', [0, 3]],
        ['nope', [3]],
        ['u', [0]],
      ],
    )
  }
  assert.deepEqual(await commit(server, 9, [['nope', 0]]), [['nope', [3]]])
  assert.deepEqual(
    await commit(
      server,
      9,
      [
        ['t', 0],
        ['nope', 0],
      ],
      { memberId: 'x', generationIdOrMemberEpoch: 3 },
    ),
    [
      ['t', [25]],
      ['nope', [3]],
    ],
  )
})

test('version 10 commits by topic id, and unknown ids are told', async () => {
  await using server = await openGroupBroker()
  const id = server.broker.topics.named('t')?.topicId ?? ''
  assert.deepEqual(
    await commit(server, 10, [
      [UNKNOWN_ID, 0],
      [id, 0, 9],
      [ZERO_UUID, 0],
    ]),
    [
      [UNKNOWN_ID, [100]],
      [id, [0, 3]],
      [ZERO_UUID, [100]],
    ],
  )
})

type FetchedTopics = readonly {
  readonly name?: string
  readonly topicId?: string
  readonly partitions: ResponseOf<'OffsetFetch'>['topics'][number]['partitions']
}[]

function offsets(topics: FetchedTopics, by: 'name' | 'topicId') {
  return topics.map((topic) => [
    topic[by],
    topic.partitions.map(({ partitionIndex, committedOffset, metadata, errorCode }) => [
      partitionIndex,
      committedOffset,
      metadata,
      errorCode,
    ]),
  ])
}

test('committed offsets are fetched in every version, with their metadata', async () => {
  await using server = await openGroupBroker()
  await commit(server, 9, [['t', 0]])
  const expected = [
    [
      't',
      [
        [0, 3, 'note', 0],
        [9, -1, '', 0],
      ],
    ],
  ]
  for (let version = 1; version <= 7; version++) {
    const topics = [{ name: 't', partitionIndexes: [0, 9] }]
    const fetched = await server.call(offsetFetchHandler, version, {
      groupId: 'g',
      topics,
      ...(version >= 7 ? { requireStable: true } : {}),
    })
    assert.deepEqual(offsets(fetched.topics, 'name'), expected)
    if (version < 2) continue
    const all = await server.call(offsetFetchHandler, version, { groupId: 'g', topics: null })
    assert.deepEqual(offsets(all.topics, 'name'), [['t', [[0, 3, 'note', 0]]]])
  }
  for (const version of [8, 9]) {
    const { groups } = await server.call(offsetFetchHandler, version, {
      groups: [
        { groupId: 'g', topics: [{ name: 't', partitionIndexes: [0, 9] }] },
        { groupId: 'none', topics: null },
      ],
    })
    assert.deepEqual(
      groups.map(({ groupId, errorCode, topics }) => [groupId, errorCode, offsets(topics, 'name')]),
      [
        ['g', 0, expected],
        ['none', 0, []],
      ],
    )
  }
})

test('version 10 fetches by topic id, and topics that are gone are told or left out', async () => {
  await using server = await openGroupBroker()
  const t = server.broker.topics.named('t')?.topicId ?? ''
  const u = server.broker.topics.named('u')?.topicId ?? ''
  await commit(server, 9, [
    ['t', 0],
    ['u', 0],
  ])
  const fetch = async (topics: readonly string[] | null) => {
    const { groups } = await server.call(offsetFetchHandler, 10, {
      groups: [
        { groupId: 'g', topics: topics?.map((topicId) => ({ topicId, partitionIndexes: [0] })) ?? null },
      ],
    })
    return offsets(groups[0]?.topics ?? [], 'topicId')
  }
  const committed = [[0, 3, 'note', 0]]
  const unknown = [[0, -1, '', 100]]
  assert.deepEqual(await fetch([UNKNOWN_ID, t, u, ZERO_UUID, t]), [
    [UNKNOWN_ID, unknown],
    [t, committed],
    [u, committed],
    [ZERO_UUID, unknown],
    [t, committed],
  ])
  await server.broker.topicAdmin.delete(u)
  assert.deepEqual(await fetch(null), [[t, committed]])
  assert.deepEqual(await fetch([u]), [[u, unknown]])
})

test('a topic that was created again does not show the offsets of the old one', async () => {
  await using server = await openGroupBroker()
  await commit(server, 9, [['t', 0]])
  await server.broker.topicAdmin.delete(server.broker.topics.named('t')?.topicId ?? '')
  await server.broker.topicAdmin.autoCreate(['t'])
  const topicId = server.broker.topics.named('t')?.topicId ?? ''
  const { groups } = await server.call(offsetFetchHandler, 10, {
    groups: [{ groupId: 'g', topics: [{ topicId, partitionIndexes: [0] }] }],
  })
  assert.deepEqual(offsets(groups[0]?.topics ?? [], 'topicId'), [[topicId, [[0, -1, '', 0]]]])
})

test('groups are described in every version, with what a client may do if it asks', async () => {
  await using server = await openGroupBroker()
  const { memberId } = await join(server, 9, 5, 'g')
  for (let version = 0; version <= 6; version++) {
    const { groups } = await server.call(describeGroupsHandler, version, {
      groups: ['g', 'none', 'g'],
      ...(version >= 3 ? { includeAuthorizedOperations: true } : {}),
    })
    const [group, none] = groups
    assert.equal(groups.length, 2)
    assert.deepEqual([group?.errorCode, group?.groupState, group?.protocolType], [0, 'Stable', 'consumer'])
    assert.deepEqual(
      group?.members.map((member) => [member.memberId, member.clientId, member.clientHost]),
      [[memberId, 'test', '/192.0.2.7']],
    )
    assert.equal(group?.authorizedOperations, version >= 3 ? 3400 : -2147483648)
    assert.deepEqual([none?.errorCode, none?.groupState], [version >= 6 ? 69 : 0, 'Dead'])
    assert.equal(none?.authorizedOperations, version >= 3 && version < 6 ? 3400 : -2147483648)
  }
  const { groups } = await server.call(describeGroupsHandler, 6, {
    groups: ['g'],
    includeAuthorizedOperations: false,
  })
  assert.equal(groups[0]?.authorizedOperations, -2147483648)
})

test('groups are listed and filtered', async () => {
  await using server = await openGroupBroker()
  await commit(server, 9, [['t', 0]])
  for (let version = 0; version <= 5; version++) {
    const { errorCode, groups } = await server.call(listGroupsHandler, version, {})
    assert.deepEqual([errorCode, groups.map(({ groupId }) => groupId)], [0, ['g']])
    assert.equal(groups[0]?.groupState, version >= 4 ? 'Empty' : '')
  }
  const none = await server.call(listGroupsHandler, 5, { statesFilter: ['Stable'], typesFilter: [] })
  assert.deepEqual(none.groups, [])
})

test('groups are deleted, each for itself', async () => {
  await using server = await openGroupBroker()
  for (let version = 0; version <= 3; version++) {
    await commit(server, 9, [['t', 0]])
    const { results } = await server.call(deleteGroupsHandler, version, {
      groupsNames: ['g', 'none', 'none'],
    })
    assert.deepEqual(
      results.map(({ groupId, errorCode }) => [groupId, errorCode]),
      [
        ['g', 0],
        ['none', 69],
      ],
    )
  }
})

function topic(name: string, ...partitions: number[]) {
  return { name, partitions: partitions.map((partitionIndex) => ({ partitionIndex })) }
}

test('single offsets are deleted', async () => {
  await using server = await openGroupBroker()
  await commit(server, 9, [['t', 0]])
  const topics = [topic('nope', 0), topic('t', 9, 0)]
  const deleted = await server.call(offsetDeleteHandler, 0, { groupId: 'g', topics })
  assert.equal(deleted.errorCode, 0)
  assert.deepEqual(
    deleted.topics.map(({ name, partitions }) => [name, partitions.map(({ errorCode }) => errorCode)]),
    [
      ['nope', [3]],
      ['t', [3, 0]],
    ],
  )
  const fetched = await server.call(offsetFetchHandler, 5, { groupId: 'g', topics: null })
  assert.deepEqual(fetched.topics, [])
  const none = await server.call(offsetDeleteHandler, 0, { groupId: 'none', topics })
  assert.deepEqual([none.errorCode, none.topics], [69, []])
})
