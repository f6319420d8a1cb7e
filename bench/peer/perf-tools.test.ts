import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConsumerSummary, parseProducerSummary } from './perf-tools.ts'

test('the summary of ProducerPerformance is its last line, in MiB that become MB', () => {
  const output = [
    '50000 records sent, 9998.0 records/sec (9.76 MB/sec), 3.1 ms avg latency, 80.0 ms max latency.',
    '1000000 records sent, 104015.0 records/sec (100.00 MB/sec), 267.10 ms avg latency, 700.00 ms max latency, 250 ms 50th, 500 ms 95th, 542 ms 99th, 600 ms 99.9th.',
  ].join('\n')
  assert.deepEqual(parseProducerSummary(`${output}\n`), {
    records: 1_000_000,
    megabytesPerSecond: 104.8576,
    p50: 250,
    p99: 542,
  })
})

test('a producer that did not end with a summary has failed', () => {
  assert.throws(() => parseProducerSummary('Exception in thread "main"\n'), /ended with "Exception/)
})

test('the summary of ConsumerPerformance is counted over the time of fetching, without the rebalance', () => {
  const output = [
    'start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec',
    '2026-01-01 00:00:00:000, 2026-01-01 00:00:02:000, 1000.0000, 500.0000, 1024000, 512000.0000, 1000, 1000, 1000.0000, 1024000.0000',
  ].join('\n')
  assert.deepEqual(parseConsumerSummary(output), { records: 1_024_000, megabytesPerSecond: 1048.576 })
})

test('a consumer that printed only its head has failed', () => {
  assert.throws(() =>
    parseConsumerSummary(
      'start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms',
    ),
  )
})
