import test from 'node:test'
import { ConsumerTranscript } from '../../testing/consumer-transcript.ts'

const TWO = `
  topic t 4
  join a topics=t -> a: 1 [t:0,t:1,t:2,t:3]
  join b topics=t -> b: 2 []
  beat a -> a: 1 [t:0,t:1]
`

test('members take over partitions once the others have given them up', async () => {
  await ConsumerTranscript.check(`
    ${TWO}
    beat b -> b: 2
    state -> Reconciling 2/2 uniform [a=1,b=2]
    beat a owns=t:0,t:1 -> a: 2
    beat b -> b: 2 [t:2,t:3]
    state -> Stable 2/2 uniform [a=2,b=2]
    leave b -> b: -1
    beat a -> a: 3 [t:0,t:1,t:2,t:3]
    leave a -> a: -1
    state -> Empty 4/4 uniform []
  `)
})

test('a restart finds the group as it was', async () => {
  await ConsumerTranscript.check(`
    ${TWO}
    restart
    state -> Reconciling 2/2 uniform [a=1,b=2]
    beat b -> b: 2
    beat a owns=t:0,t:1 -> a: 2
    restart
    beat b -> b: 2 [t:2,t:3]
    state -> Stable 2/2 uniform [a=2,b=2]
  `)
})

test('partitions and topics that come later are assigned', async () => {
  await ConsumerTranscript.check(`
    join a topics=t,u -> a: 1 []
    topic t 1
    beat a -> a: 2 [t:0]
    topic t 2
    topic u 1
    beat a -> a: 3 [t:0,t:1,u:0]
    topic u 0
    beat a -> a: 3 [t:0,t:1]
    beat a owns=t:0,t:1 -> a: 4
  `)
})

test('a member that knows no topic yet has an epoch of its own all the same', async () => {
  await ConsumerTranscript.check(`
    join a topics= -> a: 1 []
    beat a -> a: 1
    topic t 1
    beat a topics=t owns=all -> a: 2 [t:0]
  `)
})

test('a subscription that changes drops partitions at once and bumps the epoch', async () => {
  await ConsumerTranscript.check(`
    topic t 2
    topic u 2
    join a topics=t,u -> a: 1 [t:0,t:1,u:0,u:1]
    beat a topics=u owns=all -> a: 1 [u:0,u:1]
    beat a owns=u:0,u:1 -> a: 2
    beat a topics= owns=all -> a: 2 []
  `)
})

test('members are fenced by their epoch; a lost answer is repeated', async () => {
  await ConsumerTranscript.check(`
    topic t 2
    beat a epoch=1 topics=t -> a: GROUP_ID_NOT_FOUND
    join a topics=t -> a: 1 [t:0,t:1]
    beat a epoch=2 -> a: FENCED_MEMBER_EPOCH
    beat x epoch=1 -> x: UNKNOWN_MEMBER_ID
    beat a topics=t,u owns=t:0,t:1 -> a: 2
    # Its answer with epoch 2 was lost; it has only what it should.
    beat a epoch=1 owns=t:0 -> a: 2
    beat a epoch=1 -> a: FENCED_MEMBER_EPOCH
    beat a epoch=0 -> a: INVALID_REQUEST
    join a topics=t -> a: 3 [t:0,t:1]
  `)
})

test('requests that make no sense are refused', async () => {
  await ConsumerTranscript.check(`
    join a id= topics=t -> a: INVALID_REQUEST
    join a topics=t assignor=nope -> a: UNSUPPORTED_ASSIGNOR
    join a topics=t as= -> a: INVALID_REQUEST
    join a -> a: INVALID_REQUEST
    rest a -> a: INVALID_REQUEST
    beat a epoch=-3 -> a: INVALID_REQUEST
    join a regex=( -> a: INVALID_REGULAR_EXPRESSION
    leave a -> a: GROUP_ID_NOT_FOUND
  `)
})

test('the group has a limit', async () => {
  await ConsumerTranscript.check(
    `
    topic t 1
    join a topics=t -> a: 1 [t:0]
    join b topics=t -> b: GROUP_MAX_SIZE_REACHED
    beat a -> a: 1
  `,
    { groupMaxSize: 1 },
  )
})

test('sessions end, and so does the time to give up partitions', async () => {
  await ConsumerTranscript.check(`
    ${TWO}
    wait 44000
    beat a -> a: 1
    wait 1000
    # The session of b is over.
    state -> Assigning 3/2 uniform [a=1]
    beat a owns=t:0,t:1 -> a: 3 [t:0,t:1,t:2,t:3]
    join c topics=t -> c: 4 []
    beat a -> a: 3 [t:0,t:1]
    wait 40000
    beat a -> a: 3
    beat c -> c: 4
    wait 20000
    # It had a minute to revoke.
    beat a -> a: UNKNOWN_MEMBER_ID
    beat c -> c: 5 [t:0,t:1,t:2,t:3]
  `)
})

test('the assignor that most ask for is used', async () => {
  await ConsumerTranscript.check(`
    topic t 3
    join a topics=t assignor=range -> a: 1 [t:0,t:1,t:2]
    state -> Stable 1/1 range [a=1]
    beat a assignor=uniform -> a: 2
    state -> Stable 2/2 uniform [a=2]
  `)
})

test('target assignments are not computed more often than configured', async () => {
  await ConsumerTranscript.check(
    `
    topic t 2
    join a topics=t -> a: 1 [t:0,t:1]
    join b topics=t -> b: 1 []
    state -> Assigning 2/1 uniform [a=1,b=1]
    wait 1000
    beat b -> b: 2
    beat a -> a: 1 [t:0]
    beat a owns=t:0 -> a: 2
    beat b -> b: 2 [t:1]
  `,
    { assignmentIntervalMs: 1_000 },
  )
})

test('static members keep their partitions while they are away, and take them under another id', async () => {
  await ConsumerTranscript.check(`
    topic t 2
    join a topics=t as=i -> a: 1 [t:0,t:1]
    join b topics=t as=i -> b: UNRELEASED_INSTANCE_ID
    rest a as=i -> a: -2
    beat b epoch=1 as=i -> b: FENCED_INSTANCE_ID
    beat b epoch=1 as=j -> b: UNKNOWN_MEMBER_ID
    join b topics=t as=i -> b: 1 [t:0,t:1]
    state -> Stable 1/1 uniform [b=1]
    restart
    beat b as=i -> b: 1
    rest b as=i -> b: -2
    wait 45000
    state -> Empty 2/2 uniform []
  `)
})

test('regular expressions follow the topics that exist', async () => {
  await ConsumerTranscript.check(`
    topic ta 1
    topic tb 1
    topic u 1
    join a regex=t.* -> a: 1 [ta:0,tb:0]
    join b regex=t.* -> b: 2 []
    beat a -> a: 1 [tb:0]
    beat a owns=tb:0 -> a: 2
    beat b -> b: 2 [ta:0]
    topic tc 1
    beat a -> a: 2
    wait 10001
    beat a -> a: 3 [tb:0,tc:0]
    beat b -> b: 3
    beat b regex=u owns=ta:0 -> b: 3 []
    beat b owns= -> b: 4 [u:0]
    restart
    leave b -> b: -1
    beat a -> a: 5 [ta:0,tb:0,tc:0]
  `)
})

test('offsets are committed by members of this epoch, or for partitions they have had since', async () => {
  await ConsumerTranscript.check(`
    topic t 2
    commit - t:0=1 -> commit NONE
    join a topics=t -> a: 1 [t:0,t:1]
    commit - t:0=2 -> commit UNKNOWN_MEMBER_ID
    commit a t:0=3 -> commit NONE
    commit a t:0=3 version=8 -> commit UNSUPPORTED_VERSION
    commit a t:0=3 epoch=2 -> commit STALE_MEMBER_EPOCH
    beat a topics=t,u owns=all -> a: 2
    commit a t:0=4 epoch=1 -> commit NONE
    commit a t:0=5 epoch=0 -> commit STALE_MEMBER_EPOCH
    commit b t:0=5 -> commit UNKNOWN_MEMBER_ID
    fetch - -> offsets t:0=4
    fetch a -> offsets t:0=4
    fetch a epoch=1 -> fetch STALE_MEMBER_EPOCH
    fetch b -> fetch UNKNOWN_MEMBER_ID
  `)
})

test('what could not be stored was never decided', async () => {
  await ConsumerTranscript.check(`
    topic t 2
    join a topics=t -> a: 1 [t:0,t:1]
    topic t 3
    fail
    beat a -> a: COORDINATOR_NOT_AVAILABLE
    state -> Stable 1/1 uniform [a=1]
    beat a -> a: 2 [t:0,t:1,t:2]
  `)
})

test('a classic group becomes a consumer group when somebody joins who speaks that protocol, and back', async () => {
  await ConsumerTranscript.check(`
    topic t 2
    classic a topics=t -> a: JOIN MEMBER_ID_REQUIRED
    classic a topics=t
    wait 0 -> a: joined 1
    lead a a=t:0,t:1 -> a: synced [t:0,t:1]
    state -> classic Stable 1
    join b topics=t -> b: 2 []
    state -> Reconciling 2/2 uniform [a=1c,b=2]
    ping a -> a: REBALANCE_IN_PROGRESS
    # It says that it has both partitions; it is to give up one and join again.
    classic a topics=t owns=t:0,t:1 -> a: joined 1
    sync a -> a: synced [t:0]
    beat b -> b: 2
    ping a -> a: REBALANCE_IN_PROGRESS
    classic a topics=t owns=t:0 -> a: joined 2
    sync a -> a: synced [t:0]
    beat b -> b: 2 [t:1]
    ping a -> a: NONE
    restart
    state -> Stable 2/2 uniform [a=2c,b=2]
    commit a t:0=1 -> commit NONE
    commit a t:0=1 epoch=9 -> commit ILLEGAL_GENERATION
    leave b -> b: -1
    state -> classic PreparingRebalance 1
    ping a -> a: REBALANCE_IN_PROGRESS
    classic a topics=t owns=t:0 -> a: joined 3
    lead a a=t:0,t:1 -> a: synced [t:0,t:1]
    fetch - -> offsets t:0=1
    quit a -> a: left NONE
    join b topics=t -> b: 1 [t:0,t:1]
  `)
})

test('whoever waits in a classic group is sent to the new one; nothing happens when the upgrade fails', async () => {
  await ConsumerTranscript.check(`
    topic t 1
    classic a topics=t -> a: JOIN MEMBER_ID_REQUIRED
    classic a topics=t
    wait 0 -> a: joined 1
    sync a -> a: synced []
    classic b topics=t -> b: JOIN MEMBER_ID_REQUIRED
    classic b topics=t
    join c regex=( -> c: INVALID_REGULAR_EXPRESSION
    join c topics=t -> c: 2 [t:0] | b: JOIN REBALANCE_IN_PROGRESS
    state -> Reconciling 2/2 uniform [a=1c,b=1c,c=2]
  `)
})

test('members of the classic protocol that do not join again in time are fenced', async () => {
  await ConsumerTranscript.check(`
    topic t 2
    join b topics=t -> b: 1 [t:0,t:1]
    classic a topics=t -> a: JOIN MEMBER_ID_REQUIRED
    classic a topics=t -> a: joined 2
    sync a -> a: synced []
    beat b -> b: 1 [t:0]
    beat b owns=t:0 -> b: 2
    ping a -> a: REBALANCE_IN_PROGRESS
    wait 9000
    ping a -> a: REBALANCE_IN_PROGRESS
    wait 9000
    ping a -> a: REBALANCE_IN_PROGRESS
    wait 2000
    ping a -> a: UNKNOWN_MEMBER_ID
    beat b -> b: 3 [t:0,t:1]
  `)
})

test('the migration policy decides what may become what', async () => {
  const classicFirst = `
    topic t 1
    classic a topics=t -> a: JOIN MEMBER_ID_REQUIRED
    classic a topics=t
    wait 0 -> a: joined 1
    sync a -> a: synced []
  `
  await ConsumerTranscript.check(`${classicFirst} \n join b topics=t -> b: GROUP_ID_NOT_FOUND`, {
    migrationPolicy: 'downgrade',
  })
  const consumerFirst = `
    topic t 1
    join b topics=t -> b: 1 [t:0]
    classic a topics=t`
  await ConsumerTranscript.check(`${consumerFirst} -> a: JOIN INCONSISTENT_GROUP_PROTOCOL`, {
    migrationPolicy: 'disabled',
  })
  await ConsumerTranscript.check(
    `${consumerFirst} -> a: JOIN MEMBER_ID_REQUIRED
    classic a topics=t -> a: joined 2
    leave b -> b: -1
    state -> Assigning 3/2 uniform [a=2c]
    classic a type=connect -> a: JOIN INCONSISTENT_GROUP_PROTOCOL
  `,
    { migrationPolicy: 'upgrade' },
  )
})
