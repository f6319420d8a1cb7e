import { noMoreDocs, type TermIndex } from '../index/index-reader.ts'
import { none } from './plan-algebra.ts'
import type { Plan } from './plan.ts'
import { countClause, type Planning } from './planning.ts'

/** Documents marked between two looks at the budget. */
const CHECK_EVERY = 16_384

/** The documents that have any of the terms, as one set with one score. Ordinals below 0 are terms that do not exist. */
export function termSet(
  planning: Planning,
  index: TermIndex,
  ordinals: readonly number[],
  score: number,
  label: string,
): Plan {
  const existing = ordinals.filter((ordinal) => ordinal >= 0)
  const [only] = existing
  if (only === undefined) return none
  countClause(planning)
  if (existing.length === 1) {
    const weight = { boost: 0, idf: 0, averageLength: 0, docFrequency: 0, docCount: 0 }
    return { kind: 'constant', child: { kind: 'term', index, ordinal: only, weight, label }, score }
  }
  const { budget } = planning.context
  const { docCount } = planning.reader
  budget.allocate((docCount + 31) >>> 3)
  const words = new Uint32Array((docCount + 31) >>> 5)
  let steps = 0
  let size = 0
  for (const ordinal of existing) {
    const postings = index.postings(ordinal)
    for (let doc = postings.next(); doc !== noMoreDocs; doc = postings.next()) {
      const word = words[doc >>> 5] ?? 0
      const bit = 1 << (doc & 31)
      if ((word & bit) === 0) size += 1
      words[doc >>> 5] = word | bit
      steps += 1
      if (steps % CHECK_EVERY === 0) budget.check()
    }
  }
  return { kind: 'bits', words, size, score, label }
}
