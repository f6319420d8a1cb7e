import { SeededNumbers } from './seeded-numbers.ts'
import { vocabulary, zipfRank, zipfWords } from './vocabulary.ts'

/** `logs`: about 270 B each, with a unique trace. `ids`: the same with identifiers in the message. `text`: 150 to 450 words. */
export type CorpusKind = 'logs' | 'ids' | 'text'

/** The time of the first record, and the mean distance to the next. */
const STARTED_AT = Date.UTC(2026, 10, 1)
const STEP_MS = 250
const USERS = 100_000
const SERVICES = 40
const HOSTS = 200

const services = vocabulary.slice(500, 500 + SERVICES).map((word) => `${word.replace('ü', 'u')}-api`)
const statuses = [200, 200, 200, 200, 200, 200, 200, 201, 204, 301, 304, 400, 404, 404, 500, 503]

export interface CorpusRecord {
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly value: string
}

/** The records of a corpus. The same kind gives the same records, however many are wanted. */
export function* corpusRecords(kind: CorpusKind, records: number): Generator<CorpusRecord, void> {
  const numbers = new SeededNumbers(kind === 'logs' ? 1 : kind === 'ids' ? 2 : 3)
  let timestamp = STARTED_AT
  for (let index = 0; index < records; index++) {
    timestamp += numbers.below(2 * STEP_MS)
    yield { timestamp, value: recordValue(kind, timestamp, numbers) }
  }
}

function recordValue(kind: CorpusKind, timestamp: number, numbers: SeededNumbers): string {
  const time = new Date(timestamp).toISOString()
  const service = services[zipfRank(numbers, SERVICES)]
  const host = `node-${String(numbers.below(HOSTS)).padStart(4, '0')}`
  // A product of three has a long tail, as latencies have.
  const latency = (numbers.unit() * numbers.unit() * numbers.unit() * 2000).toFixed(3)
  const head =
    `{"ts":"${time}","level":"${levelOf(numbers.unit())}","service":"${service}","host":"${host}",` +
    `"status":${statuses[numbers.below(statuses.length)]},"latency_ms":${Number(latency)},` +
    `"trace":"${numbers.hex(32)}","user":{"id":${numbers.below(USERS)}},"msg":"`
  return `${head}${messageOf(kind, numbers)}"}`
}

function levelOf(unit: number): string {
  if (unit < 0.03) return 'ERROR'
  if (unit < 0.1) return 'WARN'
  return unit < 0.22 ? 'DEBUG' : 'INFO'
}

function messageOf(kind: CorpusKind, numbers: SeededNumbers): string {
  if (kind === 'text') return zipfWords(numbers, 150 + numbers.below(301))
  const words = zipfWords(numbers, 5 + numbers.below(10))
  if (kind === 'logs') return words
  const address = [10, numbers.below(16), numbers.below(256), numbers.below(256)].join('.')
  return `${words} req=${numbers.hex(16)} n=${numbers.below(100_000_000)} ${address}:${numbers.below(65_536)}`
}
