import { committedEnd } from './log-reader.ts'
import type { LogState } from './log-shared.ts'
import type { Segment } from './segment.ts'

/** A segment file as another thread may read it. */
export interface LogFile {
  /** Tells apart files that have the same path one after the other. */
  readonly id: number
  readonly baseOffset: number
  readonly path: string
  /** The file holds committed batches, and nothing else, below this position. */
  readonly bytes: number
  /** Nothing will be appended. */
  readonly sealed: boolean
  /** A file that compaction made stands for all offsets below this one, whatever it has left of them; null for any other. */
  readonly endOffset: number | null
}

/** A transaction that was aborted: batches of the producer within these offsets never happened. */
export interface AbortedRange {
  readonly producerId: number
  readonly firstOffset: number
  readonly lastOffset: number
}

/** What a reader of files has to know of a partition; plain data, to be sent to another thread. */
export interface LogView {
  readonly logStartOffset: number
  readonly highWatermark: number
  /** Records below are decided: consumers that read committed data see those that were not aborted. */
  readonly lastStableOffset: number
  /** By base offset. A file may be removed at any time: an open handle still reads it, a closed one is looked for in vain. */
  readonly files: readonly LogFile[]
  /** Aborted transactions with records between `abortedFrom` and the last stable offset. */
  readonly aborted: readonly AbortedRange[]
  readonly abortedFrom: number
}

const ids = new WeakMap<Segment, number>()
let lastId = 0

function idOf(segment: Segment): number {
  let id = ids.get(segment)
  if (id === undefined) {
    id = ++lastId
    ids.set(segment, id)
  }
  return id
}

/** What the view of a partition is made of. */
export interface ViewedLog extends LogState {
  readonly lastStableOffset: number
  abortedTransactions(from: number, to: number): readonly AbortedRange[]
}

/** The committed part of the partition's segment files, as they are now; aborted transactions are told from `from` on. */
export function viewOf(log: ViewedLog, from: number): LogView {
  const files: LogFile[] = []
  for (const segment of log.segments) {
    const bytes = Math.min(segment.written, committedEnd(log, segment))
    if (bytes === 0 && segment.cleaned === null) continue
    const sealed = segment.sealed && bytes === segment.size
    const { baseOffset, path } = segment
    files.push({
      id: idOf(segment),
      baseOffset,
      path,
      bytes,
      sealed,
      endOffset: segment.cleaned?.endOffset ?? null,
    })
  }
  const { logStartOffset, highWatermark, lastStableOffset } = log
  const aborted = log
    .abortedTransactions(from, lastStableOffset)
    .map(({ producerId, firstOffset, lastOffset }) => ({ producerId, firstOffset, lastOffset }))
  return { logStartOffset, highWatermark, lastStableOffset, files, aborted, abortedFrom: from }
}

/** Whether every committed byte is in the segment files. */
export function isWrittenOut(log: LogState): boolean {
  for (let index = log.segments.length - 1; index >= 0; index--) {
    const segment = log.segments[index]
    if (segment === undefined) break
    const end = committedEnd(log, segment)
    if (segment.written < end) return false
    // What lies before a segment with written bytes was written before it.
    if (segment.written > 0) break
  }
  return true
}
