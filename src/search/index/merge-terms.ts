import type { TermsEntry } from './index-layout.ts'
import type { IndexSink } from './index-sink.ts'
import type { SealedPostings } from './sealed-postings.ts'
import type { SealedTerms } from './sealed-terms.ts'
import { compareBytes, headOf } from './terms-layout.ts'
import { TermsWriter } from './terms-writer.ts'

/** Postings that are written before others get their turn. */
const SLICE_POSTINGS = 20_000

export interface TermsInput {
  readonly terms: SealedTerms
  /** The terms are whole values, which stand as text: once, at position 0. */
  readonly isWhole: boolean
  /** The length code of each document's field. */
  readonly codes: Uint8Array | null
  /** What is added to its document numbers. */
  readonly base: number
  /** Filled with the new number of each of its terms, when it is there. */
  readonly ranks: Int32Array | null
}

/** Merges the terms of indexes of adjacent ranges, given in order. */
export function* mergeTerms(
  inputs: readonly TermsInput[],
  hasPositions: boolean,
  sink: IndexSink,
): Generator<undefined, TermsEntry> {
  const writer = new TermsWriter(sink, hasPositions)
  const queue = new TermQueue(inputs)
  const copier = new PostingsCopier(writer, hasPositions)
  let rank = 0
  let next = SLICE_POSTINGS
  for (let cursor = queue.top(); cursor !== null; cursor = queue.top()) {
    const { terms } = cursor.input
    writer.begin(terms.termBytes, terms.termStart, terms.termEnd)
    const first: TermCursor = cursor
    // Equal terms come out in the order of the inputs, so documents ascend.
    for (let same: TermCursor | null = cursor; same !== null;) {
      if (same.input.ranks !== null) same.input.ranks[same.ordinal] = rank
      copier.copy(same)
      same = queue.nextEqual(first)
    }
    writer.end()
    queue.advanceTaken()
    rank += 1
    if (copier.postings >= next) {
      next = copier.postings + SLICE_POSTINGS
      yield
    }
  }
  return writer.finish(inputs.reduce((sum, { terms }) => sum + terms.docCount, 0))
}

/** Stands on a term of one input. */
class TermCursor {
  readonly input: TermsInput
  readonly order: number
  readonly postings: SealedPostings
  ordinal = 0
  /** The term is what its index has located. */
  head = 0

  constructor(input: TermsInput, order: number) {
    this.input = input
    this.order = order
    this.postings = input.terms.newPostings()
    this.#locate()
  }

  /** False behind the last term. */
  next(): boolean {
    this.ordinal += 1
    if (this.ordinal === this.input.terms.termCount) return false
    this.#locate()
    return true
  }

  #locate(): void {
    const { terms } = this.input
    terms.locateTerm(this.ordinal)
    this.head = headOf(terms.termBytes, terms.termStart, terms.termEnd)
  }
}

/** The cursors as a heap: the least term first, and of equal ones the first input. */
class TermQueue {
  readonly #heap: TermCursor[] = []
  /** Cursors on the current term, which are out of the heap until all have been copied. */
  readonly #taken: TermCursor[] = []

  constructor(inputs: readonly TermsInput[]) {
    for (const [order, input] of inputs.entries())
      if (input.terms.termCount > 0) this.#push(new TermCursor(input, order))
  }

  /** Takes the least cursor out. */
  top(): TermCursor | null {
    return this.#heap.length === 0 ? null : this.#take()
  }

  /** Takes the least cursor out if it stands on the same term. */
  nextEqual(cursor: TermCursor): TermCursor | null {
    const least = this.#heap[0]
    if (least === undefined || least.head !== cursor.head || compareTerms(least, cursor) !== 0) return null
    return this.#take()
  }

  /** Moves the cursors that were taken to their next terms and puts them back. */
  advanceTaken(): void {
    for (const cursor of this.#taken) if (cursor.next()) this.#push(cursor)
    this.#taken.length = 0
  }

  #take(): TermCursor {
    const heap = this.#heap
    const least = heap[0]!
    const last = heap.pop()
    if (last !== undefined && heap.length > 0) this.#sink(last)
    this.#taken.push(least)
    return least
  }

  #push(cursor: TermCursor): void {
    const heap = this.#heap
    let at = heap.push(cursor) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(cursor, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = cursor
  }

  #sink(cursor: TermCursor): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1
      if (!isBefore(heap[child]!, cursor)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = cursor
  }
}

function isBefore(a: TermCursor, b: TermCursor): boolean {
  if (a.head !== b.head) return a.head < b.head
  const order = compareTerms(a, b)
  return order === 0 ? a.order < b.order : order < 0
}

function compareTerms(a: TermCursor, b: TermCursor): number {
  const left = a.input.terms
  const right = b.input.terms
  return compareBytes(
    left.termBytes,
    left.termStart,
    left.termEnd,
    right.termBytes,
    right.termStart,
    right.termEnd,
  )
}

const firstPosition = new Int32Array(1)

class PostingsCopier {
  /** Postings copied so far. */
  postings = 0
  readonly #writer: TermsWriter
  readonly #hasPositions: boolean
  constructor(writer: TermsWriter, hasPositions: boolean) {
    this.#writer = writer
    this.#hasPositions = hasPositions
  }

  copy(cursor: TermCursor): void {
    const { base, codes, isWhole } = cursor.input
    const postings = cursor.input.terms.openPostings(cursor.ordinal, cursor.postings)
    const writer = this.#writer
    for (let block = 0; block < postings.blockCount; block++) {
      const count = this.#hasPositions ? postings.readBlockDeltas(block) : postings.readBlock(block)
      const { docs, frequencies } = postings
      const deltas = isWhole ? firstPosition : postings.deltas
      let from = 0
      for (let index = 0; index < count; index++) {
        const doc = docs[index]!
        const frequency = frequencies[index]!
        writer.postingDeltas(base + doc, frequency, codes === null ? 1 : codes[doc]!, deltas, from)
        if (!isWhole) from += frequency
      }
    }
    this.postings += postings.docFrequency
  }
}
