import { noMoreDocs } from '../index/index-reader.ts'

/**
 * Walks the documents that a query may match, in ascending order. Matching has two steps, so that what is dear (positions of a phrase,
 * values of a column) is asked only where everything else agrees: `next` and `advance` find candidates, `matches` decides about the
 * one the cursor stands on, and `score` may be called once it said yes. Cursors are classes because they change at every step.
 */
export interface Matcher {
  /** -1 before the first candidate, `noMoreDocs` behind the last. */
  readonly doc: number
  /** Candidates that are left at most, for deciding who leads. */
  readonly cost: number
  next(): number
  /** Moves to the first candidate not below `target`; never back, and not at all when it stands there already. */
  advance(target: number): number
  matches(): boolean
  score(): number
}

/** Every document up to a count. */
export class AllMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #value: number

  constructor(docCount: number, value: number) {
    this.cost = docCount
    this.#value = value
  }

  next(): number {
    return this.advance(this.doc + 1)
  }

  advance(target: number): number {
    if (target > this.doc) this.doc = target < this.cost ? target : noMoreDocs
    return this.doc
  }

  matches(): boolean {
    return true
  }

  score(): number {
    return this.#value
  }
}

/** The documents whose bits are set. */
export class BitsMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #words: Uint32Array
  readonly #value: number

  constructor(words: Uint32Array, size: number, value: number) {
    this.cost = size
    this.#words = words
    this.#value = value
  }

  next(): number {
    return this.advance(this.doc + 1)
  }

  advance(target: number): number {
    if (target <= this.doc) return this.doc
    const words = this.#words
    let index = target >>> 5
    if (index >= words.length) return (this.doc = noMoreDocs)
    let word = (words[index] ?? 0) & (-1 << (target & 31))
    while (word === 0) {
      index += 1
      if (index >= words.length) return (this.doc = noMoreDocs)
      word = words[index] ?? 0
    }
    return (this.doc = (index << 5) + (31 - Math.clz32(word & -word)))
  }

  matches(): boolean {
    return true
  }

  score(): number {
    return this.#value
  }
}

/** The documents of an ascending list. */
export class ListMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #docs: Int32Array
  readonly #value: number
  #index = -1

  constructor(docs: Int32Array, value: number) {
    this.cost = docs.length
    this.#docs = docs
    this.#value = value
  }

  next(): number {
    this.#index += 1
    return (this.doc = this.#docs[this.#index] ?? noMoreDocs)
  }

  advance(target: number): number {
    if (target <= this.doc) return this.doc
    let low = this.#index + 1
    let high = this.#docs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#docs[middle] ?? 0) < target) low = middle + 1
      else high = middle
    }
    this.#index = low
    return (this.doc = this.#docs[low] ?? noMoreDocs)
  }

  matches(): boolean {
    return true
  }

  score(): number {
    return this.#value
  }
}

/** Another matcher whose candidates are put to a test, or whose score is replaced. */
export class TestedMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #inner: Matcher
  readonly #test: (doc: number) => boolean

  constructor(inner: Matcher, test: (doc: number) => boolean) {
    this.cost = inner.cost
    this.#inner = inner
    this.#test = test
  }

  next(): number {
    return (this.doc = this.#inner.next())
  }

  advance(target: number): number {
    return (this.doc = this.#inner.advance(target))
  }

  matches(): boolean {
    return this.#inner.matches() && this.#test(this.doc)
  }

  score(): number {
    return this.#inner.score()
  }
}
