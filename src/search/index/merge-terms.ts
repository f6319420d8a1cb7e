import type { TermsEntry } from './index-layout.ts'
import { noMoreDocs, type TermIndex } from './index-reader.ts'
import type { IndexSink } from './index-sink.ts'
import { lengthCode } from './length-code.ts'
import { compareBytes, headOf } from './terms-layout.ts'
import { TermsWriter } from './terms-writer.ts'

/** Postings that are written before others get their turn. */
const SLICE_POSTINGS = 20_000

export interface TermsInput {
  readonly terms: TermIndex
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
    writer.begin(cursor.bytes, 0, cursor.bytes.length)
    const { head } = cursor
    const bytes = cursor.bytes
    // Equal terms come out in the order of the inputs, so documents ascend.
    for (let same: TermCursor | null = cursor; same !== null;) {
      if (same.input.ranks !== null) same.input.ranks[same.ordinal] = rank
      copier.copy(same)
      same = queue.nextEqual(head, bytes)
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
  ordinal = 0
  /** The term; a view into what its index has decoded. */
  bytes: Uint8Array
  head: number

  constructor(input: TermsInput, order: number) {
    this.input = input
    this.order = order
    this.bytes = input.terms.term(0)
    this.head = headOf(this.bytes, 0, this.bytes.length)
  }

  /** False behind the last term. */
  next(): boolean {
    this.ordinal += 1
    if (this.ordinal === this.input.terms.termCount) return false
    this.bytes = this.input.terms.term(this.ordinal)
    this.head = headOf(this.bytes, 0, this.bytes.length)
    return true
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

  nextEqual(head: number, bytes: Uint8Array): TermCursor | null {
    const least = this.#heap[0]
    if (least === undefined || least.head !== head) return null
    return compareBytes(least.bytes, 0, least.bytes.length, bytes, 0, bytes.length) === 0
      ? this.#take()
      : null
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
  const order = compareBytes(a.bytes, 0, a.bytes.length, b.bytes, 0, b.bytes.length)
  return order === 0 ? a.order < b.order : order < 0
}

class PostingsCopier {
  /** Postings copied so far. */
  postings = 0
  readonly #writer: TermsWriter
  readonly #hasPositions: boolean
  readonly #found: number[] = []
  #positions = new Int32Array(256)

  constructor(writer: TermsWriter, hasPositions: boolean) {
    this.#writer = writer
    this.#hasPositions = hasPositions
  }

  copy(cursor: TermCursor): void {
    const { terms, base } = cursor.input
    const postings = terms.postings(cursor.ordinal)
    for (let doc = postings.next(); doc !== noMoreDocs; doc = postings.next()) {
      const frequency = postings.frequency()
      if (this.#hasPositions) this.#readPositions(postings.positions(this.#found))
      const code = this.#hasPositions ? lengthCode(terms.length(doc)) : 1
      this.#writer.posting(base + doc, frequency, code, this.#positions, 0)
      this.postings += 1
    }
  }

  #readPositions(count: number): void {
    if (count > this.#positions.length) this.#positions = new Int32Array(count * 2)
    for (let index = 0; index < count; index++) this.#positions[index] = this.#found[index]!
  }
}
