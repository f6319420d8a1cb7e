import assert from 'node:assert/strict'
import test from 'node:test'
import {
  array,
  assert as assertProperty,
  asyncProperty,
  constant,
  constantFrom,
  nat,
  oneof,
  tuple,
  uniqueArray,
} from 'fast-check'
import { GroupTranscript } from '../testing/group-transcript.ts'

test('a restart keeps members, their assignments and their sessions', async () => {
  await GroupTranscript.check(`
    join a as=i1
    join b v3
    wait 6000 -> a: joined 1 leader=i1 range [i1,b] | b: joined 1 leader=i1 range
    sync b
    sync a a=x b=y -> a: synced x | b: synced y
    commit b t:0=7 -> commit NONE
    restart
    state -> Stable [i1=x,b=y]
    heartbeat a -> a: NONE
    heartbeat b -> b: NONE
    fetch -> offsets t:0=7
    join a fresh -> a: joined 1 leader=i1 range [b,i1] skip
    restart
    wait 9000
    heartbeat a -> a: NONE
    # b was given a session at load and let it end.
    wait 1000
    heartbeat a -> a: REBALANCE_IN_PROGRESS
    join a -> a: joined 2 leader=i1 range [i1]
  `)
})

test('a restart in the middle of a rebalance goes back to the last generation', async () => {
  await GroupTranscript.check(`
    join a v3
    wait 3000 -> a: joined 1 leader=a range [a]
    sync a a=x -> a: synced x
    join b v3
    join a -> a: joined 2 leader=a range [a,b] | b: joined 2 leader=a range
    restart
    state -> Stable [a=x]
    sync a gen=2 -> a: SYNC ILLEGAL_GENERATION
    sync b -> b: SYNC UNKNOWN_MEMBER_ID
    join a -> a: joined 2 leader=a range [a]
  `)
})

test('a lowered group.max.size makes a loaded group rebalance, and the last to rejoin are out', async () => {
  const before = await GroupTranscript.check(`
    join a v3
    join b v3
    wait 6000 -> a: joined 1 leader=a range [a,b] | b: joined 1 leader=a range
    sync a a=x b=y -> a: synced x
    sync b -> b: synced y
  `)
  const after = new GroupTranscript({ groupMaxSize: 1 })
  for (const [partition, records] of before.log.partitions) after.log.partitions.set(partition, records)
  await after.start()
  const [state] = await after.step('state')
  assert.equal(state, 'PreparingRebalance [a=x,b=y]')
})

test('requests during loading are told to wait, except heartbeats', async () => {
  const group = new GroupTranscript()
  group.log.held = true
  const loading = group.coordinator.load(0)
  await group.play(`
    join a -> a: JOIN COORDINATOR_LOAD_IN_PROGRESS
    sync a -> a: SYNC COORDINATOR_LOAD_IN_PROGRESS
    heartbeat a -> a: NONE
    commit a t:0=1 -> commit COORDINATOR_LOAD_IN_PROGRESS
    fetch -> fetch COORDINATOR_LOAD_IN_PROGRESS
    leave a -> left COORDINATOR_LOAD_IN_PROGRESS
    release
    state -> Dead []
  `)
  await loading
})

test('unloading ends every request that waits', async () => {
  await GroupTranscript.check(`
    join a v3
    hold
    commit - group=other t:0=1
    unload -> a: JOIN NOT_COORDINATOR | commit NOT_COORDINATOR
    release
    join a -> a: JOIN NOT_COORDINATOR
    fetch -> fetch NOT_COORDINATOR
  `)
})

test('a failed assignment sends the members back to join, with the group unharmed', async () => {
  await GroupTranscript.check(`
    join a v3
    wait 3000 -> a: joined 1 leader=a range [a]
    fail NOT_ENOUGH_REPLICAS
    sync a a=x -> a: SYNC COORDINATOR_NOT_AVAILABLE
    heartbeat a -> a: REBALANCE_IN_PROGRESS
    join a -> a: joined 2 leader=a range [a]
    sync a a=x -> a: synced x
    restart
    state -> Stable [a=x]
  `)
})

test('a failed replacement of a static member puts its former self back', async () => {
  await GroupTranscript.check(`
    join a as=i1
    wait 3000 -> a: joined 1 leader=i1 range [i1]
    sync a a=x -> a: synced x
    fail NOT_ENOUGH_REPLICAS
    join a2 as=i1 -> a2: JOIN COORDINATOR_NOT_AVAILABLE
    heartbeat a -> a: NONE
    sync a -> a: synced x
  `)
})

test('a group whose first record fails was never there', async () => {
  await GroupTranscript.check(`
    fail NOT_ENOUGH_REPLICAS
    join a v3 -> a: JOIN COORDINATOR_NOT_AVAILABLE
    state -> Dead []
    wait 20000
    state -> Dead []
  `)
})

test('when nobody knows whether an append happened, the log is read again', async () => {
  const group = await GroupTranscript.check(`
    commit - t:0=1 -> commit NONE
    join a v3 group=other
    hold
    commit - t:0=2
  `)
  // The batch is in the log although its append fails.
  const [first] = group.log.partitions.get(0) ?? []
  assert.ok(first)
  group.log.partitions.get(0)?.push({ key: first.key, value: null })
  await group.play(`
    fail REQUEST_TIMED_OUT
    release -> a: JOIN COORDINATOR_NOT_AVAILABLE | commit COORDINATOR_NOT_AVAILABLE
    fetch -> offsets
    commit - t:0=4 -> commit NONE
    fetch -> offsets t:0=4
  `)
})

const member = constantFrom('a', 'b', 'c', 's1', 's2')
const version = constantFrom('v3', 'v4', 'v9')
const instanceOf = (name: string): string => (name.startsWith('s') ? ` as=i${name}` : '')
const EVERYBODY_SYNCS = ['a', 'b', 'c', 's1', 's2'].map((name) => `sync ${name} a=1 b=2 c=3 s1=4 s2=5`)

/** What clients do, in steps that bring a group forward often enough. */
const clients = oneof(
  // A whole rebalance of some members, which others may be late for.
  uniqueArray(member, { minLength: 1 }).map((names) => [
    ...names.map((name) => `join ${name} v3${instanceOf(name)}`),
    'wait 3000',
    'wait 25000',
    ...names.map((name) => `join ${name} v3${instanceOf(name)}`),
    ...EVERYBODY_SYNCS,
  ]),
  constant(EVERYBODY_SYNCS),
  tuple(member, version, constantFrom('', ' protocols=range,rr')).map(([name, version, protocols]) => [
    `join ${name} ${version}${instanceOf(name)}${protocols}`,
  ]),
  tuple(member, version).map(([name, version]) => [`join ${name} fresh ${version}${instanceOf(name)}`]),
  member.map((name) => [`sync ${name} a=5 b=4`]),
  member.map((name) => [`heartbeat ${name}`]),
  constantFrom(['leave a b c'], ['leave b'], ['kick is1'], ['kick is2 is1']),
  constantFrom(['wait 100'], ['wait 3000'], ['wait 9000'], ['wait 25000']),
  tuple(member, nat(3), nat(99)).map(([name, partition, offset]) => [
    `commit ${name} t:${partition}=${offset}`,
  ]),
  tuple(constantFrom('g', 'other'), nat(3), nat(99)).map(([groupId, partition, offset]) => [
    `commit - group=${groupId} u:${partition}=${offset}`,
  ]),
  constantFrom(['hold'], ['release']),
)
const failures = constantFrom(['fail NOT_ENOUGH_REPLICAS'], ['fail MESSAGE_TOO_LARGE'])

test('after any commands, a coordinator loaded from the log equals the live one', async () => {
  await assertProperty(
    asyncProperty(array(clients, { minLength: 3, maxLength: 25 }), async (steps) => {
      const live = await run(steps.flat())
      const loaded = await restarted(live)
      assert.deepEqual(offsetsOf(loaded), offsetsOf(live))
      const loadedGroups = await settledGroups(loaded)
      for (const [groupId, group] of await settledGroups(live))
        assert.deepEqual(loadedGroups.get(groupId), group)
    }),
    { numRuns: 200 },
  )
})

test('when appends fail among them, no offset differs and no request is rejected', async () => {
  await assertProperty(
    asyncProperty(
      array(oneof({ weight: 4, arbitrary: clients }, failures), { minLength: 3 }),
      async (steps) => {
        const live = await run(steps.flat())
        assert.deepEqual(offsetsOf(await restarted(live)), offsetsOf(live))
      },
    ),
    { numRuns: 100 },
  )
})

async function run(commands: readonly string[]): Promise<GroupTranscript> {
  const group = new GroupTranscript({ initialRebalanceDelayMs: 100, offsetsRetentionMs: 50_000 })
  await group.start()
  const heard: string[] = []
  for (const text of [...commands, 'release']) heard.push(...(await group.step(text)))
  assert.deepEqual(
    heard.filter((line) => line.startsWith('REJECTED')),
    [],
  )
  assert.deepEqual(group.failures, [])
  return group
}

/** Another coordinator on a copy of the log. */
async function restarted(group: GroupTranscript): Promise<GroupTranscript> {
  const other = new GroupTranscript(group.options)
  for (const [partition, records] of group.log.partitions) other.log.partitions.set(partition, [...records])
  await other.start()
  return other
}

function offsetsOf(group: GroupTranscript): unknown {
  return [...group.coordinator.snapshots()]
    .flatMap(({ groupId, offsets }) => offsets.map((offset) => ({ groupId, ...offset })))
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
}

function nameOf(offset: {
  readonly groupId: string
  readonly topic: string
  readonly partition: number
}): string {
  return `${offset.groupId}/${offset.topic}:${offset.partition}`
}

/** Groups that are not in a rebalance, in all that can be seen of them. */
async function settledGroups({ coordinator }: GroupTranscript): Promise<Map<string, unknown>> {
  const settled = new Map<string, unknown>()
  for (const { groupId, state, generation, protocol } of coordinator.snapshots()) {
    if (state !== 'Stable' && state !== 'Empty') continue
    const request = { groups: [groupId], includeAuthorizedOperations: false }
    const from = { clientId: '', clientHost: '', apiVersion: 6 }
    const { groups } = await coordinator.describeGroups(request, from)
    settled.set(groupId, { generation, protocol, groups })
  }
  return settled
}
