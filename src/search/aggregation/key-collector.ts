import type { IndexReader, NumberColumn, StringColumn } from '../index/index-reader.ts'
import type { BucketKey } from './aggregation-partial.ts'
import { BucketOrdinals } from './bucket-ordinals.ts'
import { BATCH_DOCS, type CollectContext } from './collector.ts'
import type { DocEmitter } from './doc-emitter.ts'
import { type FieldColumns, fieldColumns } from './field-values.ts'
import { gatherNumbers, gatherOrdinals } from './gather.ts'
import { KeyIds } from './key-ids.ts'

const ordinals = new Int32Array(BATCH_DOCS)
const numbers = new Float64Array(BATCH_DOCS)

/**
 * Groups documents by the values of a field, whatever their types. A document with several values is in several groups, in each
 * once. Where a field has mixed types each value counts as what it is, and a string that was recognised as a date counts as the date.
 */
export class KeyCollector {
  readonly ids: KeyIds
  readonly buckets: BucketOrdinals
  readonly #field: string
  readonly #missing: BucketKey | null
  readonly #context: CollectContext
  readonly #below: DocEmitter
  #columns: FieldColumns = { strings: null, numbers: null, booleans: null, numberKind: 'double' }
  #missingId = -1
  #dates = false
  #values: number[] = []
  #docIds: number[] = []

  constructor(
    field: string,
    missing: BucketKey | null,
    accepts: ((key: BucketKey) => boolean) | null,
    context: CollectContext,
    below: DocEmitter,
  ) {
    this.#field = field
    this.#missing = missing
    this.#context = context
    this.#below = below
    this.ids = new KeyIds(context.budget, accepts)
    this.buckets = new BucketOrdinals(context.budget)
  }

  /** Whether numbers among the keys are dates. */
  get dates(): boolean {
    return this.#dates
  }

  begin(reader: IndexReader, readerIndex: number): void {
    this.#columns = fieldColumns(reader, this.#field)
    this.ids.begin(this.#columns.strings)
    if (this.#columns.numbers !== null && this.#columns.numberKind === 'date') this.#dates = true
    this.#missingId = this.#missing === null ? -1 : this.ids.of(this.#missing)
    this.#below.begin(reader, readerIndex)
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    this.#context.budget.check()
    const { strings, numbers: numeric, booleans } = this.#columns
    const several = [strings, numeric, booleans].filter((column) => column !== null)
    if (several.length > 1 || several.some((column) => column.multiValued))
      this.#collectAll(docs, owners, count)
    else if (strings !== null) this.#collectStrings(strings, docs, owners, count)
    else if (numeric !== null) this.#collectNumbers(numeric, false, docs, owners, count)
    else if (booleans !== null) this.#collectNumbers(booleans, true, docs, owners, count)
    else if (this.#missingId >= 0) this.#collectMissing(docs, owners, count)
    this.#below.flush()
  }

  /** Makes the keys of all values that the readers have, for buckets without a document. */
  addAllKeys(): void {
    for (const reader of this.#context.readers) {
      const { strings, numbers: numeric, booleans, numberKind } = fieldColumns(reader, this.#field)
      const dates = numeric !== null && numberKind === 'date'
      this.#dates ||= dates
      if (!dates) for (let i = 0; i < (strings?.valueCount ?? 0); i += 1) this.ids.of(strings?.value(i) ?? '')
      const found: number[] = []
      for (let doc = 0; doc < reader.docCount; doc += 1) {
        if ((doc & 4095) === 0) this.#context.budget.check()
        for (let i = numeric?.readAll(doc, found) ?? 0; i > 0; i -= 1) this.ids.ofNumber(found[i - 1]!)
        for (let i = booleans?.readAll(doc, found) ?? 0; i > 0; i -= 1) this.ids.of(found[i - 1] !== 0)
      }
    }
  }

  #collectStrings(column: StringColumn, docs: Int32Array, owners: Int32Array, count: number): void {
    const { ids, buckets } = this
    const leaf = this.#below.isEmpty
    const missing = this.#missingId
    gatherOrdinals(column, docs, count, ordinals)
    if (leaf) {
      this.#countStrings(column, owners, count)
      return
    }
    for (let i = 0; i < count; i += 1) {
      const ordinal = ordinals[i]!
      const id = ordinal < 0 ? missing : ids.ofOrdinal(column, ordinal)
      if (id < 0) continue
      this.#below.emit(docs[i]!, buckets.add(owners[i]!, id))
    }
  }

  /** Nobody is below: long runs under one owner are tallied by ordinal, and only the sums go to buckets. */
  #countStrings(column: StringColumn, owners: Int32Array, count: number): void {
    const { ids, buckets } = this
    const { valueCount } = column
    const missing = this.#missingId
    for (let from = 0; from < count;) {
      const owner = owners[from]!
      let to = from + 1
      while (to < count && owners[to] === owner) to += 1
      if (valueCount * 2 > to - from) {
        for (; from < to; from += 1) {
          const ordinal = ordinals[from]!
          const id = ordinal < 0 ? missing : ids.ofOrdinal(column, ordinal)
          if (id >= 0) buckets.add(owner, id)
        }
        continue
      }
      const tally = new Int32Array(valueCount + 1)
      for (; from < to; from += 1) tally[ordinals[from]! + 1]! += 1
      for (let ordinal = -1; ordinal < valueCount; ordinal += 1) {
        const documents = tally[ordinal + 1]!
        const id = documents === 0 ? -1 : ordinal < 0 ? missing : ids.ofOrdinal(column, ordinal)
        if (id >= 0) buckets.addRun(owner, id, documents)
      }
    }
  }

  #collectNumbers(
    column: NumberColumn,
    areBooleans: boolean,
    docs: Int32Array,
    owners: Int32Array,
    count: number,
  ): void {
    const { ids, buckets } = this
    const leaf = this.#below.isEmpty
    const missing = this.#missingId
    gatherNumbers(column, docs, count, numbers)
    for (let i = 0; i < count; i += 1) {
      const value = numbers[i]!
      const id = Number.isNaN(value) ? missing : areBooleans ? ids.of(value !== 0) : ids.ofNumber(value)
      if (id < 0) continue
      const bucket = buckets.add(owners[i]!, id)
      if (!leaf) this.#below.emit(docs[i]!, bucket)
    }
  }

  #collectMissing(docs: Int32Array, owners: Int32Array, count: number): void {
    for (let i = 0; i < count; i += 1) {
      this.#below.emit(docs[i]!, this.buckets.add(owners[i]!, this.#missingId))
    }
  }

  #collectAll(docs: Int32Array, owners: Int32Array, count: number): void {
    for (let i = 0; i < count; i += 1) {
      const doc = docs[i]!
      const found = this.idsOf(doc)
      for (let k = 0; k < found; k += 1) {
        this.#below.emit(doc, this.buckets.add(owners[i]!, this.#docIds[k]!))
      }
    }
  }

  /** Ids of the distinct values of one document, in `docId`. */
  idsOf(doc: number): number {
    const { strings, numbers: numeric, booleans, numberKind } = this.#columns
    const values = this.#values
    let found = 0
    let any = false
    let dates = 0
    if (numeric !== null) {
      const length = numeric.readAll(doc, values)
      any ||= length > 0
      if (numberKind === 'date') dates = length
      for (let i = 0; i < length; i += 1) found = this.#keep(this.ids.ofNumber(values[i]!), found)
    }
    if (booleans !== null) {
      const length = booleans.readAll(doc, values)
      any ||= length > 0
      for (let i = 0; i < length; i += 1) found = this.#keep(this.ids.of(values[i] !== 0), found)
    }
    if (strings !== null && dates === 0) {
      const length = strings.readAll(doc, values)
      any ||= length > 0
      for (let i = 0; i < length; i += 1) found = this.#keep(this.ids.ofOrdinal(strings, values[i]!), found)
    }
    return any ? found : this.#keep(this.#missingId, 0)
  }

  docId(index: number): number {
    return this.#docIds[index] ?? -1
  }

  #keep(id: number, found: number): number {
    if (id < 0) return found
    for (let i = 0; i < found; i += 1) if (this.#docIds[i] === id) return found
    this.#docIds[found] = id
    return found + 1
  }
}
