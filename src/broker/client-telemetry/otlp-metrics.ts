import { KafkaError } from '../../protocol/errors.ts'

/** A number that a client measured. */
export interface ClientMetricPoint {
  readonly name: string
  /** `key=value` pairs, sorted, with commas between them. */
  readonly attributes: string
  readonly value: number
  /** The value is what was added since the last push, not the whole. */
  readonly delta: boolean
}

/** More points of one push are left out. */
const POINTS_MAX = 1_000

/**
 * The numbers of an OpenTelemetry MetricsData (protobuf): gauges and sums; of histograms the count and the sum, as
 * `NAME.count` and `NAME.sum`. Unknown fields are skipped. Throws INVALID_RECORD when the bytes are none.
 *
 *     MetricsData {1: ResourceMetrics {2: ScopeMetrics {2: Metric {1: name, 5: Gauge, 7: Sum, 9: Histogram}}}}
 */
export function parseOtlpMetrics(bytes: Buffer): ClientMetricPoint[] {
  const points: ClientMetricPoint[] = []
  for (const resource of messages(bytes, 1))
    for (const scope of messages(resource, 2))
      for (const metric of messages(scope, 2)) readMetric(metric, points)
  return points
}

function readMetric(metric: Buffer, points: ClientMetricPoint[]): void {
  const name = firstOf(messages(metric, 1))?.toString('utf8') ?? ''
  for (const gauge of messages(metric, 5))
    for (const point of messages(gauge, 1)) add(points, name, point, numberOf(point), false)
  for (const sum of messages(metric, 7)) {
    const delta = firstOf(varints(sum, 2)) === 1
    for (const point of messages(sum, 1)) add(points, name, point, numberOf(point), delta)
  }
  for (const histogram of messages(metric, 9)) {
    const delta = firstOf(varints(histogram, 2)) === 1
    for (const point of messages(histogram, 1)) {
      add(points, `${name}.count`, point, firstOf(fixed64(point, 4, 'int')) ?? 0, delta, 9)
      add(points, `${name}.sum`, point, firstOf(fixed64(point, 5, 'double')) ?? 0, delta, 9)
    }
  }
}

function add(
  points: ClientMetricPoint[],
  name: string,
  point: Buffer,
  value: number,
  delta: boolean,
  attributesField = 7,
): void {
  if (points.length >= POINTS_MAX || !Number.isFinite(value)) return
  const attributes = [...messages(point, attributesField)].map(attributeText).sort().join(',')
  points.push({ name, attributes, value, delta })
}

/** NumberDataPoint {4: double, 6: sfixed64}. */
function numberOf(point: Buffer): number {
  return firstOf(fixed64(point, 4, 'double')) ?? firstOf(fixed64(point, 6, 'int')) ?? 0
}

/** KeyValue {1: key, 2: AnyValue {1: string, 2: bool, 3: int}}. */
function attributeText(pair: Buffer): string {
  const key = firstOf(messages(pair, 1))?.toString('utf8') ?? ''
  const value = firstOf(messages(pair, 2)) ?? Buffer.alloc(0)
  const text = firstOf(messages(value, 1))?.toString('utf8')
  return `${key}=${text ?? firstOf(varints(value, 3)) ?? firstOf(varints(value, 2)) ?? ''}`
}

type Field =
  | { readonly number: number; readonly kind: 'varint'; readonly value: number }
  | { readonly number: number; readonly kind: 'bytes' | 'fixed64' | 'fixed32'; readonly bytes: Buffer }

function* fields(message: Buffer): IterableIterator<Field> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 10 * 7; shift += 7) {
      const byte = message[at++]
      if (byte === undefined) throw malformed('it ends within a number')
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw malformed('a number is too long')
  }
  const take = (length: number): Buffer => {
    if (length > message.length - at) throw malformed('it ends too early')
    at += length
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    switch (tag % 8) {
      case 0:
        yield { number, kind: 'varint', value: varint() }
        break
      case 1:
        yield { number, kind: 'fixed64', bytes: take(8) }
        break
      case 2:
        yield { number, kind: 'bytes', bytes: take(varint()) }
        break
      case 5:
        yield { number, kind: 'fixed32', bytes: take(4) }
        break
      default:
        throw malformed(`a field has the wire type ${tag % 8}`)
    }
  }
}

function* messages(message: Buffer, number: number): IterableIterator<Buffer> {
  for (const field of fields(message))
    if (field.number === number && field.kind === 'bytes') yield field.bytes
}

function* varints(message: Buffer, number: number): IterableIterator<number> {
  for (const field of fields(message))
    if (field.number === number && field.kind === 'varint') yield field.value
}

function* fixed64(message: Buffer, number: number, type: 'double' | 'int'): IterableIterator<number> {
  for (const field of fields(message)) {
    if (field.number !== number || field.kind !== 'fixed64') continue
    yield type === 'double'
      ? field.bytes.readDoubleLE(0)
      : field.bytes.readInt32LE(4) * 2 ** 32 + field.bytes.readUInt32LE(0)
  }
}

function firstOf<T>(values: Iterable<T>): T | undefined {
  for (const value of values) return value
  return undefined
}

function malformed(reason: string): KafkaError {
  return new KafkaError('INVALID_RECORD', `the metrics are no OpenTelemetry MetricsData: ${reason}`)
}
