import type { NumberColumn, StringColumn } from '../index/index-reader.ts'

/** Columns are packed in runs of so many documents, so one read within a run costs about the same as one value. */
const RUN_DOCS = 128

/** Below so many skipped documents per wanted one, reading them along is cheaper than another call. */
const SPARSE_FACTOR = 4

const numberScratch = new Float64Array(RUN_DOCS)
const ordinalScratch = new Int32Array(RUN_DOCS)

/** The first value of each of `count` ascending documents, NaN where it has none. */
export function gatherNumbers(
  column: NumberColumn,
  docs: Int32Array,
  count: number,
  into: Float64Array,
): void {
  if (count === 0) return
  if (isRun(docs, count)) {
    column.read(docs[0]!, docs[0]! + count, into)
    return
  }
  let i = 0
  while (i < count) {
    const first = docs[i]!
    const end = runEnd(docs, i, count)
    if (end - i === 1 || docs[end - 1]! - first > SPARSE_FACTOR * (end - i) + 16) {
      for (; i < end; i += 1) {
        column.read(docs[i]!, docs[i]! + 1, numberScratch)
        into[i] = numberScratch[0]!
      }
    } else {
      column.read(first, docs[end - 1]! + 1, numberScratch)
      for (; i < end; i += 1) into[i] = numberScratch[docs[i]! - first]!
    }
  }
}

/** The number of the first value of each of `count` ascending documents, -1 where it has none. */
export function gatherOrdinals(
  column: StringColumn,
  docs: Int32Array,
  count: number,
  into: Int32Array,
): void {
  if (count === 0) return
  if (isRun(docs, count)) {
    column.read(docs[0]!, docs[0]! + count, into)
    return
  }
  let i = 0
  while (i < count) {
    const first = docs[i]!
    const end = runEnd(docs, i, count)
    if (end - i === 1 || docs[end - 1]! - first > SPARSE_FACTOR * (end - i) + 16) {
      for (; i < end; i += 1) {
        column.read(docs[i]!, docs[i]! + 1, ordinalScratch)
        into[i] = ordinalScratch[0]!
      }
    } else {
      column.read(first, docs[end - 1]! + 1, ordinalScratch)
      for (; i < end; i += 1) into[i] = ordinalScratch[docs[i]! - first]!
    }
  }
}

/** Whether each document follows the one before it. One that came twice (under two owners) may hide a gap, so all are looked at. */
function isRun(docs: Int32Array, count: number): boolean {
  const first = docs[0]!
  if (docs[count - 1]! - first !== count - 1) return false
  for (let i = 1; i < count; i += 1) if (docs[i]! !== first + i) return false
  return true
}

/** Index behind the last document that lies in the same run as that at `from`. */
function runEnd(docs: Int32Array, from: number, count: number): number {
  const behind = (docs[from]! | (RUN_DOCS - 1)) + 1
  let end = from + 1
  while (end < count && docs[end]! < behind) end += 1
  return end
}
