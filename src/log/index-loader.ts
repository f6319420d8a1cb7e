import * as header from '../records/record-batch.ts'
import type { LogState } from './log-shared.ts'
import { indexPath, isNextOffset, type Segment } from './segment.ts'
import { SparseIndex } from './sparse-index.ts'

const blockBytes = 1 << 20

/**
 * Completes the index of a segment that existed before this process: from its index file, or from the batches when the file is
 * missing, damaged or of another length. Loading twice at once does the work twice and no harm.
 */
export async function loadIndex(log: LogState, segment: Segment): Promise<void> {
  const until = segment.indexedFrom
  const loaded = (await readIndexFile(log, segment, until)) ?? (await scanIndex(log, segment, until))
  if (segment.indexedFrom !== until) return
  loaded.index.append(segment.index)
  segment.index = loaded.index
  segment.indexedFrom = 0
  if (loaded.maxTimestamp > segment.maxTimestamp) segment.maxTimestamp = loaded.maxTimestamp
}

async function readIndexFile(
  log: LogState,
  segment: Segment,
  until: number,
): Promise<{ index: SparseIndex; maxTimestamp: number } | null> {
  const path = indexPath(segment)
  const { files } = log.shared.env
  const stat = await files.stat(path)
  if (stat === null) return null
  await using handle = await files.open(path, 'read')
  const buffer = Buffer.alloc(stat.size)
  await handle.read(buffer, 0)
  return SparseIndex.decode(buffer, until)
}

/** Walks batch headers up to `until`; a batch that can not be ends the walk, and whoever reads it meets the damage. */
async function scanIndex(
  log: LogState,
  segment: Segment,
  until: number,
): Promise<{ index: SparseIndex; maxTimestamp: number }> {
  const index = new SparseIndex()
  let maxTimestamp = -1
  let expected = segment.baseOffset
  const handle = await log.shared.handles.acquire(segment.path, false)
  try {
    const buffer = Buffer.allocUnsafe(blockBytes)
    let position = 0
    while (position + header.HEADER_SIZE <= until) {
      const size = await handle.read(buffer, position)
      let at = 0
      while (at + header.HEADER_SIZE <= size && position + at < until) {
        const bytes = header.batchSize(buffer, at)
        const offset = header.baseOffset(buffer, at)
        if (bytes < header.HEADER_SIZE || !isNextOffset(segment.cleaned, offset, expected))
          return { index, maxTimestamp }
        index.batch(offset - segment.baseOffset, position + at, maxTimestamp)
        expected = header.lastOffset(buffer, at) + 1
        maxTimestamp = Math.max(maxTimestamp, header.maxTimestamp(buffer, at))
        at += bytes
      }
      if (at === 0) break
      position += at
    }
  } finally {
    log.shared.handles.release(segment.path)
  }
  return { index, maxTimestamp }
}
