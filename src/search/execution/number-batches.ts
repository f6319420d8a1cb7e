import type { Budget } from '../budget.ts'
import type { NumbersPlan } from './plan.ts'

/**
 * The documents of a number filter in batches, for aggregations, which want all of them. A block whose least and greatest value lie in the
 * interval is taken without being read. Returns how many documents there were. Only for columns with one value a document at most.
 */
export function collectNumbers(
  { column, from, to, docCount }: NumbersPlan,
  batch: Int32Array,
  take: (count: number) => void,
  budget: Budget,
): number {
  const { blockDocs } = column
  const values = new Float64Array(blockDocs)
  let batched = 0
  let total = 0
  const flush = (): void => {
    budget.check()
    take(batched)
    total += batched
    batched = 0
  }
  for (let first = 0, block = 0; first < docCount; first += blockDocs, block++) {
    const min = column.blockMin(block)
    const max = column.blockMax(block)
    if (!(max >= from && min <= to)) continue
    const end = Math.min(first + blockDocs, docCount)
    if (batched + blockDocs > batch.length) flush()
    if (column.dense === true && min >= from && max <= to) {
      for (let doc = first; doc < end; doc++) batch[batched++] = doc
      continue
    }
    column.read(first, end, values)
    for (let doc = first; doc < end; doc++) {
      const value = values[doc - first] ?? Number.NaN
      // Written in any case, and kept when the value is good: without a branch that nobody can predict.
      batch[batched] = doc
      batched += value >= from && value <= to ? 1 : 0
    }
  }
  if (batched > 0) flush()
  return total
}
