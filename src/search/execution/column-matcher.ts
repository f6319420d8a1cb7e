import { noMoreDocs } from '../index/index-reader.ts'
import type { Matcher } from './matcher.ts'
import type { NumbersPlan, OrdinalsPlan } from './plan.ts'

/** Documents read at a time when a column is walked; single documents are read alone. */
const CHUNK = 256

/**
 * A column as a filter. Beside a rare term every document of a block that may hold such a value is a candidate, and `matches` reads its
 * value alone; whoever walks from document to document gets only those that match, found chunk by chunk.
 */
abstract class ColumnMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #docCount: number
  readonly #value: number
  #chunk = -1

  constructor(docCount: number, value: number) {
    this.cost = docCount
    this.#docCount = docCount
    this.#value = value
  }

  next(): number {
    return this.advance(this.doc + 1)
  }

  advance(target: number): number {
    if (target <= this.doc) return this.doc
    // One step behind the last candidate: somebody walks, so whole chunks are read and searched.
    const walks = target === this.doc + 1
    let doc = target < this.#docCount ? this.candidate(target) : noMoreDocs
    while (doc < this.#docCount) {
      const chunk = Math.floor(doc / CHUNK)
      const end = Math.min((chunk + 1) * CHUNK, this.#docCount)
      if (chunk !== this.#chunk) {
        if (!walks) break
        this.load(chunk * CHUNK, end)
        this.#chunk = chunk
      }
      while (doc < end && !this.testLoaded(doc, doc - chunk * CHUNK)) doc += 1
      if (doc < end) break
      doc = end < this.#docCount ? this.candidate(end) : noMoreDocs
    }
    return (this.doc = doc < this.#docCount ? doc : noMoreDocs)
  }

  matches(): boolean {
    const { doc } = this
    const first = this.#chunk * CHUNK
    return this.#chunk === Math.floor(doc / CHUNK) ? this.testLoaded(doc, doc - first) : this.test(doc)
  }

  score(): number {
    return this.#value
  }

  /** The first document not below `target` whose block may hold a value. */
  protected abstract candidate(target: number): number
  protected abstract test(doc: number): boolean
  protected abstract load(from: number, to: number): void
  protected abstract testLoaded(doc: number, index: number): boolean
}

/** Numbers in a closed interval. */
export class NumbersMatcher extends ColumnMatcher {
  readonly #plan: NumbersPlan
  readonly #values = new Float64Array(CHUNK)
  readonly #all: number[] = []
  #goodBlock = -1

  constructor(plan: NumbersPlan) {
    super(plan.docCount, plan.score)
    this.#plan = plan
  }

  protected candidate(target: number): number {
    const { column, from, to, docCount } = this.#plan
    let block = Math.floor(target / column.blockDocs)
    if (block === this.#goodBlock) return target
    for (let doc = target; doc < docCount; doc = block * column.blockDocs) {
      if (column.blockMax(block) >= from && column.blockMin(block) <= to) {
        this.#goodBlock = block
        return doc
      }
      block += 1
    }
    return noMoreDocs
  }

  protected test(doc: number): boolean {
    const { column, from, to } = this.#plan
    if (column.multiValued) return this.#testAll(doc)
    column.read(doc, doc + 1, this.#values)
    const value = this.#values[0] ?? Number.NaN
    return value >= from && value <= to
  }

  protected load(from: number, to: number): void {
    this.#plan.column.read(from, to, this.#values)
  }

  protected testLoaded(doc: number, index: number): boolean {
    const { column, from, to } = this.#plan
    const value = this.#values[index] ?? Number.NaN
    if (value >= from && value <= to) return true
    return column.multiValued && !Number.isNaN(value) && this.#testAll(doc)
  }

  #testAll(doc: number): boolean {
    const { column, from, to } = this.#plan
    const count = column.readAll(doc, this.#all)
    for (let index = 0; index < count; index++) {
      const value = this.#all[index] ?? Number.NaN
      if (value >= from && value <= to) return true
    }
    return false
  }
}

/** Strings whose ordinals are in an interval. */
export class OrdinalsMatcher extends ColumnMatcher {
  readonly #plan: OrdinalsPlan
  readonly #values = new Int32Array(CHUNK)
  readonly #all: number[] = []

  constructor(plan: OrdinalsPlan) {
    super(plan.docCount, plan.score)
    this.#plan = plan
  }

  protected candidate(target: number): number {
    return target
  }

  protected test(doc: number): boolean {
    const { column, from, to } = this.#plan
    if (column.multiValued) return this.#testAll(doc)
    column.read(doc, doc + 1, this.#values)
    const ordinal = this.#values[0] ?? -1
    return ordinal >= from && ordinal < to
  }

  protected load(from: number, to: number): void {
    this.#plan.column.read(from, to, this.#values)
  }

  protected testLoaded(doc: number, index: number): boolean {
    const { column, from, to } = this.#plan
    const ordinal = this.#values[index] ?? -1
    if (ordinal >= from && ordinal < to) return true
    return column.multiValued && ordinal >= 0 && this.#testAll(doc)
  }

  #testAll(doc: number): boolean {
    const { column, from, to } = this.#plan
    const count = column.readAll(doc, this.#all)
    for (let index = 0; index < count; index++) {
      const ordinal = this.#all[index] ?? -1
      if (ordinal >= from && ordinal < to) return true
    }
    return false
  }
}
