import type { IndexReader, NumberColumn } from '../index/index-reader.ts'
import { BATCH_DOCS } from './collector.ts'
import { fieldColumns, isAddressField } from './field-values.ts'
import { gatherNumbers } from './gather.ts'

/**
 * The numbers of a field for batches of documents: numbers, dates as milliseconds, booleans as 0 and 1. What a batch has is in
 * `values`, with the document and the owner of each value beside it, until the next `load`. NaN stands where a document has no number.
 */
export class NumberValues {
  readonly #field: string
  readonly #missing: number | null
  #column: NumberColumn | null = null
  #dates = false
  #dense = false
  #found: number[] = []
  values = new Float64Array(BATCH_DOCS)
  docs: Int32Array = new Int32Array(0)
  owners: Int32Array = new Int32Array(0)
  #ownDocs = new Int32Array(0)
  #ownOwners = new Int32Array(0)

  constructor(field: string, missing: number | null) {
    this.#field = field
    this.#missing = missing
  }

  /** Whether any reader had dates. */
  get dates(): boolean {
    return this.#dates
  }

  /** Whether a document of this reader can have several values. */
  get severalPerDoc(): boolean {
    return this.#column?.multiValued ?? false
  }

  /** The column, when every document of the reader has exactly one value in it; then its block bounds tell all. */
  get denseColumn(): NumberColumn | null {
    return this.#dense ? this.#column : null
  }

  begin(reader: IndexReader): void {
    const { numbers, booleans, numberKind } = fieldColumns(reader, this.#field)
    this.#column = numbers ?? booleans
    if (numbers !== null && numberKind === 'date') this.#dates = true
    const field = reader.field(this.#field)
    const onlyNumbers =
      field === null
        ? isAddressField(this.#field)
        : field.strings === null &&
          field.text === null &&
          (numbers === null || booleans === null) &&
          field.presence.size === reader.docCount
    this.#dense = this.#column !== null && onlyNumbers && !this.#column.multiValued
  }

  /** Loads the values of a batch and returns how many entries there are. */
  load(docs: Int32Array, owners: Int32Array, count: number): number {
    this.docs = docs
    this.owners = owners
    const column = this.#column
    if (column === null) {
      this.values.fill(this.#missing ?? Number.NaN, 0, count)
      return count
    }
    if (column.multiValued) return this.#loadAll(column, docs, owners, count)
    gatherNumbers(column, docs, count, this.values)
    const missing = this.#missing
    if (missing !== null) {
      for (let i = 0; i < count; i += 1) if (Number.isNaN(this.values[i]!)) this.values[i] = missing
    }
    return count
  }

  #loadAll(column: NumberColumn, docs: Int32Array, owners: Int32Array, count: number): number {
    let length = 0
    for (let i = 0; i < count; i += 1) {
      let found = column.readAll(docs[i]!, this.#found)
      if (found === 0) {
        this.#found[0] = this.#missing ?? Number.NaN
        found = 1
      }
      if (length + found > this.#ownDocs.length) this.#grow(length + found)
      for (let k = 0; k < found; k += 1) {
        this.values[length] = this.#found[k]!
        this.#ownDocs[length] = docs[i]!
        this.#ownOwners[length] = owners[i]!
        length += 1
      }
    }
    this.docs = this.#ownDocs
    this.owners = this.#ownOwners
    return length
  }

  #grow(least: number): void {
    const length = Math.max(2 * this.#ownDocs.length, BATCH_DOCS, least)
    const values = new Float64Array(length)
    values.set(this.values.subarray(0, Math.min(this.values.length, length)))
    const docs = new Int32Array(length)
    docs.set(this.#ownDocs)
    const owners = new Int32Array(length)
    owners.set(this.#ownOwners)
    this.values = values
    this.#ownDocs = docs
    this.#ownOwners = owners
  }
}
