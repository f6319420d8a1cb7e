import type { Analyzer } from '../analysis/analyzer.ts'
import { tokenizeStandard } from '../analysis/standard-tokenizer.ts'
import type { TokenBuffer } from '../analysis/token-buffer.ts'
import { tokenizeWith } from '../analysis/tokenize-with.ts'
import { hashBytes } from '../document/byte-hash.ts'
import type { MappingOptions } from '../document/mapping-options.ts'
import { BytesTable } from './bytes-table.ts'
import { DocSetBuilder } from './doc-set.ts'
import { IntList } from './int-list.ts'

/** Positions between two values of a field, so that no phrase runs from one into the next. */
export const VALUE_POSITION_GAP = 100

/** Text behind this position is not indexed: only a record with millions of values gets there. */
const POSITION_MAX = 2 ** 30

/** Numbers by document, in the order in which they came. */
export class NumberLog {
  readonly docs = new IntList()
  values = new Float64Array(64)

  add(doc: number, value: number): void {
    const index = this.docs.length
    if (index === this.values.length) {
      const grown = new Float64Array(index * 2)
      grown.set(this.values)
      this.values = grown
    }
    this.values[index] = value
    this.docs.push(doc)
  }

  clear(): void {
    this.docs.clear()
  }
}

/** Strings of one field, as they come: a token log, and the distinct values with the documents that have them. */
export class StringLog {
  readonly terms = new BytesTable()
  /** Pairs of term and position, document after document: `lengths` says how many each has. */
  readonly tokens = new IntList(512)
  /** Documents with text, and their lengths in tokens. */
  readonly textDocs = new IntList()
  readonly lengths = new IntList()

  readonly values = new BytesTable()
  /** Distinct values of documents, and how often any came. */
  readonly valueDocs = new IntList()
  readonly valueIds = new IntList()
  /** The document in which each value came last. */
  readonly #valueDoc = new IntList()
  /** The tokens of each value: where they start, then pairs of term and position. */
  readonly valueStarts = new IntList()
  readonly valueTokens = new IntList(256)
  /** Hash and document of strings without a word, where whole values have no dictionary. */
  readonly printHashes = new IntList()
  readonly printDocs = new IntList()
  /** Whether each document has one value, which is one token that equals it. Then neither terms nor tokens are written down. */
  isWhole = true
  #lastTextDoc = -1
  #base = 0
  readonly #analyzer: Analyzer | null
  readonly #options: MappingOptions

  constructor(name: string, options: MappingOptions) {
    this.#options = options
    this.#analyzer = options.analyzerOf(name)
  }

  clear(): void {
    this.terms.clear()
    this.values.clear()
    for (const list of [
      this.tokens,
      this.textDocs,
      this.lengths,
      this.valueDocs,
      this.valueIds,
      this.valueStarts,
      this.valueTokens,
      this.printHashes,
      this.printDocs,
      this.#valueDoc,
    ])
      list.clear()
    this.isWhole = true
    this.#lastTextDoc = -1
  }

  /** `isExact`: whole values are wanted beside the text, `asPrint`: as fingerprints. */
  add(
    doc: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    isExact: boolean,
    asPrint: boolean,
    scratch: TokenBuffer,
  ): void {
    const repeated = this.#enter(doc)
    const hasValue = isExact && end - start <= this.#options.exactBytesMax
    if (this.isWhole && (repeated || asPrint || !hasValue)) this.#writeTokens()
    if (asPrint || !hasValue) {
      this.#tokenize(bytes, start, end, scratch)
      if (hasValue && scratch.count === 0) {
        this.printHashes.push(hashBytes(bytes, start, end))
        this.printDocs.push(doc)
      }
      this.#logTokens(scratch)
      return
    }
    const known = this.values.count
    const id = this.values.intern(bytes, start, end, hashBytes(bytes, start, end))
    if (id === known) this.#addValue(bytes, start, end, scratch)
    if (this.isWhole) this.#endValue(1, 0)
    else this.#logValue(id)
    if (this.#valueDoc.values[id] === doc) return
    this.#valueDoc.values[id] = doc
    this.valueDocs.push(doc)
    this.valueIds.push(id)
  }

  /** Whether the document came before. */
  #enter(doc: number): boolean {
    if (doc === this.#lastTextDoc) return true
    this.#lastTextDoc = doc
    this.#base = 0
    this.textDocs.push(doc)
    this.lengths.push(0)
    return false
  }

  #tokenize(bytes: Uint8Array, start: number, end: number, into: TokenBuffer): void {
    into.clear()
    const last = Math.min(end, start + this.#options.textBytesMax)
    if (this.#analyzer === null) tokenizeStandard(bytes, start, last, into)
    else tokenizeWith(this.#analyzer, bytes, start, last, into)
  }

  #logTokens(tokens: TokenBuffer): void {
    const { count, positions } = tokens
    if (this.#base > POSITION_MAX) return
    const log = this.tokens
    log.reserve(count * 2)
    const into = log.values
    let at = log.length
    const base = this.#base
    for (let index = 0; index < count; index++) {
      into[at++] = this.terms.intern(
        tokens.bytes,
        tokens.starts[index]!,
        tokens.ends[index]!,
        tokens.hashes[index]!,
      )
      into[at++] = base + positions[index]!
    }
    log.length = at
    this.#endValue(count, count === 0 ? -1 : positions[count - 1]!)
  }

  #endValue(tokens: number, lastPosition: number): void {
    this.lengths.values[this.lengths.length - 1]! += tokens
    this.#base += lastPosition + 1 + VALUE_POSITION_GAP
  }

  #addValue(bytes: Uint8Array, start: number, end: number, scratch: TokenBuffer): void {
    this.#tokenize(bytes, start, end, scratch)
    this.#valueDoc.push(-1)
    if (this.isWhole) {
      if (scratch.count === 1 && isSame(scratch, bytes, start, end)) return
      this.#writeTokens(1)
    }
    this.valueStarts.push(this.valueTokens.length)
    for (let index = 0; index < scratch.count; index++) {
      const { starts, ends } = scratch
      this.valueTokens.push(
        this.terms.intern(scratch.bytes, starts[index]!, ends[index]!, scratch.hashes[index]!),
      )
      this.valueTokens.push(scratch.positions[index]!)
    }
  }

  /** The field is not whole any more: what was left out so far is made up for, but for the `newest` values. */
  #writeTokens(newest = 0): void {
    this.isWhole = false
    const { values, terms } = this
    for (let id = 0; id < values.count - newest; id++) {
      this.valueStarts.push(this.valueTokens.length)
      this.valueTokens.push(
        terms.intern(values.bytes, values.offsets[id]!, values.offsets[id + 1]!, values.hashes[id]!),
      )
      this.valueTokens.push(0)
    }
    for (let index = 0; index < this.valueDocs.length; index++) {
      this.tokens.push(this.valueTokens.values[this.valueStarts.values[this.valueIds.values[index]!]!]!)
      this.tokens.push(0)
    }
  }

  /** Whether a value of the dictionary has no word. */
  isWordless(id: number): boolean {
    if (this.isWhole) return false
    const next = id + 1 < this.valueStarts.length ? this.valueStarts.values[id + 1]! : this.valueTokens.length
    return next === this.valueStarts.values[id]!
  }

  /** The tokens of a known value are copied: most values come many times. */
  #logValue(id: number): void {
    if (this.#base > POSITION_MAX) return
    const from = this.valueStarts.values[id]!
    const to = id + 1 < this.valueStarts.length ? this.valueStarts.values[id + 1]! : this.valueTokens.length
    const source = this.valueTokens.values
    const log = this.tokens
    const count = (to - from) / 2
    log.reserve(count * 2)
    const into = log.values
    let at = log.length
    for (let index = from; index < to; index += 2) {
      into[at++] = source[index]!
      into[at++] = this.#base + source[index + 1]!
    }
    log.length = at
    this.#endValue(count, count === 0 ? -1 : source[to - 1]!)
  }
}

function isSame(tokens: TokenBuffer, bytes: Uint8Array, start: number, end: number): boolean {
  const from = tokens.starts[0]!
  if (tokens.ends[0]! - from !== end - start) return false
  for (let at = start; at < end; at++) if (tokens.bytes[from + at - start] !== bytes[at]) return false
  return true
}

/** So many distinct values before they may be found too many for a dictionary. */
const PRINTS_FROM = 256
/** Values of up to so many bytes on average always have a dictionary: the usual identifiers are not longer. */
const EXACT_BYTES_MEAN = 40

/** Everything about one field in the documents of one block. */
export class FieldBuilder {
  readonly name: string
  readonly presence = new DocSetBuilder()
  /** From the block on that had too many values for a dictionary, they are not gathered any more. */
  #usesPrints = false
  strings: StringLog | null = null
  numbers: NumberLog | null = null
  dates: NumberLog | null = null
  hasLoneDates = false
  booleans: NumberLog | null = null
  readonly #options: MappingOptions

  constructor(name: string, options: MappingOptions) {
    this.name = name
    this.#options = options
  }

  addString(
    doc: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    isExact: boolean,
    scratch: TokenBuffer,
  ): void {
    this.presence.add(doc)
    this.strings ??= new StringLog(this.name, this.#options)
    this.strings.add(doc, bytes, start, end, isExact, this.#usesPrints, scratch)
  }

  addNumber(doc: number, value: number): void {
    this.presence.add(doc)
    this.numbers ??= new NumberLog()
    this.numbers.add(doc, value)
  }

  /** `isLone`: the string that it was is not added. */
  addDate(doc: number, millis: number, isLone: boolean): void {
    this.presence.add(doc)
    if (isLone) this.hasLoneDates = true
    this.dates ??= new NumberLog()
    this.dates.add(doc, millis)
  }

  addBoolean(doc: number, value: boolean): void {
    this.presence.add(doc)
    this.booleans ??= new NumberLog()
    this.booleans.add(doc, value ? 1 : 0)
  }

  /**
   * Whether whole values have no dictionary: their words find them, and those without a word have fingerprints. Long strings that hardly repeat would make the index as large as the log, and
   * nobody groups by them.
   */
  needsPrints(): boolean {
    if (this.#usesPrints || this.strings === null || this.strings.isWhole) return this.#usesPrints
    const { values, valueIds } = this.strings
    return (
      values.count >= PRINTS_FROM &&
      values.count * 2 > valueIds.length &&
      values.byteLength > values.count * EXACT_BYTES_MEAN
    )
  }

  /** Ends the block: forgets the documents. */
  clear(): void {
    this.#usesPrints = this.needsPrints()
    this.presence.reset()
    this.strings?.clear()
    this.numbers?.clear()
    this.dates?.clear()
    this.hasLoneDates = false
    this.booleans?.clear()
  }
}
