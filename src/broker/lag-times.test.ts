import assert from 'node:assert/strict'
import test from 'node:test'
import { openTestBroker } from '../../test/support/test-broker.ts'
import type { GroupSnapshot } from '../coordinator/group/group-snapshot.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import { LagTimes } from './lag-times.ts'

function group(groupId: string, offset: number, topic = 't'): GroupSnapshot {
  const committed = {
    leaderEpoch: -1,
    metadata: '',
    commitTimestamp: 0,
    expireTimestamp: -1,
    topicId: ZERO_UUID,
  }
  return {
    groupId,
    kind: 'classic',
    state: 'Empty',
    protocolType: '',
    protocol: '',
    generation: 0,
    members: [],
    offsets: [{ ...committed, topic, partition: 0, offset }],
  }
}

test('lag in seconds is the age of the first record that is not committed', async () => {
  await using server = await openTestBroker()
  const { broker } = server
  await broker.topicAdmin.autoCreate(['t'])
  const before = broker.env.clock.now()
  for (const value of ['a', 'b', 'c']) await server.append('t', 0, value)
  const after = broker.env.clock.now()
  let now = after + 10_000
  const times = new LagTimes(broker.topics, { ...broker.env.clock, now: () => now, monotonic: () => 0 })
  assert.equal(times.lagSeconds('g', 't', 0, 1), null)
  await times.refresh([group('g', 1), group('gone', 0, 'nope'), group('done', 3)], 'all')
  const lag = times.lagSeconds('g', 't', 0, 1) ?? -1
  assert.ok(lag >= 10 && lag <= 10 + (after - before) / 1_000, String(lag))
  assert.equal(times.lagSeconds('done', 't', 0, 3), 0)
  assert.equal(times.lagSeconds('gone', 'nope', 0, 0), null)
  now += 5_000
  assert.equal(times.lagSeconds('g', 't', 0, 1), lag + 5)
  await times.refresh([group('h', 0)], 'some')
  assert.equal(times.lagSeconds('g', 't', 0, 1), lag + 5)
  await times.refresh([group('h', 0)], 'all')
  assert.equal(times.lagSeconds('g', 't', 0, 1), null)
})
