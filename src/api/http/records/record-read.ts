import type { Broker } from '../../../broker/broker.ts'
import { waitForData } from '../../../broker/fetch-wait.ts'
import type { TopicEntry } from '../../../broker/topic-table.ts'
import type { PartitionLog } from '../../../log/partition-log.ts'
import { httpProblem } from '../problem.ts'
import { partitionOf } from '../topic-lookup.ts'
import { MergedReader } from './merged-reader.ts'
import { payloadSize, recordJson, type ValueFormat } from './outgoing-record.ts'
import { PartitionReader } from './partition-reader.ts'
import { resolvePosition, type StartPosition } from './start-position.ts'

/** Partitions that one read may merge: each of them holds a piece in memory. */
const MERGED_PARTITIONS_MAX = 100

const PIECE_BYTES = 256 << 10
const SMALLEST_PIECE_BYTES = 16 << 10

/** The partitions that a read covers. Offsets are those of one partition, so they need one. */
export function partitionsToRead(
  entry: TopicEntry,
  partition: number | undefined,
  position: StartPosition,
): PartitionLog[] {
  if (partition !== undefined) return [partitionOf(entry, partition)]
  const count = entry.logs.length
  if (position.kind === 'offset' && count > 1) {
    throw httpProblem(
      'INVALID_PARAMETER',
      `topic "${entry.name}" has ${count} partitions, each with offsets of its own: say which one with partition=0 to ${count - 1}`,
    )
  }
  if (count <= MERGED_PARTITIONS_MAX) return entry.logs.slice()
  throw httpProblem(
    'INVALID_PARAMETER',
    `topic "${entry.name}" has ${count} partitions, more than one read merges (${MERGED_PARTITIONS_MAX}): say which one with partition=0 to ${count - 1}`,
  )
}

/** A reader of these partitions, before the first record at the position. */
export async function openReader(
  broker: Broker,
  logs: readonly PartitionLog[],
  position: StartPosition,
): Promise<MergedReader> {
  const pieceBytes = Math.max(Math.floor(PIECE_BYTES / logs.length), SMALLEST_PIECE_BYTES)
  const readers: PartitionReader[] = []
  for (const log of logs) {
    const offset = await resolvePosition(log, position)
    readers.push(new PartitionReader(log, offset, pieceBytes, broker.env.scheduler))
  }
  return new MergedReader(readers)
}

/** Resolves when there is a record, when the time is over, or when nobody waits any more. */
export async function waitForRecord(
  broker: Broker,
  reader: MergedReader,
  waitMs: number,
  gone: AbortSignal,
): Promise<void> {
  const { clock } = broker.env
  const deadline = clock.monotonic() + waitMs
  const logs = reader.positions.map((position) => position.reader.log)
  while (!gone.aborted && (await reader.peek()) === null) {
    const left = deadline - clock.monotonic()
    if (left <= 0) return
    if (!reader.behind) await waitForData(logs, left, { broker, gone })
  }
}

export interface ReadLimits {
  readonly limit: number
  readonly maxBytes: number
  readonly format: ValueFormat
}

/** The records as lines of JSON, until there are no more or a limit is reached. */
export async function* recordLines(
  reader: MergedReader,
  { limit, maxBytes, format }: ReadLimits,
  gone: AbortSignal,
): AsyncGenerator<string, void> {
  let bytes = 0
  for (let count = 0; count < limit && !gone.aborted; count++) {
    const next = await reader.peek()
    if (next === null) return
    const size = payloadSize(next.record)
    if (count > 0 && bytes + size > maxBytes) return
    bytes += size
    reader.take(next)
    yield recordJson(next.partition, next.record, size, format)
  }
}
