import type { Env } from '../env/env.ts'
import { findBatch } from '../records/batch-iterator.ts'
import * as header from '../records/record-batch.ts'

const blockBytes = 4 << 20

export interface SegmentScan {
  /** End of the last good batch. */
  readonly end: number
  /** Offset after the last good batch; the given one when there is none. */
  readonly nextOffset: number
  readonly maxTimestamp: number
  readonly fileBytes: number
}

/**
 * Walks the batches of a segment file from `position`, checking structure, CRC and that offsets go on without a gap, and shows each
 * good one to `visit`. Stops at the first that is not good: torn, damaged, or left from an earlier use.
 */
export async function scanSegment(
  env: Env,
  path: string,
  position: number,
  expectedOffset: number,
  visit: (buffer: Buffer, at: number, filePosition: number) => void,
): Promise<SegmentScan> {
  await using handle = await env.files.open(path, 'read')
  const fileBytes = await handle.size()
  let nextOffset = expectedOffset
  let maxTimestamp = -1
  let block = Buffer.allocUnsafe(Math.min(blockBytes, Math.max(fileBytes - position, 0)))
  for (let done = false; !done && position < fileBytes; ) {
    const size = await handle.read(block, position)
    let at = 0
    while (at < size) {
      const bytes = findBatch(block, at, size)
      if (bytes < header.HEADER_SIZE || !isNext(block, at, nextOffset)) {
        done = true
        break
      }
      visit(block, at, position + at)
      nextOffset = header.lastOffset(block, at) + 1
      maxTimestamp = Math.max(maxTimestamp, header.maxTimestamp(block, at))
      at += bytes
    }
    const needed = at === 0 ? batchBytesAt(block, size) : 0
    if (needed > block.length && position + needed <= fileBytes) {
      block = Buffer.allocUnsafe(needed)
      done = false
    } else if (at > 0 && done && findBatch(block, at, size) === -1) {
      done = false
    }
    position += at
  }
  return { end: position, nextOffset, maxTimestamp, fileBytes }
}

function isNext(block: Buffer, at: number, nextOffset: number): boolean {
  return (
    header.magic(block, at) === header.MAGIC_V2 &&
    header.baseOffset(block, at) === nextOffset &&
    header.lastOffsetDelta(block, at) >= 0 &&
    header.computeCrc(block, at) === header.crc(block, at)
  )
}

function batchBytesAt(block: Buffer, size: number): number {
  return size < header.LOG_OVERHEAD ? 0 : header.batchSize(block, 0)
}
