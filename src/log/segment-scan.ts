import type { Env } from '../env/env.ts'
import { findBatch, NO_WHOLE_BATCH } from '../records/batch-iterator.ts'
import * as header from '../records/record-batch.ts'
import { type CleanedRange, isNextOffset } from './segment.ts'

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
 * Walks the batches of a segment file from `position`, checking structure, CRC, that offsets go on (without a gap, unless the file is
 * `cleaned`) and that leader epochs do not fall, and shows each good one to `visit`. Stops at the first that is not good (torn, damaged,
 * or left from an earlier use), or that goes beyond `end`.
 */
export async function scanSegment(
  env: Env,
  path: string,
  position: number,
  expectedOffset: number,
  latestEpoch: number,
  cleaned: CleanedRange | null,
  visit: (buffer: Buffer, at: number, filePosition: number) => void,
  end = Infinity,
): Promise<SegmentScan> {
  await using handle = await env.files.open(path, 'read')
  const fileBytes = Math.min(await handle.size(), end)
  let nextOffset = expectedOffset
  let epoch = latestEpoch
  let maxTimestamp = -1
  let block = Buffer.allocUnsafe(Math.min(blockBytes, Math.max(fileBytes - position, 0)))
  for (let done = false; !done && position < fileBytes;) {
    const size = Math.min(await handle.read(block, position), fileBytes - position)
    let at = 0
    while (at < size) {
      const bytes = findBatch(block, at, size)
      if (bytes < header.HEADER_SIZE || !isNext(block, at, nextOffset, epoch, cleaned)) {
        done = true
        break
      }
      visit(block, at, position + at)
      nextOffset = header.lastOffset(block, at) + 1
      epoch = header.partitionLeaderEpoch(block, at)
      maxTimestamp = Math.max(maxTimestamp, header.maxTimestamp(block, at))
      at += bytes
    }
    const needed = at === 0 ? batchBytesAt(block, size) : 0
    if (needed > block.length && position + needed <= fileBytes) {
      block = Buffer.allocUnsafe(needed)
      done = false
    } else if (at > 0 && done && findBatch(block, at, size) === NO_WHOLE_BATCH) {
      done = false
    }
    position += at
    if (size === 0) break
  }
  return { end: position, nextOffset, maxTimestamp, fileBytes }
}

/**
 * Whether good batches stand anywhere behind a bad one: the last offset of the last such batch that continues the log from
 * `nextOffset` or later, or -1. Looks at every byte, so it is for damaged files only.
 */
export async function followedByBatch(
  env: Env,
  path: string,
  position: number,
  nextOffset: number,
): Promise<number> {
  await using handle = await env.files.open(path, 'read')
  const fileBytes = await handle.size()
  const rest = Buffer.allocUnsafe(Math.max(fileBytes - position, 0))
  await handle.read(rest, position)
  let last = -1
  for (let at = 1; at + header.HEADER_SIZE <= rest.length; at++) {
    if (rest[at + header.MAGIC_AT] !== header.MAGIC_V2) continue
    const bytes = findBatch(rest, at, rest.length)
    if (bytes < header.HEADER_SIZE || header.computeCrc(rest, at) !== header.crc(rest, at)) continue
    if (header.baseOffset(rest, at) < nextOffset) continue
    last = header.lastOffset(rest, at)
    at += bytes - 1
  }
  return last
}

function isNext(
  block: Buffer,
  at: number,
  nextOffset: number,
  latestEpoch: number,
  cleaned: CleanedRange | null,
): boolean {
  return (
    header.magic(block, at) === header.MAGIC_V2 &&
    isNextOffset(cleaned, header.baseOffset(block, at), nextOffset) &&
    header.lastOffsetDelta(block, at) >= 0 &&
    header.partitionLeaderEpoch(block, at) >= latestEpoch &&
    header.computeCrc(block, at) === header.crc(block, at)
  )
}

function batchBytesAt(block: Buffer, size: number): number {
  return size < header.LOG_OVERHEAD ? 0 : header.batchSize(block, 0)
}
