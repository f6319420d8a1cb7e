import { noMoreDocs, type PostingBlocks, type TermIndex } from '../index/index-reader.ts'
import type { Budget } from '../budget.ts'
import { bm25 } from './bm25.ts'
import type { TermWeight } from './plan.ts'
import { termNorm } from './term-matcher.ts'

/** Shorter fields have their scores in a table. */
const LENGTHS = 256
/** Blocks between two looks at the budget. */
const CHECK_EVERY = 64

/** Where the documents go that the scan finds good enough. */
export interface ScanTarget {
  /** A document with a lower score can not become a hit. It only ever rises. */
  floor(): number
  /** Whether a document with exactly that score may that is not newer than `lastDoc`. */
  mayTie(lastDoc: number): boolean
  hit(doc: number, score: number): void
}

/**
 * The best documents of one term, without a cursor: block after block from the newest to the oldest, those alone that can have a good one.
 * A block's bound is made of the highest frequency and the shortest field in it, and no score of it is higher.
 */
export function scanTerm(
  index: TermIndex,
  blocks: PostingBlocks,
  weight: TermWeight,
  target: ScanTarget,
  budget: Budget,
): void {
  const { docs, frequencies } = blocks
  const normed = weight.averageLength > 0
  /** Scores of one occurrence by the field's length. */
  const single = new Float64Array(LENGTHS).fill(Number.NaN)
  const scoreOf = (frequency: number, length: number): number => {
    if (frequency !== 1 || length >= LENGTHS)
      return weight.boost * bm25(weight.idf, normed ? frequency : 1, termNorm(weight, length))
    const known = single[length] ?? Number.NaN
    if (!Number.isNaN(known)) return known
    const score = weight.boost * bm25(weight.idf, 1, termNorm(weight, length))
    single[length] = score
    return score
  }
  let floor = target.floor()
  for (let block = blocks.blockCount - 1; block >= 0; block--) {
    if (block % CHECK_EVERY === 0) budget.check()
    const lastDoc = blocks.boundBlock(block)
    const { blockMaxFrequency } = blocks
    const bound =
      blockMaxFrequency === noMoreDocs && normed
        ? Number.POSITIVE_INFINITY
        : scoreOf(blockMaxFrequency, normed ? blocks.blockMinLength : 0)
    if (bound < floor || (bound === floor && !target.mayTie(lastDoc))) continue
    const count = blocks.readBlock(block)
    for (let at = 0; at < count; at++) {
      const doc = docs[at] ?? 0
      const score = scoreOf(frequencies[at] ?? 1, normed ? index.length(doc) : 0)
      if (score < floor || (score === floor && !target.mayTie(doc))) continue
      target.hit(doc, score)
      floor = target.floor()
    }
  }
}
