import { noMoreDocs } from '../index/index-reader.ts'
import type { Budget } from '../budget.ts'
import type { Matcher } from './matcher.ts'
import type { ScoreBounds } from './score-bounds.ts'

/** One alternative of a disjunction, with its bounds. */
export interface BoundedMatcher {
  readonly matcher: Matcher
  readonly bounds: ScoreBounds
  /** What none of its scores exceeds. */
  readonly maxScore: number
}

/** What an alternative's scores do not exceed up to a document. */
class BlockBound {
  end = -1
  score = 0
  readonly #bounds: ScoreBounds

  constructor(bounds: ScoreBounds) {
    this.#bounds = bounds
  }

  /** Makes the bound hold for `target`; targets ascend. */
  reach(target: number): void {
    if (target <= this.end) return
    this.end = this.#bounds.blockEnd(target)
    this.score = this.#bounds.blockScore()
  }
}

interface Alternative {
  readonly matcher: Matcher
  readonly maxScore: number
  readonly block: BlockBound
}

/** Candidates between two looks at the budget. */
const CHECK_EVERY = 1024

/** Rounding can lift a sum above the same sum in another order; bounds that may be off by that are widened. */
const ROUNDING = 1 + 1e-12

/**
 * Block-max WAND: the documents in [from, to) that match any of the alternatives, without those that can not reach a score that is
 * `competitive`. The alternatives are sorted by where they stand; the first of them whose maxima together are competitive is the pivot,
 * and no document before it can get in. Whether the pivot's own blocks allow it is asked before anything is scored.
 */
export function searchBlockMax(
  bounded: readonly BoundedMatcher[],
  from: number,
  to: number,
  competitive: (score: number) => boolean,
  collect: (doc: number, score: number) => void,
  budget: Budget,
): void {
  const alternatives = bounded.map(({ matcher, bounds, maxScore }) => ({
    matcher,
    maxScore,
    block: new BlockBound(bounds),
  }))
  const sorted = [...alternatives]
  for (const { matcher } of sorted) matcher.advance(from)
  let steps = 0
  for (;;) {
    steps += 1
    if (steps % CHECK_EVERY === 0) budget.check()
    sortByDoc(sorted)
    const pivot = findPivot(sorted, competitive)
    const pivotDoc = sorted[pivot]?.matcher.doc ?? noMoreDocs
    if (pivotDoc >= to) return
    let last = pivot
    while (sorted[last + 1]?.matcher.doc === pivotDoc) last += 1
    const end = blocksEnd(sorted, last, pivotDoc)
    if (!competitive(blocksScore(alternatives, pivotDoc))) {
      // Nobody up to the end of these blocks gets in, unless a further alternative joins.
      const next = Math.min(
        end === noMoreDocs ? noMoreDocs : end + 1,
        sorted[last + 1]?.matcher.doc ?? noMoreDocs,
      )
      for (let index = 0; index <= last; index++) sorted[index]?.matcher.advance(Math.max(next, pivotDoc + 1))
    } else if (sorted[0]?.matcher.doc === pivotDoc) {
      score(alternatives, pivotDoc, collect)
      for (let index = 0; index <= last; index++) sorted[index]?.matcher.next()
    } else {
      for (let index = 0; index < pivot; index++) {
        const { matcher } = sorted[index] ?? {}
        if (matcher !== undefined && matcher.doc < pivotDoc) matcher.advance(pivotDoc)
      }
    }
  }
}

/** Few alternatives, nearly in order: insertion sort. */
function sortByDoc(sorted: Alternative[]): void {
  for (let index = 1; index < sorted.length; index++) {
    const moved = sorted[index]
    if (moved === undefined) continue
    let at = index
    for (; at > 0; at--) {
      const before = sorted[at - 1]
      if (before === undefined || before.matcher.doc <= moved.matcher.doc) break
      sorted[at] = before
    }
    sorted[at] = moved
  }
}

function findPivot(sorted: readonly Alternative[], competitive: (score: number) => boolean): number {
  let sum = 0
  for (let index = 0; index < sorted.length; index++) {
    sum += sorted[index]?.maxScore ?? 0
    if (competitive(sum * ROUNDING)) return index
  }
  return sorted.length
}

function blocksEnd(sorted: readonly Alternative[], last: number, target: number): number {
  let end = noMoreDocs
  for (let index = 0; index <= last; index++) {
    const block = sorted[index]?.block
    if (block === undefined) continue
    block.reach(target)
    if (block.end < end) end = block.end
  }
  return end
}

/** Added up in the order of the query, like a score: what is added is never less, so neither is the sum, rounding included. */
function blocksScore(alternatives: readonly Alternative[], pivotDoc: number): number {
  let sum = 0
  for (const { matcher, block } of alternatives) if (matcher.doc <= pivotDoc) sum += block.score
  return sum
}

function score(
  alternatives: readonly Alternative[],
  doc: number,
  collect: (doc: number, score: number) => void,
): void {
  let sum = 0
  let matched = false
  for (const { matcher } of alternatives)
    if (matcher.doc === doc && matcher.matches()) {
      sum += matcher.score()
      matched = true
    }
  if (matched) collect(doc, sum)
}
