import { isUtf8 } from 'node:buffer'
import type { Broker } from '../../../broker/broker.ts'
import type { TopicEntry } from '../../../broker/topic-table.ts'
import { KafkaError } from '../../../protocol/errors.ts'
import { httpProblem } from '../problem.ts'
import { parseExactJson } from './exact-json.ts'
import { incomingRecord, RecordFormError, type IncomingRecord } from './incoming-record.ts'
import { linesOf } from './line-splitter.ts'
import { appendAll, type RecordResult } from './record-appender.ts'

/** Records that are appended together; what a stream holds in memory, with the one line that is arriving. */
const GROUP_RECORDS = 1000
const GROUP_BYTES = 256 << 10

const BACKLOG_POLL_MS = 10

/** A record of a stream with the line that it stood in, counted from 1, and what became of it. */
export interface LineResult {
  readonly line: number
  readonly result: RecordResult
}

/** Lines that were read and not appended yet. */
interface Group {
  readonly records: IncomingRecord[]
  readonly lines: number[]
  bytes: number
}

/**
 * Appends the records of a body with one JSON object in each line, group by group as they arrive, and hands out the results of each
 * group when it is durable. Empty lines are skipped. The body is read as fast as the log takes it.
 * @throws ProblemError that names the line; the lines of earlier groups are appended then
 */
export async function* appendLines(
  broker: Broker,
  entry: TopicEntry,
  body: AsyncIterable<Buffer>,
  lineBytesMax: number,
): AsyncGenerator<readonly LineResult[], void> {
  let line = 0
  let group: Group = { records: [], lines: [], bytes: 0 }
  for await (const bytes of linesOf(body, lineBytesMax)) {
    line += 1
    const record = recordInLine(bytes, line)
    if (record === null) continue
    group.records.push(record)
    group.lines.push(line)
    group.bytes += bytes.length
    if (group.records.length < GROUP_RECORDS && group.bytes < GROUP_BYTES) continue
    yield await appendGroup(broker, entry, group)
    group = { records: [], lines: [], bytes: 0 }
  }
  if (group.records.length > 0) yield await appendGroup(broker, entry, group)
}

async function appendGroup(
  broker: Broker,
  entry: TopicEntry,
  { records, lines }: Group,
): Promise<LineResult[]> {
  while (broker.logs.backlogged) {
    await new Promise<void>((resolve) => broker.env.scheduler.after(BACKLOG_POLL_MS, resolve))
  }
  if (broker.topics.withId(entry.topicId) !== entry) {
    throw new KafkaError(
      'UNKNOWN_TOPIC_OR_PARTITION',
      `the topic "${entry.name}" was deleted before line ${lines[0]}`,
    )
  }
  const results = await appendAll(broker, entry, records, (index) => `line ${lines[index]}`)
  return results.map((result, index) => ({ line: lines[index] ?? 0, result }))
}

/** The record in a line, or null for an empty line. */
function recordInLine(bytes: Buffer, line: number): IncomingRecord | null {
  if (!isUtf8(bytes))
    throw httpProblem('MALFORMED_JSON', `line ${line} is not UTF-8; send bytes as "valueBase64"`)
  const text = bytes.toString('utf8').trim()
  if (text === '') return null
  try {
    return incomingRecord(parseExactJson(text))
  } catch (error) {
    if (error instanceof RecordFormError) throw httpProblem('INVALID_BODY', `line ${line}: ${error.message}`)
    if (error instanceof SyntaxError)
      throw httpProblem('MALFORMED_JSON', `line ${line} is not valid JSON: ${error.message}`)
    if (error instanceof RangeError) throw httpProblem('INVALID_BODY', `line ${line} is nested too deeply`)
    throw error
  }
}
