import {
  ascendingNumbers,
  constantNumber,
  constantString,
  fixedFieldNames,
  numberField,
} from './fixed-fields.ts'
import type { FieldEntry, IndexDirectory } from './index-layout.ts'
import type { FieldReader, IndexReader, NumberColumn } from './index-reader.ts'
import type { IndexSource } from './index-source.ts'
import { PackedValues } from './packed-values.ts'
import { SealedField } from './sealed-field.ts'
import { SealedNumberColumn } from './sealed-columns.ts'

/** A reader of sealed bytes, wherever they come from. Nothing is read before it is asked for. */
export class SealedIndex implements IndexReader {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  readonly baseOffset: number
  readonly endOffset: number
  readonly docCount: number
  readonly minTimestamp: number
  readonly maxTimestamp: number
  /** Bytes of the records' keys, values and headers. */
  readonly rawBytes: number
  readonly directory: IndexDirectory
  readonly source: IndexSource
  readonly #offsets: PackedValues | null
  readonly #timestamps: SealedNumberColumn | null
  readonly #entries: Map<string, FieldEntry>
  readonly #fields = new Map<string, FieldReader>()
  #names: readonly string[] | null = null

  constructor(source: IndexSource, directory: IndexDirectory) {
    this.source = source
    this.directory = directory
    this.topic = directory.topic
    this.topicId = directory.topicId
    this.partition = directory.partition
    this.baseOffset = directory.baseOffset
    this.endOffset = directory.endOffset
    this.docCount = directory.docCount
    this.rawBytes = directory.rawBytes
    this.#offsets = directory.offsets === null ? null : new PackedValues(source, directory.offsets)
    this.#timestamps =
      directory.timestamps === null
        ? null
        : new SealedNumberColumn(source, directory.timestamps, directory.docCount)
    this.minTimestamp = this.#timestamps?.min ?? 0
    this.maxTimestamp = this.#timestamps?.max ?? -1
    this.#entries = new Map(directory.fields.map((entry) => [entry.name, entry]))
  }

  offsetOf(doc: number): number {
    return this.baseOffset + (this.#offsets === null ? doc : this.#offsets.at(doc))
  }

  timestampOf(doc: number): number {
    return this.#timestamps?.column.first(doc) ?? -1
  }

  docAt(offset: number): number {
    const wanted = offset - this.baseOffset
    if (wanted <= 0) return 0
    if (this.#offsets === null) return Math.min(wanted, this.docCount)
    let low = 0
    let high = this.docCount
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#offsets.peek(middle) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }

  fieldNames(): readonly string[] {
    this.#names ??= [...(this.docCount === 0 ? [] : fixedFieldNames), ...this.#entries.keys()].sort((a, b) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    )
    return this.#names
  }

  field(name: string): FieldReader | null {
    const open = this.#fields.get(name)
    if (open !== undefined) return open
    const field = this.docCount === 0 ? null : (this.#fixedField(name) ?? this.#storedField(name))
    if (field !== null) this.#fields.set(name, field)
    return field
  }

  #storedField(name: string): FieldReader | null {
    const entry = this.#entries.get(name)
    return entry === undefined ? null : new SealedField(this.source, entry, this.docCount)
  }

  #fixedField(name: string): FieldReader | null {
    switch (name) {
      case '_topic':
        return constantString(name, this.topic, this.docCount)
      case '_partition':
        return numberField(name, constantNumber(this.partition), this.docCount, 'long')
      case '_offset':
        return numberField(name, this.#offsetColumn(), this.docCount, 'long')
      case '_timestamp':
        return this.#timestamps === null ? null : numberField(name, this.#timestamps, this.docCount, 'date')
      default:
        return null
    }
  }

  #offsetColumn(): NumberColumn {
    return ascendingNumbers(this.docCount, (doc) => this.offsetOf(doc))
  }
}
