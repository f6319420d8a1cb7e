import { FileError, type FileHandle } from '../env/files.ts'
import { KafkaError } from '../protocol/errors.ts'
import { findBatch, NO_WHOLE_BATCH } from '../records/batch-iterator.ts'
import * as header from '../records/record-batch.ts'
import { loadIndex } from './index-loader.ts'
import type { LogState } from './log-shared.ts'
import { type CleanedRange, isNextOffset, type Segment } from './segment.ts'
import type { Chunk } from './tail-cache.ts'

/** Batches of one partition as they shall go to a client. */
export interface LogRead {
  /** Views of memory that stays unchanged until `release`. */
  readonly buffers: readonly Buffer[]
  readonly bytes: number
  /** Must be called exactly once, when the operating system has the bytes or nobody wants them. */
  release(): void
}

export const emptyRead: LogRead = { buffers: [], bytes: 0, release: () => {} }

/** A read that met the file of an exchanged segment is done again, this often at most. */
const exchangesMax = 5

/** The read without batches from `end` on, which is where a batch begins. */
export function cutLogRead(read: LogRead, end: number): LogRead {
  const buffers: Buffer[] = []
  let bytes = 0
  for (const buffer of read.buffers) {
    let at = 0
    while (at + header.BASE_OFFSET_AT + 8 <= buffer.length && header.baseOffset(buffer, at) < end) {
      // The last batch may be cut off, within its header even.
      at = at + header.LOG_OVERHEAD <= buffer.length ? at + header.batchSize(buffer, at) : buffer.length
    }
    const whole = at + header.BASE_OFFSET_AT + 8 > buffer.length
    const kept = whole ? buffer : buffer.subarray(0, at)
    if (kept.length > 0) buffers.push(kept)
    bytes += kept.length
    if (!whole) break
  }
  return { buffers, bytes, release: () => read.release() }
}

/** Bytes read beyond the wanted ones because the index points up to this far before the wanted batch. */
const indexSlackBytes = 8 << 10

/** The read behind `LogState.read`; the offset has been checked against log start and high watermark. */
export function readLog(
  log: LogState,
  offset: number,
  maxBytes: number,
  firstBatchWhole: boolean,
): LogRead | Promise<LogRead> {
  if (offset >= log.highWatermark || (maxBytes <= 0 && !firstBatchWhole)) return emptyRead
  const oldest = log.tail.chunks[0]
  if (oldest !== undefined && offset >= oldest.baseOffset) {
    log.shared.metrics.readsFromMemory.add(1)
    return readChunks(log, offset, maxBytes, firstBatchWhole)
  }
  log.shared.metrics.readsFromFile.add(1)
  return readFile(log, offset, maxBytes, firstBatchWhole)
}

/** End of what is committed in this segment, and so of what consumers may see. */
export function committedEnd(log: LogState, segment: Segment): number {
  if (segment === log.committedSegment) return log.committedPosition
  return segment.baseOffset >= log.highWatermark ? 0 : segment.size
}

export function segmentIndexFor(log: LogState, offset: number): number {
  const segments = log.segments
  let low = 0
  let high = segments.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((segments[middle] as Segment).baseOffset <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** Whether the offset lies in a segment that compaction made. */
export function isCleaned(log: LogState, offset: number): boolean {
  const cleaned = log.segments[segmentIndexFor(log, offset)]?.cleaned ?? null
  return cleaned !== null && offset < cleaned.endOffset
}

function readChunks(log: LogState, offset: number, maxBytes: number, firstBatchWhole: boolean): LogRead {
  const chunks = log.tail.chunks
  let at = chunks.length - 1
  while (at > 0 && (chunks[at] as Chunk).baseOffset > offset) at -= 1
  const first = chunks[at] as Chunk
  const segment = first.segment
  const indexed = segment.index.positionForOffset(offset - segment.baseOffset) - first.filePosition
  let from = Math.max(indexed, 0)
  while (header.lastOffset(first.buffer, from) < offset) from += header.batchSize(first.buffer, from)
  const start = first.filePosition + from
  const wanted = firstBatchWhole ? Math.max(maxBytes, header.batchSize(first.buffer, from)) : maxBytes
  const end = Math.min(start + wanted, committedEnd(log, segment))
  const buffers: Buffer[] = []
  const used: Chunk[] = []
  const cache = log.shared.tailCache
  for (let position = start; position < end; at += 1) {
    const chunk = chunks[at]
    if (chunk === undefined || chunk.segment !== segment) break
    const to = Math.min(end - chunk.filePosition, chunk.used)
    buffers.push(chunk.buffer.subarray(position - chunk.filePosition, to))
    cache.retain(chunk)
    used.push(chunk)
    position = chunk.filePosition + to
  }
  let bytes = 0
  for (const buffer of buffers) bytes += buffer.length
  return {
    buffers,
    bytes,
    release: () => {
      for (const chunk of used) cache.release(chunk)
    },
  }
}

/** Reads from the segment that holds the offset; where compaction left nothing from there on, from the next one. */
async function readFile(
  log: LogState,
  offset: number,
  maxBytes: number,
  firstBatchWhole: boolean,
): Promise<LogRead> {
  let wanted = offset
  for (let exchanges = 0; ;) {
    const segment = log.segments[segmentIndexFor(log, wanted)]
    if (segment === undefined) return emptyRead
    try {
      const read = await readSegment(log, segment, wanted, maxBytes, firstBatchWhole)
      if (read !== null) return read
      wanted = segment.cleaned?.endOffset ?? wanted
    } catch (error) {
      // Compaction exchanged the segment and its file is gone: its successor has what is left of it.
      if (!segment.replaced || !(error instanceof FileError) || ++exchanges > exchangesMax) throw error
      continue
    }
    if (wanted >= log.highWatermark) return emptyRead
    const oldest = log.tail.chunks[0]
    if (oldest !== undefined && wanted >= oldest.baseOffset)
      return readChunks(log, wanted, maxBytes, firstBatchWhole)
  }
}

/** Null when a cleaned segment has no batch at or behind the offset. */
async function readSegment(
  log: LogState,
  segment: Segment,
  offset: number,
  maxBytes: number,
  firstBatchWhole: boolean,
): Promise<LogRead | null> {
  if (offset - segment.baseOffset > 0 && segment.indexedFrom > 0) await loadIndex(log, segment)
  const { relativeOffset, position } = segment.index.floorForOffset(offset - segment.baseOffset)
  const expected = segment.baseOffset + relativeOffset
  const end = Math.min(segment.written, committedEnd(log, segment))
  if (segment.cleaned !== null && position >= end) return null
  const handle =
    log.shared.handles.acquireOpen(segment.path) ?? (await log.shared.handles.acquire(segment.path, false))
  try {
    return await readFrom(log, segment, handle, {
      offset,
      position,
      expected,
      end,
      maxBytes,
      firstBatchWhole,
    })
  } finally {
    log.shared.handles.release(segment.path)
  }
}

interface FileRead {
  readonly offset: number
  /** Where to start: a batch that begins with offset `expected`, at or before the wanted one. */
  readonly position: number
  readonly expected: number
  readonly end: number
  readonly maxBytes: number
  readonly firstBatchWhole: boolean
}

async function readFrom(
  log: LogState,
  segment: Segment,
  handle: FileHandle,
  read: FileRead,
): Promise<LogRead | null> {
  const { readBuffers } = log.shared
  let wanted = Math.min(read.maxBytes + indexSlackBytes, read.end - read.position)
  for (;;) {
    const buffer = readBuffers.take(wanted)
    const size = await handle.read(buffer.subarray(0, wanted), read.position)
    const found = findOffset(buffer, size, read, segment.cleaned)
    if (segment.cleaned !== null && found.kind === 'beyond' && read.position + found.at === read.end) {
      readBuffers.release(buffer)
      return null
    }
    const beyondEnd =
      found.kind === 'beyond' && (size < wanted || read.position + found.at + header.HEADER_SIZE > read.end)
    if (found.kind === 'damaged' || beyondEnd) {
      readBuffers.release(buffer)
      throw damaged(log, segment, read.position + (found.kind === 'damaged' ? found.at : size))
    }
    if (found.kind === 'beyond') {
      readBuffers.release(buffer)
      wanted = Math.min(Math.max(found.at + header.HEADER_SIZE, wanted * 2), read.end - read.position)
      continue
    }
    const firstEnd = found.at + found.size
    if (read.position + firstEnd > read.end || (firstEnd > size && size < wanted)) {
      readBuffers.release(buffer)
      throw damaged(log, segment, read.position + found.at)
    }
    if (firstEnd > size && (read.firstBatchWhole || read.maxBytes >= found.size)) {
      readBuffers.release(buffer)
      wanted = firstEnd
      continue
    }
    const most = read.firstBatchWhole ? Math.max(read.maxBytes, found.size) : read.maxBytes
    let to = Math.min(found.at + most, size)
    if (!segment.verified.covers(read.position + found.at, read.position + to)) {
      to = verify(log, segment, buffer, { base: read.position, from: found.at, to, offset: found.offset })
    }
    const bytes = to - found.at
    return { buffers: [buffer.subarray(found.at, to)], bytes, release: () => readBuffers.release(buffer) }
  }
}

type Found =
  | { kind: 'batch'; at: number; size: number; offset: number }
  /** The next header to look at stands at `at`, which the buffer does not hold whole. */
  | { kind: 'beyond'; at: number }
  | { kind: 'damaged'; at: number }

/** The batch that holds the offset, or the first behind it when compaction has removed that, among those whose header is in the buffer. */
function findOffset(buffer: Buffer, end: number, read: FileRead, cleaned: CleanedRange | null): Found {
  let at = 0
  let expected = read.expected
  while (at + header.HEADER_SIZE <= end) {
    const size = header.batchSize(buffer, at)
    const isBatch = size >= header.HEADER_SIZE && header.magic(buffer, at) === header.MAGIC_V2
    const base = header.baseOffset(buffer, at)
    if (!isBatch || !isNextOffset(cleaned, base, expected)) return { kind: 'damaged', at }
    const last = header.lastOffset(buffer, at)
    if (last >= read.offset) return { kind: 'batch', at, size, offset: base }
    expected = last + 1
    at += size
  }
  return { kind: 'beyond', at }
}

interface Unverified {
  /** Position of the buffer in the segment. */
  readonly base: number
  readonly from: number
  readonly to: number
  /** Base offset of the batch at `from`. */
  readonly offset: number
}

/**
 * Checks the batches of a range that this process has neither written nor checked before; returns the end of the last whole one.
 * A good range is served up to the damage; damage in the first batch is an error. Offset and leader epoch lie outside of the CRC:
 * they are compared with what the log must have there.
 */
function verify(
  log: LogState,
  segment: Segment,
  buffer: Buffer,
  { base, from, to, offset }: Unverified,
): number {
  let at = from
  let expected = offset
  while (at < to) {
    const size = findBatch(buffer, at, to)
    if (size === NO_WHOLE_BATCH) break
    const next = size >= header.HEADER_SIZE ? header.baseOffset(buffer, at) : expected
    const isNext = isNextOffset(segment.cleaned, next, expected)
    if (!isNext || !isGood(log, buffer, at, size, next)) {
      if (at > from) break
      throw damaged(log, segment, base + at)
    }
    expected = header.lastOffset(buffer, at) + 1
    at += size
  }
  segment.verified.add(base + from, base + at)
  return at
}

/** Whether the batch with this base offset stands at `at`, undamaged. */
export function isGood(log: LogState, buffer: Buffer, at: number, size: number, offset: number): boolean {
  return (
    size >= header.HEADER_SIZE &&
    header.magic(buffer, at) === header.MAGIC_V2 &&
    header.baseOffset(buffer, at) === offset &&
    hasEpoch(log, buffer, at, offset) &&
    header.computeCrc(buffer, at) === header.crc(buffer, at)
  )
}

/** Epochs are known from the log start on, which may move past the batch while it is being read. */
function hasEpoch(log: LogState, buffer: Buffer, at: number, offset: number): boolean {
  if (header.lastOffset(buffer, at) < log.logStartOffset) return true
  return header.partitionLeaderEpoch(buffer, at) === log.epochs.epochAt(Math.max(offset, log.logStartOffset))
}

export function damaged(log: LogState, segment: Segment, position: number): KafkaError {
  const error = new KafkaError(
    'CORRUPT_MESSAGE',
    `${log.topic}-${log.partition}: the batch at byte ${position} of ${segment.path} is damaged; 'chronik log verify' names its offsets, 'chronik log repair' restores service`,
  )
  log.shared.onStorageError(log, error)
  return error
}
