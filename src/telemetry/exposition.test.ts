import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentType, expositionFormat, renderMetrics, type ExpositionFormat } from './exposition.ts'
import { metricTable, type MetricRow } from './metric-table.ts'
import { Metrics } from './metrics.ts'

interface ParsedSample {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  readonly value: number
}

interface ParsedFamily {
  readonly type: string
  readonly help: string
  readonly samples: ParsedSample[]
}

/** A strict reader of the text formats: whatever their descriptions do not allow fails. */
function parseExposition(text: string, format: ExpositionFormat): Map<string, ParsedFamily> {
  assert.ok(text.endsWith('\n'))
  const lines = text.slice(0, -1).split('\n')
  if (format === 'openmetrics') assert.equal(lines.pop(), '# EOF')
  const families = new Map<string, ParsedFamily>()
  const seen = new Set<string>()
  let current: [string, ParsedFamily] | null = null
  let help: [string, string] | null = null
  for (const line of lines) {
    const helpMatch = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line)
    if (helpMatch !== null) {
      assert.equal(help, null, 'HELP is followed by TYPE')
      help = [helpMatch[1] ?? '', helpMatch[2] ?? '']
      continue
    }
    const typeMatch = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$/.exec(line)
    if (typeMatch !== null) {
      const [, name = '', type = ''] = typeMatch
      assert.equal(help?.[0], name, 'TYPE belongs to the HELP before it')
      assert.ok(!families.has(name), `${name} comes in one piece`)
      const family: ParsedFamily = { type, help: help?.[1] ?? '', samples: [] }
      families.set(name, family)
      current = [name, family]
      help = null
      continue
    }
    const sample = parseSample(line)
    assert.ok(current !== null)
    assert.ok(
      suffixes(current[1].type, format).some((suffix) => sample.name === current?.[0] + suffix),
      line,
    )
    const identity = line.slice(0, line.lastIndexOf(' '))
    assert.ok(!seen.has(identity), `${identity} is there once`)
    seen.add(identity)
    current[1].samples.push(sample)
  }
  for (const [name, family] of families) {
    assert.ok(family.samples.length > 0, name)
    if (family.type === 'histogram') checkHistogram(name, family)
  }
  return families
}

function suffixes(type: string, format: ExpositionFormat): string[] {
  if (type === 'histogram') return ['_bucket', '_sum', '_count']
  return type === 'counter' && format === 'openmetrics' ? ['_total'] : ['']
}

function parseSample(line: string): ParsedSample {
  const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line)
  assert.ok(match !== null, `no sample: ${line}`)
  const labels = new Map<string, string>()
  let rest = match[2] ?? ''
  while (rest !== '') {
    const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,(?=.)|$)/.exec(rest)
    assert.ok(label !== null, `no labels: ${rest}`)
    assert.ok(!labels.has(label[1] ?? ''))
    labels.set(label[1] ?? '', unescape(label[2] ?? ''))
    rest = rest.slice(label[0].length)
  }
  const value = match[3] === '+Inf' ? Infinity : Number(match[3])
  assert.ok(!Number.isNaN(value), line)
  return { name: match[1] ?? '', labels, value }
}

function unescape(text: string): string {
  return text.replaceAll(/\\([\\"n])/g, (_match, character: string) => (character === 'n' ? '\n' : character))
}

function checkHistogram(name: string, family: ParsedFamily): void {
  const groups = Map.groupBy(family.samples, ({ labels }) =>
    JSON.stringify([...labels].filter(([label]) => label !== 'le')),
  )
  for (const samples of groups.values()) {
    const buckets = samples.filter((sample) => sample.name === `${name}_bucket`)
    const bounds = buckets.map(({ labels }) =>
      labels.get('le') === '+Inf' ? Infinity : Number(labels.get('le')),
    )
    assert.deepEqual(
      bounds,
      bounds.toSorted((a, b) => a - b),
    )
    assert.equal(bounds.at(-1), Infinity)
    const counts = buckets.map((bucket) => bucket.value)
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => a - b),
    )
    const count = samples.filter((sample) => sample.name === `${name}_count`)
    assert.deepEqual([count.length, count[0]?.value], [1, counts.at(-1)])
    assert.equal(samples.filter((sample) => sample.name === `${name}_sum`).length, 1)
  }
}

function example(): Metrics {
  const metrics = new Metrics(100)
  metrics.counter('chronik_requests_total', { api: 'Produce' }).add(3)
  metrics.counter('chronik_requests_total', { api: 'Fetch' }).add(1e21)
  metrics.gauge('chronik_requests_pending').set(-1.5)
  const time = metrics.histogram('chronik_request_seconds', { api: 'Produce' })
  for (const milliseconds of [0.05, 1, 1.1, 5000, 1e9]) time.observe(milliseconds)
  metrics.histogram('chronik_wal_group_bytes').observe(1000)
  metrics.collect((sample) => {
    sample('kafka_brokers', 1)
    sample('kafka_topic_partitions', 2, { topic: 'a"b\\c\nd' })
    sample('process_cpu_user_seconds_total', 0.25)
  })
  return metrics
}

for (const format of ['prometheus', 'openmetrics'] as const) {
  test(`the ${format} text passes a strict reader and has the values`, () => {
    const families = parseExposition(renderMetrics(example(), format), format)
    const suffix = format === 'openmetrics' ? '' : '_total'
    const requests = families.get(`chronik_requests${suffix}`)
    assert.equal(requests?.type, 'counter')
    assert.deepEqual(
      requests?.samples.map(({ labels, value }) => [labels.get('api'), value]),
      [
        ['Produce', 3],
        ['Fetch', 1e21],
      ],
    )
    assert.equal(families.get('kafka_topic_partitions')?.samples[0]?.labels.get('topic'), 'a"b\\c\nd')
    assert.equal(families.get('chronik_requests_pending')?.samples[0]?.value, -1.5)
    assert.equal(families.get(`process_cpu_user_seconds${suffix}`)?.samples[0]?.value, 0.25)
    assert.equal(families.has('chronik_connections_active'), false)
  })
}

test('a histogram of times is in seconds', () => {
  const family = parseExposition(renderMetrics(example(), 'prometheus'), 'prometheus').get(
    'chronik_request_seconds',
  )
  const at = (le: string): number | undefined =>
    family?.samples.find((sample) => sample.labels.get('le') === le)?.value
  assert.equal(at('0.000064'), 1)
  assert.equal(at('0.001024'), 2)
  assert.equal(at('0.002048'), 3)
  assert.equal(at('8.388608'), 4)
  assert.equal(at('+Inf'), 5)
  const sum = family?.samples.find((sample) => sample.name === 'chronik_request_seconds_sum')?.value ?? 0
  assert.ok(Math.abs(sum - 1_000_005.00215) < 1e-6)
})

test('nothing measured is an empty exposition', () => {
  assert.equal(renderMetrics(new Metrics(10), 'openmetrics'), '# EOF\n')
})

test('every metric of the table can be shown, and its name fits its type', () => {
  const rows: [string, MetricRow][] = Object.entries(metricTable)
  for (const [name, row] of rows) {
    assert.match(name, /^(kafka|chronik|process|nodejs)_[a-z0-9_]+$/)
    assert.equal(row.type === 'counter', name.endsWith('_total'), name)
    assert.equal(row.type === 'histogram', row.unit !== undefined && row.octaves !== undefined, name)
    assert.match(row.help, /^[A-Z0-9].*\.$/, name)
    assert.ok(!row.labels.includes('le'), name)
    if (row.unit === 'seconds' || row.unit === 'bytes') assert.ok(name.endsWith(`_${row.unit}`), name)
  }
})

test('the Accept header chooses the format', () => {
  assert.equal(expositionFormat('application/openmetrics-text;version=1.0.0,text/plain;q=0.5'), 'openmetrics')
  assert.equal(expositionFormat('text/plain'), 'prometheus')
  assert.equal(expositionFormat(undefined), 'prometheus')
  assert.match(contentType('openmetrics'), /^application\/openmetrics-text; version=1\.0\.0/)
  assert.match(contentType('prometheus'), /^text\/plain; version=0\.0\.4/)
})
