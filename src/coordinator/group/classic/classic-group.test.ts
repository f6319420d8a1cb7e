import test from 'node:test'
import { GroupTranscript } from '../../testing/group-transcript.ts'

/** Two members in generation 1, both synced; `a` leads. */
const STABLE_PAIR = `
  join a -> a: JOIN MEMBER_ID_REQUIRED
  join b -> b: JOIN MEMBER_ID_REQUIRED
  join a
  join b
  wait 3000
  wait 3000 -> a: joined 1 leader=a range [a,b] | b: joined 1 leader=a range
  sync b
  sync a a=x b=y -> a: synced x | b: synced y
`

test('the first member waits for the initial delay and leads', async () => {
  await GroupTranscript.check(`
    state -> Dead []
    join a -> a: JOIN MEMBER_ID_REQUIRED
    state -> Empty []
    join a
    wait 2999
    state -> PreparingRebalance [a=]
    wait 1 -> a: joined 1 leader=a range [a]
    state -> CompletingRebalance [a=]
    sync a a=all -> a: synced all
    state -> Stable [a=all]
  `)
})

test('new members prolong the initial delay, up to the rebalance timeout', async () => {
  await GroupTranscript.check(`
    join a v3 rebalance=7000
    wait 2999
    join b v3 rebalance=7000
    wait 1
    wait 2999
    join c v3 rebalance=7000
    wait 1
    wait 999
    join d v3 rebalance=7000
    wait 1 -> a: joined 1 leader=a range [a,b,c,d] | b: joined 1 leader=a range | c: joined 1 leader=a range | d: joined 1 leader=a range
  `)
})

test('a second member makes the first join again (eager)', async () => {
  await GroupTranscript.check(`
    join a v3
    wait 3000 -> a: joined 1 leader=a range [a]
    sync a a=all -> a: synced all
    join b v3
    heartbeat a -> a: REBALANCE_IN_PROGRESS
    join a -> b: joined 2 leader=a range | a: joined 2 leader=a range [a,b]
    heartbeat a -> a: NONE
    sync b
    sync a a=x b=y -> a: synced x | b: synced y
    heartbeat b -> b: NONE
  `)
})

test('cooperative members rebalance twice and keep their metadata opaque', async () => {
  await GroupTranscript.check(
    `
    join a v3 type=consumer protocols=coop:owns-all
    wait 0 -> a: joined 1 leader=a coop [a]
    sync a type=consumer protocol=coop a=all -> a: synced all
    join b v3 type=consumer protocols=coop:owns-none
    join a type=consumer protocols=coop:owns-all -> b: joined 2 leader=a coop | a: joined 2 leader=a coop [a,b]
    sync b type=consumer protocol=coop
    sync a type=consumer protocol=coop a=half b= -> a: synced half | b: synced
    join a type=consumer protocols=coop:owns-half
    heartbeat b -> b: REBALANCE_IN_PROGRESS
    join b type=consumer protocols=coop:owns-none -> a: joined 3 leader=a coop [a,b] | b: joined 3 leader=a coop
    sync a type=consumer protocol=coop a=half b=half -> a: synced half
    sync b type=consumer protocol=coop -> b: synced half
    state -> Stable [a=half,b=half]
  `,
    { initialRebalanceDelayMs: 0 },
  )
})

test('the last member to leave leaves an empty group, at once', async () => {
  await GroupTranscript.check(`
    ${STABLE_PAIR}
    leave b -> left NONE
    heartbeat a -> a: REBALANCE_IN_PROGRESS
    join a -> a: joined 2 leader=a range [a]
    sync a a=all -> a: synced all
    leave a -> left NONE
    state -> Empty []
    heartbeat a -> a: UNKNOWN_MEMBER_ID
    join a -> a: JOIN UNKNOWN_MEMBER_ID
  `)
})

test('a leader that fails is replaced by a member that joined', async () => {
  await GroupTranscript.check(`
    ${STABLE_PAIR}
    wait 6000
    heartbeat b -> b: NONE
    wait 4000
    heartbeat b -> b: REBALANCE_IN_PROGRESS
    join b -> b: joined 2 leader=b range [b]
    sync b b=all -> b: synced all
    heartbeat a -> a: UNKNOWN_MEMBER_ID
  `)
})

test('a member that does not rejoin is dropped at the rebalance timeout, the leader included', async () => {
  await GroupTranscript.check(
    `
    ${STABLE_PAIR}
    join c -> c: JOIN MEMBER_ID_REQUIRED
    join c
    join b
    wait 9000
    heartbeat a -> a: REBALANCE_IN_PROGRESS
    wait 9000
    heartbeat a -> a: REBALANCE_IN_PROGRESS
    wait 2000 -> b: joined 2 leader=b range [b,c] | c: joined 2 leader=b range
    heartbeat a -> a: UNKNOWN_MEMBER_ID
  `,
  )
})

test('members that do not sync in time are dropped and the others rebalance', async () => {
  await GroupTranscript.check(`
    join a v3 rebalance=5000 session=60000
    join b v3 rebalance=5000 session=60000
    wait 5000 -> a: joined 1 leader=a range [a,b] | b: joined 1 leader=a range
    sync b
    wait 5000 -> b: SYNC REBALANCE_IN_PROGRESS
    join b rebalance=5000 -> b: joined 2 leader=b range [b]
    join a -> a: JOIN UNKNOWN_MEMBER_ID
  `)
})

test('an id that never joins holds the join phase up until its session ends', async () => {
  await GroupTranscript.check(`
    ${STABLE_PAIR}
    join c -> c: JOIN MEMBER_ID_REQUIRED
    join a
    join b
    wait 9999
    wait 1 -> a: joined 2 leader=a range [a,b] | b: joined 2 leader=a range
    join c -> c: JOIN UNKNOWN_MEMBER_ID
  `)
})

test('a pending id can leave', async () => {
  await GroupTranscript.check(`
    join a -> a: JOIN MEMBER_ID_REQUIRED
    leave a -> left NONE
    join a -> a: JOIN UNKNOWN_MEMBER_ID
    state -> Empty []
  `)
})

test('a static member that comes back in a stable group causes no rebalance', async () => {
  await GroupTranscript.check(`
    join a as=i1
    join b as=i2
    wait 6000 -> a: joined 1 leader=i1 range [i1,i2] | b: joined 1 leader=i1 range
    sync b
    sync a a=x b=y -> a: synced x | b: synced y
    join b fresh -> b: joined 1 leader=i1 range
    sync b -> b: synced y
    heartbeat a -> a: NONE
    # From version 9 on the leader is told to skip the assignment (KIP-814); before, that it does not lead.
    join a fresh -> a: joined 1 leader=i1 range [i2,i1] skip
    sync a -> a: synced x
    join a fresh v8 -> a: joined 1 leader=former-i1 range
    state -> Stable [i2=y,i1=x]
  `)
})

test('a static member that comes back is fenced under its old id', async () => {
  await GroupTranscript.check(`
    join a as=i1
    wait 3000 -> a: joined 1 leader=i1 range [i1]
    sync a a=x -> a: synced x
    join a2 as=i1 -> a2: joined 1 leader=i1 range [i1] skip
    heartbeat a -> a: FENCED_INSTANCE_ID
    sync a -> a: SYNC FENCED_INSTANCE_ID
    join a -> a: JOIN FENCED_INSTANCE_ID
    commit a t:0=1 -> commit FENCED_INSTANCE_ID
    leave a -> left FENCED_INSTANCE_ID
    heartbeat a2 -> a2: NONE
  `)
})

test('a parked request of the former self is answered when a static member is replaced', async () => {
  await GroupTranscript.check(`
    join a as=i1
    join a2 as=i1 -> a: JOIN FENCED_INSTANCE_ID
    wait 3000 -> a2: joined 1 leader=i1 range [i1]
    join b as=i2
    join a2 -> b: joined 2 leader=i1 range | a2: joined 2 leader=i1 range [i1,i2]
    sync b
    join b2 as=i2 -> b: SYNC FENCED_INSTANCE_ID
    heartbeat a2 -> a2: REBALANCE_IN_PROGRESS
    join a2 -> a2: joined 3 leader=i1 range [i1,i2] | b2: joined 3 leader=i1 range
  `)
})

test('a static member that offers another protocol set may cause a rebalance', async () => {
  await GroupTranscript.check(`
    join a as=i1 protocols=range,rr
    wait 3000 -> a: joined 1 leader=i1 range [i1]
    sync a a=x -> a: synced x
    join a fresh protocols=rr,range -> a: joined 2 leader=i1 rr [i1]
  `)
})

test('a static member that is away keeps its place until its session ends', async () => {
  await GroupTranscript.check(`
    join a as=i1 session=30000 rebalance=5000
    join b v3 session=30000 rebalance=5000
    wait 5000 -> a: joined 1 leader=i1 range [i1,b] | b: joined 1 leader=i1 range
    sync b
    sync a a=x b=y -> a: synced x | b: synced y
    join c v3 session=30000 rebalance=5000
    join b session=30000 rebalance=5000
    # The rebalance goes on without the static leader, which stays a member.
    wait 5000 -> b: joined 2 leader=b range [i1,b,c] | c: joined 2 leader=b range
    state -> CompletingRebalance [i1=x,b=y,c=]
  `)
})

test('administrators remove static members by instance id', async () => {
  await GroupTranscript.check(`
    join a as=i1
    wait 3000 -> a: joined 1 leader=i1 range [i1]
    sync a a=x -> a: synced x
    kick i1 i2 -> kicked NONE,UNKNOWN_MEMBER_ID
    state -> Empty []
  `)
})

test('LeaveGroup takes several members, or one before version 3', async () => {
  await GroupTranscript.check(`
    ${STABLE_PAIR}
    leave a b -> left NONE,NONE
    state -> Empty []
    leave a v2 -> left UNKNOWN_MEMBER_ID
    leave a -> left UNKNOWN_MEMBER_ID
  `)
})

test('the protocol with most votes wins among those that all support', async () => {
  await GroupTranscript.check(`
    join a v3 protocols=sticky,range,rr
    join b v3 protocols=rr,range
    join c v3 protocols=rr,sticky,range
    wait 6000 -> a: joined 1 leader=a rr [a,b,c] | b: joined 1 leader=a rr | c: joined 1 leader=a rr
    join d v3 protocols=sticky -> d: JOIN INCONSISTENT_GROUP_PROTOCOL
    join d v3 protocols=range type=connect -> d: JOIN INCONSISTENT_GROUP_PROTOCOL
    sync a protocol=range -> a: SYNC INCONSISTENT_GROUP_PROTOCOL
    sync a protocol=rr gen=7 -> a: SYNC ILLEGAL_GENERATION
    sync a protocol=rr type=connect -> a: SYNC INCONSISTENT_GROUP_PROTOCOL
    heartbeat a gen=0 -> a: ILLEGAL_GENERATION
  `)
})

test('any protocol type works, and stays that of the group once it is empty', async () => {
  await GroupTranscript.check(`
    join a v3 type=sr protocols=v0:{"host":1}
    wait 3000 -> a: joined 1 leader=a v0 [a]
    sync a type=sr protocol=v0 a={} -> a: synced {}
    leave a -> left NONE
    join b v3 type=connect protocols=compatible
    wait 3000 -> b: joined 3 leader=b compatible [b]
  `)
})

test('a full group turns new members away', async () => {
  await GroupTranscript.check(
    `
    join a v3
    join b v3
    join c v3 -> c: JOIN GROUP_MAX_SIZE_REACHED
    wait 6000 -> a: joined 1 leader=a range [a,b] | b: joined 1 leader=a range
    sync b
    sync a a=x b=y -> a: synced x | b: synced y
    join c -> c: JOIN GROUP_MAX_SIZE_REACHED
  `,
    { groupMaxSize: 2 },
  )
})

test('requests that make no sense are refused', async () => {
  await GroupTranscript.check(`
    join a session=5999 -> a: JOIN INVALID_SESSION_TIMEOUT
    join a session=1800001 -> a: JOIN INVALID_SESSION_TIMEOUT
    join a group= -> a: JOIN INVALID_GROUP_ID
    join a id=made-up -> a: JOIN UNKNOWN_MEMBER_ID
    join a protocols= type= -> a: JOIN INCONSISTENT_GROUP_PROTOCOL
    sync a -> a: SYNC UNKNOWN_MEMBER_ID
    heartbeat a -> a: UNKNOWN_MEMBER_ID
  `)
})

test('a retried JoinGroup or SyncGroup gets the same answer; the request before is let go', async () => {
  await GroupTranscript.check(`
    join a v3
    wait 3000 -> a: joined 1 leader=a range [a]
    join a -> a: joined 1 leader=a range [a]
    hold
    sync a a=x
    sync a a=y -> a: SYNC REBALANCE_IN_PROGRESS
    release -> a: synced x
    sync a -> a: synced x
    join b v3
    join a -> b: joined 2 leader=a range | a: joined 2 leader=a range [a,b]
  `)
})

test('a follower that joins a stable group again with the same metadata goes on; the leader rebalances', async () => {
  await GroupTranscript.check(`
    ${STABLE_PAIR}
    join b -> b: joined 1 leader=a range
    sync b -> b: synced y
    join b protocols=range:new
    heartbeat a -> a: REBALANCE_IN_PROGRESS
    join a -> a: joined 2 leader=a range [a,b] | b: joined 2 leader=a range
    sync a a=x -> a: synced x
    sync b -> b: synced
    join a
    heartbeat b -> b: REBALANCE_IN_PROGRESS
  `)
})

test('version 0 has no rebalance timeout: the session timeout stands in', async () => {
  await GroupTranscript.check(`
    join a v0 session=8000
    join b v0 session=8000
    wait 5999
    wait 1 -> a: joined 1 leader=a range [a,b] | b: joined 1 leader=a range
  `)
})
