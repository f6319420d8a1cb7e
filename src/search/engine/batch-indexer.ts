import { KafkaError } from '../../protocol/errors.ts'
import * as header from '../../records/record-batch.ts'
import { openRecords, recordTimestamp } from '../../records/read-records.ts'
import type { AbortedRange } from '../../log/log-files.ts'
import type { TailIndex } from '../index/tail-index.ts'

/** Records of one compressed batch are decompressed to at most so many bytes. */
const decompressedBytesMax = 256 << 20

export type BatchOutcome =
  | { readonly kind: 'indexed'; readonly records: number }
  /** A control batch, or one of an aborted transaction. */
  | { readonly kind: 'left_out' }
  | { readonly kind: 'unreadable'; readonly reason: string }

/**
 * Adds the records of the batch at `at`, which has passed its checksum, to the tail: those from `from` on. What can not be decoded is
 * said, and what came before it is kept.
 */
export function indexBatch(
  tail: TailIndex,
  buffer: Buffer,
  at: number,
  from: number,
  aborted: readonly AbortedRange[],
): BatchOutcome {
  if (header.isControl(buffer, at) || isAborted(buffer, at, aborted)) return { kind: 'left_out' }
  const base = header.baseOffset(buffer, at)
  let records = 0
  try {
    const cursor = openRecords(buffer, at, decompressedBytesMax)
    while (cursor.next()) {
      const offset = base + cursor.offsetDelta
      if (offset < from) continue
      tail.append({
        offset,
        timestamp: recordTimestamp(cursor, buffer, at),
        key: cursor.key(),
        value: cursor.value(),
        headers: cursor.headers(),
      })
      records += 1
    }
  } catch (error) {
    // What a client wrote decides whether it can be decoded; any other error is ours.
    if (!(error instanceof KafkaError)) throw error
    return { kind: 'unreadable', reason: error.message }
  }
  return { kind: 'indexed', records }
}

function isAborted(buffer: Buffer, at: number, aborted: readonly AbortedRange[]): boolean {
  if (aborted.length === 0 || !header.isTransactional(buffer, at)) return false
  const producerId = header.producerId(buffer, at)
  const base = header.baseOffset(buffer, at)
  return aborted.some(
    (range) => range.producerId === producerId && range.firstOffset <= base && base <= range.lastOffset,
  )
}
