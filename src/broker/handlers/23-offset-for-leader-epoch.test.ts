import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestBroker, type TestBroker } from '../../../test/support/test-broker.ts'
import { offsetForLeaderEpochHandler } from './23-offset-for-leader-epoch.ts'

/** Answers as [error code, epoch, end offset]. */
async function ask(
  server: TestBroker,
  asked: { partition?: number; current?: number; epoch: number },
  version = 4,
  topic = 't',
): Promise<number[]> {
  const { partition = 0, current = -1, epoch } = asked
  const partitions = [{ partition, currentLeaderEpoch: current, leaderEpoch: epoch }]
  const { topics } = await server.call(offsetForLeaderEpochHandler, version, {
    topics: [{ topic, partitions }],
  })
  const answer = topics[0]?.partitions[0]
  return [answer?.errorCode ?? 0, answer?.leaderEpoch ?? 0, answer?.endOffset ?? 0]
}

test('an epoch ends where the next begins, the current one at the log end', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chronik-epochs-'))
  try {
    {
      await using server = await openTestBroker({ directory })
      await server.broker.topicAdmin.autoCreate(['t'])
      for (let version = 2; version <= 4; version++)
        assert.deepEqual(await ask(server, { epoch: 0 }, version), [0, 0, 0])
      await server.append('t', 0, 'a')
      await server.append('t', 0, 'b')
      assert.deepEqual(await ask(server, { epoch: 0, current: 0 }), [0, 0, 2])
    }
    await using server = await openTestBroker({ directory })
    // The restart began epoch 1. A consumer that stands at offset 2 of epoch 0 must not believe that the log was truncated.
    assert.deepEqual(await ask(server, { epoch: 0, current: 1 }), [0, 0, 2])
    assert.deepEqual(await ask(server, { epoch: 1, current: 1 }), [0, 1, 2])
    await server.append('t', 0, 'c')
    assert.deepEqual(await ask(server, { epoch: 0 }), [0, 0, 2])
    assert.deepEqual(await ask(server, { epoch: 1 }), [0, 1, 3])
    assert.deepEqual(await ask(server, { epoch: 2 }), [0, -1, -1])
    assert.deepEqual(await ask(server, { epoch: -1 }), [0, -1, -1])
    assert.deepEqual(await ask(server, { epoch: 0, current: 0 }), [74, -1, -1])
    assert.deepEqual(await ask(server, { epoch: 0, current: 5 }), [75, -1, -1])
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('topics and partitions that do not exist are unknown', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  assert.deepEqual(await ask(server, { epoch: 0, partition: 9 }), [3, -1, -1])
  assert.deepEqual(await ask(server, { epoch: 0, current: 0 }, 4, 'nope'), [3, -1, -1])
})
