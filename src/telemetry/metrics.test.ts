import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Metrics, type Series } from './metrics.ts'
import { Histogram } from './instruments.ts'
import type { MetricName } from './metric-table.ts'

function values(metrics: Metrics, name: MetricName): [string, number][] {
  const series: readonly Series[] = metrics.snapshot().get(name) ?? []
  return series.map(({ labelValues, instrument }) => [
    labelValues.join(),
    instrument instanceof Histogram ? instrument.count : instrument.value,
  ])
}

test('the same labels give the same instrument, whatever their order', () => {
  const metrics = new Metrics(10)
  const first = metrics.counter('chronik_request_errors_total', { api: 'Fetch', error: 'X' })
  assert.equal(metrics.counter('chronik_request_errors_total', { error: 'X', api: 'Fetch' }), first)
  assert.notEqual(metrics.counter('chronik_request_errors_total', { api: 'Fetch', error: 'Y' }), first)
  first.add(1)
  assert.deepEqual(values(metrics, 'chronik_request_errors_total'), [
    ['Fetch,X', 1],
    ['Fetch,Y', 0],
  ])
})

test('names and labels are checked by the compiler', () => {
  const metrics = new Metrics(10)
  // @ts-expect-error -- The label is missing.
  metrics.counter('chronik_requests_total')
  // @ts-expect-error -- There is no such label.
  metrics.counter('chronik_requests_total', { topic: 'x' })
  // @ts-expect-error -- It is a counter.
  assert.throws(() => metrics.gauge('chronik_requests_total', { api: 'x' }))
  // @ts-expect-error -- It has no labels.
  metrics.gauge('chronik_fetch_sessions', { topic: 'x' })
})

test('label combinations beyond the bound are counted together, and that is counted', () => {
  const metrics = new Metrics(2)
  for (const topic of ['a', 'b', 'c', 'd'])
    metrics.counter('chronik_topic_received_bytes_total', { topic }).add(1)
  assert.deepEqual(values(metrics, 'chronik_topic_received_bytes_total'), [
    ['a', 1],
    ['b', 1],
    ['overflow', 2],
  ])
  metrics.collect((sample) => {
    for (const topic of ['a', 'b', 'c']) sample('kafka_topic_partitions', 1, { topic })
  })
  assert.equal(values(metrics, 'kafka_topic_partitions').length, 2)
  assert.deepEqual(values(metrics, 'chronik_metrics_overflow_total'), [
    ['chronik_topic_received_bytes_total', 2],
    ['kafka_topic_partitions', 2],
  ])
})

test('a removed series makes room and no longer shows', () => {
  const metrics = new Metrics(1)
  metrics.counter('chronik_topic_received_bytes_total', { topic: 'a' }).add(1)
  metrics.remove('chronik_topic_received_bytes_total', { topic: 'a' })
  assert.deepEqual(values(metrics, 'chronik_topic_received_bytes_total'), [])
  metrics.counter('chronik_topic_received_bytes_total', { topic: 'b' }).add(1)
  assert.deepEqual(values(metrics, 'chronik_topic_received_bytes_total'), [['b', 1]])
})

test('a collector runs at each scrape until it is unregistered', () => {
  const metrics = new Metrics(10)
  let brokers = 1
  const stop = metrics.collect((sample) => sample('kafka_brokers', brokers))
  assert.deepEqual(values(metrics, 'kafka_brokers'), [['', 1]])
  brokers = 2
  assert.deepEqual(values(metrics, 'kafka_brokers'), [['', 2]])
  stop()
  assert.deepEqual(values(metrics, 'kafka_brokers'), [])
})
