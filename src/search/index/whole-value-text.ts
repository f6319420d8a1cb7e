import type { DocSet, Postings, TermIndex } from './index-reader.ts'

/**
 * The text of a field whose values are one token each that equals the value (identifiers in lower case, for example): the terms are the
 * field's keywords, and each stands at position 0.
 */
export class WholeValueText implements TermIndex {
  readonly termCount: number
  readonly docCount: number
  readonly tokenCount: number
  readonly hasPositions = true
  readonly #keyword: TermIndex
  readonly #docs: DocSet

  /** `docs` are those that have the field with a string. */
  constructor(keyword: TermIndex, docs: DocSet) {
    this.#keyword = keyword
    this.#docs = docs
    this.termCount = keyword.termCount
    this.docCount = keyword.docCount
    this.tokenCount = keyword.tokenCount
  }

  find(term: Uint8Array): number {
    return this.#keyword.find(term)
  }

  lowerBound(bytes: Uint8Array): number {
    return this.#keyword.lowerBound(bytes)
  }

  term(ordinal: number): Uint8Array {
    return this.#keyword.term(ordinal)
  }

  docFrequency(ordinal: number): number {
    return this.#keyword.docFrequency(ordinal)
  }

  postings(ordinal: number): Postings {
    return new FirstPosition(this.#keyword.postings(ordinal))
  }

  length(doc: number): number {
    return this.#docs.has(doc) ? 1 : 0
  }
}

class FirstPosition implements Postings {
  readonly docFrequency: number
  readonly #inner: Postings

  constructor(inner: Postings) {
    this.#inner = inner
    this.docFrequency = inner.docFrequency
  }

  get doc(): number {
    return this.#inner.doc
  }

  get blockMaxFrequency(): number {
    return this.#inner.blockMaxFrequency
  }

  get blockMinLength(): number {
    return this.#inner.blockMinLength
  }

  next(): number {
    return this.#inner.next()
  }

  advance(target: number): number {
    return this.#inner.advance(target)
  }

  frequency(): number {
    return 1
  }

  positions(into: number[]): number {
    into[0] = 0
    return 1
  }

  blockEnd(target: number): number {
    return this.#inner.blockEnd(target)
  }
}
