import test from 'node:test'
import { GroupTranscript } from '../../testing/group-transcript.ts'

const STABLE = `
  join a v3 type=consumer protocols=range:\u0000\u0001\u0000\u0000\u0000\u0001\u0000\u0001t
  wait 3000 -> a: joined 1 leader=a range [a]
  sync a type=consumer a=x -> a: synced x
`
const DAY = 24 * 60 * 60 * 1000

test('a consumer that joined no group commits and fetches', async () => {
  await GroupTranscript.check(`
    fetch -> offsets
    fetch t:0 -> offsets t:0=-1
    commit - t:0=5 t:1=6 u:0=7 -> commit NONE,NONE,NONE
    fetch -> offsets t:0=5 t:1=6 u:0=7
    fetch t:1 t:2 -> offsets t:1=6 t:2=-1
    fetch t:1 stable=1 -> offsets t:1=6
    state -> Empty []
    commit - t:0=3 -> commit NONE
    fetch t:0 -> offsets t:0=3
  `)
})

test('commits are fenced by member and generation', async () => {
  await GroupTranscript.check(`
    commit a t:0=1 gen=3 v8 -> commit ILLEGAL_GENERATION
    commit a t:0=1 gen=3 v9 -> commit GROUP_ID_NOT_FOUND
    join a v3
    commit a t:0=1 -> commit UNKNOWN_MEMBER_ID
    wait 3000 -> a: joined 1 leader=a range [a]
    commit a t:0=1 -> commit REBALANCE_IN_PROGRESS
    sync a a=x -> a: synced x
    commit a t:0=1 -> commit NONE
    commit a t:0=1 gen=0 -> commit ILLEGAL_GENERATION
    commit - t:0=1 -> commit UNKNOWN_MEMBER_ID
    join b v3
    # While members join again, those of the last generation may still commit.
    commit a t:0=2 -> commit NONE
    leave a -> b: joined 2 leader=b range [b] | left NONE
    commit a t:0=3 -> commit UNKNOWN_MEMBER_ID
    fetch t:0 -> offsets t:0=2
  `)
})

test('a commit keeps the session alive', async () => {
  await GroupTranscript.check(`
    ${STABLE}
    wait 9000
    commit a t:0=1 -> commit NONE
    wait 9000
    heartbeat a -> a: NONE
  `)
})

test('metadata is limited', async () => {
  await GroupTranscript.check(
    `
    commit - t:0=1 metadata=abcd -> commit NONE
    commit - t:0=2 metadata=abcde -> commit OFFSET_METADATA_TOO_LARGE
    fetch -> offsets t:0=1
  `,
    { offsetMetadataMaxBytes: 4 },
  )
})

test('reads show committed offsets only; stable ones wait for what was written before', async () => {
  await GroupTranscript.check(`
    commit - t:0=1 -> commit NONE
    hold
    commit - t:0=2
    commit - t:1=2
    fetch -> offsets t:0=1
    fetch t:0 stable=1
    fetch t:1 -> offsets t:1=-1
    release -> commit NONE | commit NONE | offsets t:0=2
    fetch -> offsets t:0=2 t:1=2
  `)
})

test('a failed append takes back all that was decided since, and says why', async () => {
  await GroupTranscript.check(`
    commit - t:0=1 -> commit NONE
    hold
    commit - t:0=2
    wait 0
    commit - t:0=3 u:0=1
    fail NOT_ENOUGH_REPLICAS
    release -> commit COORDINATOR_NOT_AVAILABLE | commit COORDINATOR_NOT_AVAILABLE,COORDINATOR_NOT_AVAILABLE
    fetch -> offsets t:0=1
    fetch t:0 stable=1 -> offsets t:0=1
    fail MESSAGE_TOO_LARGE
    commit - t:0=4 -> commit UNKNOWN_SERVER_ERROR
    fail NOT_LEADER_OR_FOLLOWER
    commit - t:0=4 -> commit NOT_COORDINATOR
    commit - t:0=5 -> commit NONE
    fetch -> offsets t:0=5
  `)
})

test('a write that takes too long is answered, and may still succeed', async () => {
  await GroupTranscript.check(`
    hold
    commit - t:0=1
    wait 4999
    wait 1 -> commit COORDINATOR_NOT_AVAILABLE
    fetch -> offsets
    release
    fetch -> offsets t:0=1
  `)
})

test('offsets of an empty group expire after the retention, and the group with them', async () => {
  await GroupTranscript.check(
    `
    ${STABLE}
    commit a t:0=1 t:1=1 -> commit NONE,NONE
    leave a -> left NONE
    wait ${DAY - 600_000}
    fetch -> offsets t:0=1 t:1=1
    state -> Empty []
    wait 1200000
    fetch -> offsets
    state -> Dead []
    restart
    state -> Dead []
  `,
    { offsetsRetentionMs: DAY },
  )
})

test('offsets of subscribed topics stay while the group lives; others expire by their commit', async () => {
  await GroupTranscript.check(
    `
    join a v3 session=1800000 type=consumer protocols=range:\u0000\u0001\u0000\u0000\u0000\u0001\u0000\u0001t
    wait 3000 -> a: joined 1 leader=a range [a]
    sync a type=consumer a=x -> a: synced x
    commit a t:0=1 u:0=1 -> commit NONE,NONE
    wait 1700000
    fetch -> offsets t:0=1
    heartbeat a -> a: NONE
  `,
    { offsetsRetentionMs: 1_000_000 },
  )
})

test('offsets of a consumer that joined no group expire by their commit, or as its request says', async () => {
  await GroupTranscript.check(
    `
    commit - t:0=1 -> commit NONE
    commit - u:0=1 retention=${3 * DAY} v4 -> commit NONE
    wait 600000
    commit - t:1=1 -> commit NONE
    wait ${DAY - 600_000}
    fetch -> offsets u:0=1 t:1=1
    wait ${DAY}
    fetch -> offsets u:0=1
    wait ${DAY}
    fetch -> offsets
    state -> Dead []
  `,
    { offsetsRetentionMs: DAY },
  )
})
