import assert from 'node:assert/strict'
import { it } from 'node:test'
import { simEnv } from '../env/sim/env.ts'
import { CommitGroups } from './commit-groups.ts'
import type { CommitTarget, PendingAppend } from './commit.ts'
import { Segment } from './segment.ts'

interface Setup {
  readonly groups: CommitGroups
  /** What happened, in order. */
  readonly events: string[]
  readonly submit: (name: number, bytes?: number) => void
  /** Ends the group in flight. */
  readonly finish: (error?: Error) => void
  readonly run: () => Promise<void>
}

function setup(lingerMs = 0): Setup {
  const env = simEnv(1)
  const events: string[] = []
  let settle: PromiseWithResolvers<void> | null = null
  const groups = new CommitGroups(env.scheduler, 100, 3, lingerMs, (group) => {
    events.push(`commit ${group.appends.map(({ baseOffset }) => baseOffset).join(',')}`)
    settle = Promise.withResolvers<void>()
    return settle.promise
  })
  groups.onFailure = (error) => events.push(`failed ${String(error)}`)
  const target: CommitTarget = {
    topicIdBytes: Buffer.alloc(16),
    partition: 0,
    committed: ({ baseOffset }) => events.push(`done ${baseOffset}`),
    writeOut: () => Promise.resolve(),
    writeThrough: () => Promise.resolve(false),
    writeAhead: () => {},
  }
  const segment = new Segment(0, '/s', 0, -1)
  const submit = (baseOffset: number, bytes = 10): void => {
    const batch = Buffer.alloc(bytes)
    const append: PendingAppend = {
      batch,
      baseOffset,
      lastOffset: 0,
      leaderEpoch: 0,
      target,
      segment,
      endPosition: 0,
    }
    groups.add(append)
  }
  const finish = (error?: Error): void => (error === undefined ? settle?.resolve() : settle?.reject(error))
  return { groups, events, submit, finish, run: () => env.kernel.run(env.kernel.nowMs + 1000) }
}

it('puts all appends of a turn into one group, and what comes meanwhile into the next', async () => {
  const { groups, events, submit, finish, run } = setup()
  submit(1)
  submit(2)
  groups.afterCommit(() => events.push('waiter 2'))
  await run()
  submit(3)
  groups.afterCommit(() => events.push('waiter 3'))
  assert.equal(groups.pendingBytes, 30)
  finish()
  await run()
  finish()
  await run()
  assert.deepEqual(events, ['commit 1,2', 'done 1', 'done 2', 'waiter 2', 'commit 3', 'done 3', 'waiter 3'])
  assert.equal(groups.pendingBytes, 0)
  groups.afterCommit(() => events.push('at once'))
  assert.equal(events.at(-1), 'at once')
})

it('waits for what is in flight when something repeats it', async () => {
  const { groups, events, submit, finish, run } = setup()
  submit(1)
  await run()
  groups.afterCommit(() => events.push('duplicate of 1'))
  assert.deepEqual(events, ['commit 1'])
  finish()
  await run()
  assert.equal(events.at(-1), 'duplicate of 1')
})

it('limits groups by bytes and by records; a large append goes alone', async () => {
  const { events, submit, finish, run } = setup()
  for (const [name, bytes] of [
    [1, 60],
    [2, 60],
    [3, 500],
    [4, 1],
    [5, 1],
    [6, 1],
    [7, 1],
  ] as const)
    submit(name, bytes)
  for (let i = 0; i < 5; i++) {
    await run()
    finish()
  }
  await run()
  const commits = events.filter((event) => event.startsWith('commit'))
  assert.deepEqual(commits, ['commit 1', 'commit 2', 'commit 3', 'commit 4,5,6', 'commit 7'])
})

it('acknowledges nothing after a failure, and takes no more', async () => {
  const { groups, events, submit, finish, run } = setup()
  submit(1)
  await run()
  submit(2)
  groups.afterCommit(() => events.push('waiter'))
  finish(new Error('EIO'))
  await run()
  groups.afterCommit(() => events.push('late waiter'))
  submit(3)
  await run()
  assert.deepEqual(events, ['commit 1', 'failed Error: EIO'])
  assert.ok(groups.failed)
  await groups.drain()
})

it('acknowledges nothing that is in flight when it is fenced', async () => {
  const { groups, events, submit, finish, run } = setup()
  submit(1)
  groups.afterCommit(() => events.push('waiter'))
  await run()
  groups.fence()
  finish()
  await run()
  assert.deepEqual(events, ['commit 1'])
})

it('drains what is queued', async () => {
  const { groups, events, submit, finish, run } = setup(500)
  submit(1)
  const drained = groups.drain().then(() => events.push('drained'))
  await Promise.resolve()
  finish()
  await run()
  await drained
  assert.deepEqual(events, ['commit 1', 'done 1', 'drained'])
})
