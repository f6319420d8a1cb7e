import { offsetForTimestamp } from '../../../log/timestamp-lookup.ts'
import type { PartitionLog } from '../../../log/partition-log.ts'
import { KafkaError } from '../../../protocol/errors.ts'
import { httpProblem } from '../problem.ts'
import { parseTimestamp } from '../timestamp.ts'

/** Where a read starts, in every partition that it covers. */
export type StartPosition =
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'offset'; readonly offset: number }
  /** So many offsets before the end. */
  | { readonly kind: 'last'; readonly count: number }
  /** At the first record with this timestamp or a later one. */
  | { readonly kind: 'timestamp'; readonly timestamp: number }

/** The position that the parameters `offset` and `timestamp` ask for; the start without them. */
export function startPosition(offset: string | undefined, timestamp: string | undefined): StartPosition {
  if (offset !== undefined && timestamp !== undefined) {
    throw httpProblem('INVALID_PARAMETER', 'offset and timestamp are both given; send one of them')
  }
  if (timestamp !== undefined) {
    const parsed = parseTimestamp(timestamp)
    if (parsed !== null) return { kind: 'timestamp', timestamp: parsed }
    throw httpProblem(
      'INVALID_PARAMETER',
      `timestamp must be milliseconds since 1970 or like 2026-01-31T12:00:00Z (with a zone; + is written %2B), not "${timestamp}"`,
    )
  }
  if (offset === undefined || offset === 'start') return { kind: 'start' }
  if (offset === 'end') return { kind: 'end' }
  const number = Number(offset)
  if (!/^-?\d+$/.test(offset) || !Number.isSafeInteger(number)) {
    throw httpProblem(
      'INVALID_PARAMETER',
      `offset must be a number, a negative number to count from the end, "start" or "end", not "${offset}"`,
    )
  }
  return offset.startsWith('-') ? { kind: 'last', count: -number } : { kind: 'offset', offset: number }
}

/**
 * The offset of the position in one partition.
 * @throws KafkaError OFFSET_OUT_OF_RANGE
 */
export async function resolvePosition(log: PartitionLog, position: StartPosition): Promise<number> {
  if (position.kind !== 'timestamp') return knownOffset(log, position)
  return (await offsetForTimestamp(log, position.timestamp))?.offset ?? log.highWatermark
}

function knownOffset(log: PartitionLog, position: Exclude<StartPosition, { kind: 'timestamp' }>): number {
  switch (position.kind) {
    case 'start':
      return log.logStartOffset
    case 'end':
      return log.highWatermark
    case 'last':
      return Math.max(log.logStartOffset, log.highWatermark - position.count)
    case 'offset':
      return offsetWithin(log, position.offset)
  }
}

function offsetWithin(log: PartitionLog, offset: number): number {
  const { topic, partition, logStartOffset, highWatermark } = log
  if (offset >= logStartOffset && offset <= highWatermark) return offset
  throw new KafkaError(
    'OFFSET_OUT_OF_RANGE',
    `partition ${partition} of topic "${topic}" has no offset ${offset}; it holds ${logStartOffset} to ${highWatermark} (the end); ask for one of these, "start" or "end"`,
  )
}
