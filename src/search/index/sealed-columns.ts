import { COLUMN_BLOCK } from './column-writer.ts'
import { openDocSet, type SlotSet } from './doc-set.ts'
import type { ColumnEntry, NumberColumnEntry } from './index-layout.ts'
import type { NumberColumn, StringColumn, TermIndex } from './index-reader.ts'
import type { IndexSource } from './index-source.ts'
import { PackedValues } from './packed-values.ts'

/** Values by document, whatever they mean. */
export class SealedColumn {
  readonly docs: SlotSet
  readonly multiValued: boolean
  readonly #values: PackedValues
  readonly #starts: PackedValues | null
  readonly dense: boolean

  constructor(source: IndexSource, entry: ColumnEntry, docCount: number) {
    this.docs = openDocSet(source, entry.docs, docCount)
    this.#values = new PackedValues(source, entry.values)
    this.#starts = entry.starts === null ? null : new PackedValues(source, entry.starts)
    this.multiValued = entry.starts !== null
    this.dense = entry.docs.kind === 'all' && !this.multiValued
  }

  read(from: number, to: number, into: Float64Array | Int32Array, missing: number): void {
    if (this.dense) {
      this.#values.read(from, to, into, 0)
      return
    }
    into.fill(missing, 0, to - from)
    const end = this.docs.size
    for (let slot = this.docs.slotFrom(from); slot < end; slot++) {
      const doc = this.docs.doc(slot)
      if (doc >= to) return
      into[doc - from] = this.#values.at(this.#starts === null ? slot : this.#starts.at(slot))
    }
  }

  /** The first value of a document that has one. */
  first(doc: number): number {
    const slot = this.docs.slot(doc)
    return this.#values.at(this.#starts === null ? slot : this.#starts.at(slot))
  }

  readAll(doc: number, into: number[]): number {
    const slot = this.docs.slot(doc)
    if (slot < 0) return 0
    if (this.#starts === null) {
      into[0] = this.#values.at(slot)
      return 1
    }
    const start = this.#starts.at(slot)
    const count = this.#starts.at(slot + 1) - start
    for (let index = 0; index < count; index++) into[index] = this.#values.at(start + index)
    return count
  }

  /** Hands out all values in the order of their documents. */
  each(take: (doc: number, value: number) => void): void {
    const docs = this.docs.list()
    let index = 0
    for (let slot = 0; slot < docs.length; slot++) {
      const end = this.#starts === null ? slot + 1 : this.#starts.at(slot + 1)
      for (; index < end; index++) take(docs[slot]!, this.#values.at(index))
    }
  }

  /** Values of a document. */
  count(doc: number): number {
    const slot = this.docs.slot(doc)
    if (slot < 0) return 0
    return this.#starts === null ? 1 : this.#starts.at(slot + 1) - this.#starts.at(slot)
  }
}

export class SealedNumberColumn implements NumberColumn {
  readonly min: number
  readonly max: number
  readonly multiValued: boolean
  readonly dense: boolean
  readonly blockDocs = COLUMN_BLOCK
  readonly column: SealedColumn
  readonly #source: IndexSource
  readonly #blocks: number
  readonly #blockCount: number
  #bounds: Float64Array | null = null

  constructor(source: IndexSource, entry: NumberColumnEntry, docCount: number) {
    this.column = new SealedColumn(source, entry, docCount)
    this.min = entry.min
    this.max = entry.max
    this.multiValued = this.column.multiValued
    this.dense = this.column.dense
    this.#source = source
    this.#blocks = entry.blocks
    this.#blockCount = Math.ceil(docCount / COLUMN_BLOCK)
  }

  blockMin(block: number): number {
    return this.#table()[block * 2]!
  }

  blockMax(block: number): number {
    return this.#table()[block * 2 + 1]!
  }

  read(from: number, to: number, into: Float64Array): void {
    this.column.read(from, to, into, Number.NaN)
  }

  readAll(doc: number, into: number[]): number {
    return this.column.readAll(doc, into)
  }

  #table(): Float64Array {
    return (this.#bounds ??= this.#source.doubles(this.#blocks, this.#blockCount * 2))
  }
}

export class SealedStringColumn implements StringColumn {
  readonly valueCount: number
  readonly multiValued: boolean
  readonly #column: SealedColumn
  readonly #terms: TermIndex

  /** The terms are those of the field's keywords, whose numbers the values are. */
  constructor(column: SealedColumn, terms: TermIndex) {
    this.#column = column
    this.#terms = terms
    this.valueCount = terms.termCount
    this.multiValued = column.multiValued
  }

  value(ordinal: number): string {
    const bytes = this.#terms.term(ordinal)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
  }

  find(value: string): number {
    return this.#terms.find(Buffer.from(value))
  }

  lowerBound(value: string): number {
    return this.#terms.lowerBound(Buffer.from(value))
  }

  read(from: number, to: number, into: Int32Array): void {
    this.#column.read(from, to, into, -1)
  }

  readAll(doc: number, into: number[]): number {
    return this.#column.readAll(doc, into)
  }
}
