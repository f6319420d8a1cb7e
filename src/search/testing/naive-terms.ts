import { noMoreDocs, type Postings, type TermIndex } from '../index/index-reader.ts'
import { compareUtf8 } from '../../util/utf8-order.ts'

/** The terms of a field in one document, each with its positions, and how many tokens it has. */
export interface NaiveOccurrences {
  readonly length: number
  readonly terms: ReadonlyMap<string, readonly number[]>
}

interface NaivePosting {
  readonly doc: number
  readonly positions: readonly number[]
}

export function naiveTermIndex(
  docs: ReadonlyMap<number, NaiveOccurrences>,
  hasPositions: boolean,
): TermIndex {
  const byTerm = new Map<string, NaivePosting[]>()
  for (const doc of [...docs.keys()].sort((a, b) => a - b))
    for (const [term, positions] of docs.get(doc)?.terms ?? []) {
      const list = byTerm.get(term) ?? []
      list.push({ doc, positions })
      byTerm.set(term, list)
    }
  const terms = [...byTerm.keys()].sort(compareUtf8)
  const bytes = terms.map((term) => Buffer.from(term))
  const lengthOf = (doc: number): number => docs.get(doc)?.length ?? 0
  const lists = terms.map((term) => byTerm.get(term) ?? [])
  const withTerms = [...docs.values()].filter((occurrences) => occurrences.length > 0)
  return {
    termCount: terms.length,
    docCount: withTerms.length,
    tokenCount: withTerms.reduce((sum, occurrences) => sum + occurrences.length, 0),
    find: (term) => bytes.findIndex((other) => Buffer.compare(other, term) === 0),
    lowerBound(term) {
      const ordinal = bytes.findIndex((other) => Buffer.compare(other, term) >= 0)
      return ordinal < 0 ? bytes.length : ordinal
    },
    term: (ordinal) => bytes[ordinal] ?? new Uint8Array(),
    docFrequency: (ordinal) => lists[ordinal]?.length ?? 0,
    postings: (ordinal) => naivePostings(lists[ordinal] ?? [], lengthOf, hasPositions),
    length: lengthOf,
    hasPositions,
  }
}

/** Small, so that tests cross many block borders. */
const BLOCK = 3

function naivePostings(
  list: readonly NaivePosting[],
  lengthOf: (doc: number) => number,
  hasPositions: boolean,
): Postings {
  let index = -1
  let maxFrequency = 0
  let minLength = 0
  const docAt = (at: number): number => (at < 0 ? -1 : (list[at]?.doc ?? noMoreDocs))
  return {
    get doc() {
      return docAt(index)
    },
    docFrequency: list.length,
    next() {
      index = Math.min(index + 1, list.length)
      return docAt(index)
    },
    advance(target) {
      while (docAt(index) < target) index += 1
      return docAt(index)
    },
    frequency: () => list[index]?.positions.length ?? 0,
    positions(into) {
      const positions = hasPositions ? (list[index]?.positions ?? []) : []
      for (const [at, position] of positions.entries()) into[at] = position
      return positions.length
    },
    blockEnd(target) {
      const first = list.findIndex((posting) => posting.doc >= target)
      if (first < 0) {
        maxFrequency = 0
        minLength = 0
        return noMoreDocs
      }
      const start = first - (first % BLOCK)
      const block = list.slice(start, start + BLOCK)
      maxFrequency = Math.max(...block.map((posting) => posting.positions.length))
      minLength = Math.min(...block.map((posting) => lengthOf(posting.doc)))
      return block.at(-1)?.doc ?? noMoreDocs
    },
    get blockMaxFrequency() {
      return maxFrequency
    },
    get blockMinLength() {
      return minLength
    },
  }
}
