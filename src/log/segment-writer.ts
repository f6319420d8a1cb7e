import { loadIndex } from './index-loader.ts'
import { committedEnd } from './log-reader.ts'
import type { LogState } from './log-shared.ts'
import { indexPath, type Segment } from './segment.ts'
import type { Chunk } from './tail-cache.ts'

const vectorsMax = 64
/** With `wal.sync=os` the writer is on the path of the acknowledgement: small writes are done on the calling thread. */
const syncWriteBytes = 64 << 10

/**
 * Moves data from tail chunks to segment files, oldest segment first, up to what is committed or is being written through (with
 * `wal.sync=os`: up to the log end, because there the write is the commit). Resolves when the operating system has it; rejects with the first failure, and
 * the chunks stay as they are, so that it can be tried again.
 */
export async function writeOutSegments(log: LogState): Promise<void> {
  for (const segment of log.segments.slice(firstUnfinished(log))) {
    while (segment.written < writableEnd(log, segment) && !segment.removed && !log.deleted) {
      await writeSome(log, segment)
    }
    if (needsIndex(segment) && segment.written === segment.size && !log.deleted)
      await writeIndex(log, segment)
  }
}

function firstUnfinished(log: LogState): number {
  let at = log.segments.length
  while (at > 0) {
    const segment = log.segments[at - 1] as Segment
    // An empty one, begun ahead of its first batch, says nothing of those before it.
    if (segment.size > 0 && segment.written === segment.size && !needsIndex(segment)) break
    at -= 1
  }
  return at
}

function needsIndex(segment: Segment): boolean {
  return segment.sealed && !segment.indexWritten && !segment.removed && !segment.replaced
}

function writableEnd(log: LogState, segment: Segment): number {
  if (log.shared.commitBySegment) return segment.size
  const committed = committedEnd(log, segment)
  const through = log.writingThrough
  if (through === null || segment.baseOffset > through.segment.baseOffset) return committed
  return segment === through.segment ? Math.max(committed, through.position) : segment.size
}

async function writeSome(log: LogState, segment: Segment): Promise<void> {
  const { tailCache, handles, metrics } = log.shared
  if (!segment.created) await createFile(log, segment)
  const handle = handles.acquireOpen(segment.path) ?? (await handles.acquire(segment.path, true))
  if (segment.removed || log.deleted || segment.written >= writableEnd(log, segment)) {
    // Its chunks went while the file was being opened, or a commit gave up writing through.
    handles.release(segment.path)
    return
  }
  const { buffers, chunks, end } = gather(log, segment)
  for (const chunk of chunks) tailCache.retain(chunk)
  try {
    const single = buffers.length === 1 ? buffers[0] : undefined
    if (log.shared.commitBySegment && single !== undefined && single.length <= syncWriteBytes) {
      handle.writeSync(single, segment.written)
    } else {
      await handle.write(buffers, segment.written)
    }
    metrics.segmentBytes.add(end - segment.written)
    segment.verified.add(segment.written, end)
    segment.written = end
  } finally {
    for (const chunk of chunks) tailCache.release(chunk)
    handles.release(segment.path)
  }
}

function gather(log: LogState, segment: Segment): { buffers: Buffer[]; chunks: Chunk[]; end: number } {
  const limit = writableEnd(log, segment)
  const buffers: Buffer[] = []
  const chunks: Chunk[] = []
  let position = segment.written
  for (const chunk of log.tail.chunks) {
    if (chunk.segment !== segment || chunk.filePosition + chunk.used <= position) continue
    if (position >= limit || buffers.length === vectorsMax) break
    const to = Math.min(limit - chunk.filePosition, chunk.used)
    buffers.push(chunk.buffer.subarray(position - chunk.filePosition, to))
    chunks.push(chunk)
    position = chunk.filePosition + to
  }
  if (position === segment.written) {
    throw new Error(
      `${log.topic}-${log.partition}: bytes from ${position} of ${segment.path} are neither in memory nor in the file`,
    )
  }
  return { buffers, chunks, end: position }
}

/** Makes the file, and the partition's directory with the first one; the entries are durable before a checkpoint counts on them. */
async function createFile(log: LogState, segment: Segment): Promise<void> {
  const { files } = log.shared.env
  await files.makeDirectory(log.directory)
  const handle = await log.shared.handles.acquire(segment.path, true)
  try {
    // What a crash may have left in a file of this name was found not to belong to the log; recovery finds that out at its end.
    if (!log.leftovers.includes(segment.baseOffset) && (await handle.size()) > 0) await handle.truncate(0)
  } finally {
    log.shared.handles.release(segment.path)
  }
  segment.created = true
}

/** The index of a sealed segment. It is not synced: a damaged or missing one is rebuilt from the segment. */
async function writeIndex(log: LogState, segment: Segment): Promise<void> {
  if (segment.indexedFrom > 0) await loadIndex(log, segment)
  await using handle = await log.shared.env.files.open(indexPath(segment), 'create')
  await handle.truncate(0)
  await handle.write([segment.index.encode(segment.maxTimestamp, segment.size)], 0)
  segment.indexWritten = true
}
