import type { Postings, TermIndex } from '../index/index-reader.ts'
import { bm25, K1, lengthNorm } from './bm25.ts'
import type { Matcher } from './matcher.ts'
import type { TermPlan, TermWeight } from './plan.ts'

/** The documents of one term, with bounds of their scores for those who want to skip. */
export class TermMatcher implements Matcher {
  readonly cost: number
  /** For a conjunction, which moves them itself. */
  readonly postings: Postings
  readonly #index: TermIndex
  readonly #weight: TermWeight

  constructor(plan: TermPlan) {
    this.postings = plan.index.postings(plan.ordinal)
    this.cost = this.postings.docFrequency
    this.#index = plan.index
    this.#weight = plan.weight
  }

  get doc(): number {
    return this.postings.doc
  }

  next(): number {
    return this.postings.next()
  }

  advance(target: number): number {
    return this.postings.advance(target)
  }

  matches(): boolean {
    return true
  }

  score(): number {
    const weight = this.#weight
    const norm = termNorm(weight, weight.averageLength > 0 ? this.#index.length(this.doc) : 0)
    return weight.boost * bm25(weight.idf, weight.averageLength > 0 ? this.postings.frequency() : 1, norm)
  }

  /** The last document for which `blockScore` of the same target holds. */
  blockEnd(target: number): number {
    return this.postings.blockEnd(target)
  }

  /** What no document up to the last `blockEnd` exceeds. */
  blockScore(): number {
    const weight = this.#weight
    if (weight.averageLength <= 0) return weight.boost * bm25(weight.idf, 1, K1)
    const norm = termNorm(weight, this.postings.blockMinLength)
    return weight.boost * bm25(weight.idf, this.postings.blockMaxFrequency, norm)
  }

  /** What no document at all exceeds: the best of the blocks' bounds, or what BM25 saturates at. */
  maxScore(): number {
    const weight = this.#weight
    if (weight.averageLength <= 0) return weight.boost * bm25(weight.idf, 1, K1)
    const blocks = this.postings.blocks?.()
    if (blocks === undefined) return weight.boost * weight.idf * (K1 + 1)
    let best = 0
    for (let block = 0; block < blocks.blockCount; block++) {
      blocks.boundBlock(block)
      const norm = termNorm(weight, blocks.blockMinLength)
      best = Math.max(best, weight.boost * bm25(weight.idf, blocks.blockMaxFrequency, norm))
    }
    return best
  }
}

export function termNorm(weight: TermWeight, length: number): number {
  return weight.averageLength > 0 ? lengthNorm(length, weight.averageLength) : K1
}
