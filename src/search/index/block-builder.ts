import { TokenBuffer } from '../analysis/token-buffer.ts'
import { FieldPaths, OVERFLOW_FIELD } from '../document/field-paths.ts'
import { parseIsoDate } from '../document/iso-date.ts'
import { parseJsonNumber } from '../document/json-number.ts'
import { ESCAPED_STRING, JsonScanner, NUMBER, PLAIN_STRING, TRUE } from '../document/json-scanner.ts'
import { unescapeJson } from '../document/json-string.ts'
import type { MappingOptions } from '../document/mapping-options.ts'
import { isUtf8 } from 'node:buffer'
import type { LogRecord } from '../../records/record.ts'
import { FieldBuilder } from './field-builder.ts'
import { sealField } from './field-sealer.ts'
import { fixedFieldNames } from './fixed-fields.ts'
import { writeHeader } from './index-footer.ts'
import {
  INDEX_VERSION,
  type FieldEntry,
  type IndexDirectory,
  type IndexIdentity,
  type NumberColumnEntry,
  type ValuesEntry,
} from './index-layout.ts'
import type { IndexSink } from './index-sink.ts'
import { NumberColumnWriter } from './column-writer.ts'
import { ValuesWriter } from './packed-values.ts'

/** `2026-11-21` */
const DAY_LENGTH = 10

/** Headers with longer names are found in `_overflow`. */
const NAME_UNITS_MAX = 256

/** Gathers the fields of a few thousand records, and seals them. */
export class BlockBuilder {
  baseOffset: number
  endOffset: number
  docCount = 0
  /** Bytes of keys, values and headers. */
  rawBytes = 0
  readonly #identity: IndexIdentity
  readonly #options: MappingOptions
  readonly #paths: FieldPaths
  readonly #scanner: JsonScanner
  readonly #fields: (FieldBuilder | undefined)[] = []
  readonly #tokens = new TokenBuffer()
  #unescaped = Buffer.alloc(1024)
  #offsets = new Float64Array(1024)
  #timestamps = new Float64Array(1024)

  constructor(identity: IndexIdentity, baseOffset: number, options: MappingOptions) {
    this.#identity = identity
    this.baseOffset = baseOffset
    this.endOffset = baseOffset
    this.#options = options
    this.#paths = new FieldPaths(options, fixedFieldNames)
    this.#scanner = new JsonScanner(this.#paths)
  }

  append(record: LogRecord): void {
    const doc = this.docCount++
    if (doc === this.#offsets.length) {
      this.#offsets = grown(this.#offsets)
      this.#timestamps = grown(this.#timestamps)
    }
    this.#offsets[doc] = record.offset
    this.#timestamps[doc] = record.timestamp
    this.endOffset = record.offset + 1
    if (record.key !== null) {
      this.rawBytes += record.key.length
      this.#addBytes(doc, '_key', record.key, true)
    }
    if (record.value !== null) {
      this.rawBytes += record.value.length
      this.#addValue(doc, record.value)
    }
    for (const header of record.headers) {
      this.rawBytes += header.key.length + (header.value?.length ?? 0)
      if (header.value !== null) this.#addBytes(doc, `_headers.${header.key}`, header.value, true)
    }
  }

  /** Forgets the documents; the next ones start at `endOffset`. */
  clear(): void {
    this.baseOffset = this.endOffset
    this.docCount = 0
    this.rawBytes = 0
    for (const field of this.#fields) field?.clear()
  }

  /** Writes an index of the documents, but for its footer. The builder goes on as if nothing had happened. */
  seal(sink: IndexSink): IndexDirectory {
    writeHeader(sink)
    const { docCount, baseOffset } = this
    const fields: FieldEntry[] = []
    const present = this.#fields.filter((field) => field !== undefined && field.presence.size > 0)
    const order = present
      .map((field) => ({ field, name: Buffer.from(field?.name ?? '') }))
      .sort((a, b) => Buffer.compare(a.name, b.name))
    for (const { field } of order) if (field !== undefined) fields.push(sealField(sink, field, docCount))
    return {
      version: INDEX_VERSION,
      ...this.#identity,
      baseOffset,
      endOffset: this.endOffset,
      docCount,
      rawBytes: this.rawBytes,
      offsets: this.#sealOffsets(sink),
      timestamps: this.#sealTimestamps(sink),
      fields,
    }
  }

  #sealOffsets(sink: IndexSink): ValuesEntry | null {
    const { docCount, baseOffset } = this
    if (docCount === 0 || this.#offsets[docCount - 1] === baseOffset + docCount - 1) return null
    const writer = new ValuesWriter(sink)
    for (let doc = 0; doc < docCount; doc++) writer.add(this.#offsets[doc]! - baseOffset)
    return writer.finish()
  }

  #sealTimestamps(sink: IndexSink): NumberColumnEntry | null {
    if (this.docCount === 0) return null
    const writer = new NumberColumnWriter(sink, this.docCount)
    for (let doc = 0; doc < this.docCount; doc++) writer.add(doc, this.#timestamps[doc]!)
    return writer.finish()
  }

  #addValue(doc: number, value: Buffer): void {
    const scanner = this.#scanner
    if (!scanner.scan(value, 0, value.length)) {
      this.#addBytes(doc, '_value', value, false)
      return
    }
    const paths = this.#paths
    for (let index = 0; index < scanner.count; index++) {
      const node = scanner.nodes[index]!
      const start = scanner.starts[index]!
      const end = scanner.ends[index]!
      const field = this.#field(paths.fieldOf(node))
      const kind = scanner.kinds[index]!
      if (node === FieldPaths.overflow) field.addString(doc, value, start, end, false, this.#tokens)
      else if (kind === PLAIN_STRING) this.#addString(field, doc, value, start, end)
      else if (kind === NUMBER) this.#addNumber(field, doc, value, start, end)
      else if (kind === ESCAPED_STRING) {
        if (this.#unescaped.length < end - start) this.#unescaped = Buffer.alloc((end - start) * 2)
        const length = unescapeJson(value, start, end, this.#unescaped)
        this.#addString(field, doc, this.#unescaped, 0, length)
      } else field.addBoolean(doc, kind === TRUE)
    }
  }

  #addString(field: FieldBuilder, doc: number, bytes: Buffer, start: number, end: number): void {
    const date = parseIsoDate(bytes, start, end)
    const isDate = !Number.isNaN(date)
    const isLone = isDate && !this.#options.keepsDateStrings && end - start !== DAY_LENGTH
    if (isDate) field.addDate(doc, date, isLone)
    if (!isLone) field.addString(doc, bytes, start, end, true, this.#tokens)
  }

  #addNumber(field: FieldBuilder, doc: number, bytes: Buffer, start: number, end: number): void {
    const value = parseJsonNumber(bytes, start, end)
    // Beyond the range of doubles only the digits are left to be found.
    if (Number.isFinite(value)) field.addNumber(doc, value)
    else field.addString(doc, bytes, start, end, true, this.#tokens)
  }

  /** Bytes that are text, or else their hexadecimal form. */
  #addBytes(doc: number, name: string, bytes: Buffer, isExact: boolean): void {
    const field = this.#field(this.#paths.field(name.length > NAME_UNITS_MAX ? OVERFLOW_FIELD : name))
    if (isUtf8(bytes)) {
      field.addString(doc, bytes, 0, bytes.length, isExact, this.#tokens)
      return
    }
    const shown = bytes.subarray(0, this.#options.exactBytesMax)
    const hex = Buffer.from(shown.toString('hex'))
    field.addString(doc, hex, 0, hex.length, true, this.#tokens)
  }

  #field(field: number): FieldBuilder {
    let builder = this.#fields[field]
    if (builder === undefined) {
      builder = new FieldBuilder(this.#paths.names[field] ?? '', this.#options)
      this.#fields[field] = builder
    }
    return builder
  }
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(values.length * 2)
  copy.set(values)
  return copy
}
