import { DocSetBuilder } from './doc-set.ts'
import type { ColumnEntry, NumberColumnEntry } from './index-layout.ts'
import type { IndexSink } from './index-sink.ts'
import { ValuesWriter } from './packed-values.ts'
import { alignSink } from './sink-alignment.ts'

/** Documents per block of a number column's least and greatest values. */
export const COLUMN_BLOCK = 128

/** Writes values of documents, which come in ascending order, several of one document behind each other. */
export class ColumnWriter {
  readonly #sink: IndexSink
  readonly #docCount: number
  readonly #docs = new DocSetBuilder()
  readonly #values: ValuesWriter
  /** Where each slot's values start, kept from the first document on that has several. */
  #starts: number[] | null = null
  #count = 0
  #last = -1

  constructor(sink: IndexSink, docCount: number) {
    this.#sink = sink
    this.#docCount = docCount
    this.#values = new ValuesWriter(sink)
  }

  add(doc: number, value: number): void {
    if (doc === this.#last) this.#starts ??= Array.from({ length: this.#docs.size }, (_, slot) => slot)
    else {
      this.#last = doc
      this.#docs.add(doc)
      if (this.#starts !== null) this.#starts.push(this.#count)
    }
    this.#values.add(value)
    this.#count += 1
  }

  finish(): ColumnEntry {
    const values = this.#values.finish()
    let starts = null
    if (this.#starts !== null) {
      const writer = new ValuesWriter(this.#sink)
      for (const start of this.#starts) writer.add(start)
      writer.add(this.#count)
      starts = writer.finish()
    }
    return { docs: this.#docs.write(this.#sink, this.#docCount), values, starts }
  }
}

/** Writes a column of numbers with the least and greatest value of each block of documents. */
export class NumberColumnWriter {
  readonly #sink: IndexSink
  readonly #column: ColumnWriter
  readonly #bounds: Float64Array
  #min = Infinity
  #max = -Infinity
  #whole = true

  constructor(sink: IndexSink, docCount: number) {
    this.#sink = sink
    this.#column = new ColumnWriter(sink, docCount)
    this.#bounds = new Float64Array(Math.ceil(docCount / COLUMN_BLOCK) * 2)
    for (let at = 0; at < this.#bounds.length; at += 2) {
      this.#bounds[at] = Infinity
      this.#bounds[at + 1] = -Infinity
    }
  }

  add(doc: number, value: number): void {
    const at = Math.floor(doc / COLUMN_BLOCK) * 2
    if (value < this.#bounds[at]!) this.#bounds[at] = value
    if (value > this.#bounds[at + 1]!) this.#bounds[at + 1] = value
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
    if (this.#whole && !Number.isInteger(value)) this.#whole = false
    this.#column.add(doc, value)
  }

  finish(): NumberColumnEntry {
    const column = this.#column.finish()
    alignSink(this.#sink, 8)
    const blocks = this.#sink.position
    this.#sink.write(new Uint8Array(this.#bounds.buffer))
    return { ...column, min: this.#min, max: this.#max, whole: this.#whole, blocks }
  }
}
