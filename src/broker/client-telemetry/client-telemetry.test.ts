import assert from 'node:assert/strict'
import test from 'node:test'
import { nodeEnv } from '../../env/node/env.ts'
import { EMPTY_IMAGE } from '../../metadata/image.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { codecOf } from '../../records/compression/codecs.ts'
import { ClientTelemetry } from './client-telemetry.ts'
import { parseOtlpMetrics } from './otlp-metrics.ts'

function field(number: number, content: Buffer | string | number): Buffer {
  if (typeof content === 'number') return Buffer.from([number * 8, content])
  const bytes = Buffer.from(content)
  assert.ok(bytes.length < 128 * 128)
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7]
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), bytes])
}

function double(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(9)
  bytes[0] = number * 8 + 1
  bytes.writeDoubleLE(value, 1)
  return bytes
}

function int(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(9)
  bytes[0] = number * 8 + 1
  bytes.writeInt32LE(value, 1)
  if (value < 0) bytes.writeInt32LE(-1, 5)
  return bytes
}

const topic = field(7, Buffer.concat([field(1, 'topic'), field(2, field(1, 't'))]))

function metricsData(...metrics: Buffer[]): Buffer {
  return field(1, field(2, Buffer.concat(metrics.map((metric) => field(2, metric)))))
}

function gauge(name: string, value: number): Buffer {
  return Buffer.concat([field(1, name), field(5, field(1, Buffer.concat([topic, double(4, value)])))])
}

function counter(name: string, value: number): Buffer {
  return Buffer.concat([field(1, name), field(7, Buffer.concat([field(1, int(6, value)), field(2, 1)]))])
}

test('gauges and sums are read, unknown fields skipped, other bytes refused', () => {
  const bytes = Buffer.concat([metricsData(gauge('a', 1.5), counter('b', -7)), field(9, 'later')])
  assert.deepEqual(parseOtlpMetrics(bytes), [
    { name: 'a', attributes: 'topic=t', value: 1.5, delta: false },
    { name: 'b', attributes: '', value: -7, delta: true },
  ])
  assert.deepEqual(parseOtlpMetrics(Buffer.alloc(0)), [])
  for (const bad of [Buffer.from([10, 200]), Buffer.from([11]), Buffer.alloc(20, 0xff), bytes.subarray(0, 9)])
    assert.throws(() => parseOtlpMetrics(bad), { errorName: 'INVALID_RECORD' })
})

function setup(configs: Record<string, Record<string, string>>) {
  let now = 1_000_000
  const resourceConfigs = new Map(
    Object.entries(configs).map(([name, values]) => [
      `client-metrics/${name}`,
      { configs: new Map(Object.entries(values)), modRevision: 1 },
    ]),
  )
  const env = nodeEnv()
  const clock = { now: () => now, monotonic: () => now }
  const telemetry = new ClientTelemetry(clock, env.random, () => ({ ...EMPTY_IMAGE, resourceConfigs }))
  return { telemetry, wait: (ms: number) => (now += ms) }
}

const client = (id: string, instance = ZERO_UUID) => ({
  client_instance_id: instance,
  client_id: id,
  client_software_name: 'apache-kafka-java',
  client_software_version: '4.4.0',
  client_source_address: '127.0.0.1',
  client_source_port: '',
})

test('a client is asked for what the subscriptions that match it name', () => {
  const { telemetry } = setup({
    one: { metrics: 'org.apache.kafka.producer.', 'interval.ms': '5000', match: 'client_id=a.*' },
    two: {
      metrics: 'org.apache.kafka.consumer.',
      match: 'client_software_name=apache-kafka-java,client_id=.b',
    },
    all: { metrics: '*', match: 'client_id=root' },
  })
  const asked = (id: string) => telemetry.subscribe(client(id)).subscription
  assert.deepEqual(asked('ab').metrics, ['org.apache.kafka.consumer.', 'org.apache.kafka.producer.'])
  assert.equal(asked('ab').pushIntervalMs, 5_000)
  assert.equal(asked('xb').pushIntervalMs, 300_000)
  assert.deepEqual(asked('x').metrics, [])
  assert.deepEqual(asked('root').metrics, [''])
  assert.notEqual(asked('x').id, asked('root').id)
})

test('pushes are taken when they are due, added up, and forgotten', () => {
  const { telemetry, wait } = setup({ all: { metrics: '*', 'interval.ms': '1000' } })
  const { clientInstanceId, subscription } = telemetry.subscribe(client('c'))
  const push = (overrides = {}) =>
    telemetry.push(
      {
        clientInstanceId,
        subscriptionId: subscription.id,
        terminating: false,
        compressionType: 4,
        metrics: codecOf('zstd').compress(metricsData(gauge('g', 2), counter('c', 3))),
        ...overrides,
      },
      client('c', clientInstanceId),
    )
  const refused = (errorName: string, overrides = {}) => assert.throws(() => push(overrides), { errorName })
  refused('UNKNOWN_SUBSCRIPTION_ID', { subscriptionId: subscription.id + 1 })
  refused('UNKNOWN_SUBSCRIPTION_ID', { clientInstanceId: 'AQAAAAAAAAAAAAAAAAAAAA' })
  refused('INVALID_REQUEST', { clientInstanceId: ZERO_UUID })
  refused('UNSUPPORTED_COMPRESSION_TYPE', { compressionType: 9 })
  refused('TELEMETRY_TOO_LARGE', { metrics: Buffer.alloc((1 << 20) + 1) })
  push()
  refused('THROTTLING_QUOTA_EXCEEDED')
  wait(1_000)
  push()
  const values = () => Object.fromEntries([...telemetry.samples()].map(({ name, value }) => [name, value]))
  assert.deepEqual(values(), { g: 2, c: 6 })
  push({ terminating: true })
  wait(1_000)
  refused('INVALID_REQUEST')
  wait(3_000)
  assert.deepEqual(values(), {})
})
