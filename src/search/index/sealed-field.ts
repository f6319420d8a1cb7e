import { hashBytes } from '../document/byte-hash.ts'
import { openDocSet, type SlotSet } from './doc-set.ts'
import type { FieldEntry, FingerprintsEntry, TermsEntry, TextEntry } from './index-layout.ts'
import type { DocSet, FieldReader, NumberColumn, StringColumn, TermIndex } from './index-reader.ts'
import type { IndexSource } from './index-source.ts'
import { codedLengths } from './length-code.ts'
import { PackedValues } from './packed-values.ts'
import { SealedColumn, SealedNumberColumn, SealedStringColumn } from './sealed-columns.ts'
import { SealedTerms } from './sealed-terms.ts'
import { WholeValueText } from './whole-value-text.ts'

/** The views of a field of a sealed index, each opened when it is first asked for. */
export class SealedField implements FieldReader {
  readonly name: string
  readonly presence: DocSet
  readonly numberKind: 'long' | 'double' | 'date'
  readonly #source: IndexSource
  readonly #entry: FieldEntry
  readonly #docCount: number
  #text: TermIndex | null = null
  #keyword: SealedTerms | null = null
  #column: SealedColumn | null = null
  #strings: StringColumn | null = null
  #numbers: SealedNumberColumn | null = null
  #booleans: SealedNumberColumn | null = null

  constructor(source: IndexSource, entry: FieldEntry, docCount: number) {
    this.#source = source
    this.#entry = entry
    this.#docCount = docCount
    this.name = entry.name
    this.presence = openDocSet(source, entry.presence, docCount)
    if (entry.numbers !== null) this.numberKind = entry.numbers.whole ? 'long' : 'double'
    else this.numberKind = entry.dates === null ? 'long' : 'date'
  }

  get text(): TermIndex | null {
    if (this.#text === null && this.#entry.text !== null) this.#text = this.#openText(this.#entry.text)
    return this.#text
  }

  get keyword(): SealedTerms | null {
    if (this.#entry.strings === null) return null
    const column = this.#stringColumn()
    this.#keyword ??= new SealedTerms(
      this.#source,
      this.#entry.strings.terms,
      (doc) => column?.count(doc) ?? 0,
    )
    return this.#keyword
  }

  get strings(): StringColumn | null {
    const column = this.#stringColumn()
    if (column === null || this.#entry.strings === null) return null
    // A dictionary of its own: whoever walks values must not disturb who walks terms.
    this.#strings ??= new SealedStringColumn(
      column,
      this.#openTerms(this.#entry.strings.terms, () => 0),
    )
    return this.#strings
  }

  get numbers(): NumberColumn | null {
    const entry = this.#entry.numbers ?? this.#entry.dates
    if (entry !== null) this.#numbers ??= new SealedNumberColumn(this.#source, entry, this.#docCount)
    return this.#numbers
  }

  get booleans(): NumberColumn | null {
    const entry = this.#entry.booleans
    if (entry !== null) this.#booleans ??= new SealedNumberColumn(this.#source, entry, this.#docCount)
    return this.#booleans
  }

  candidates(value: Uint8Array): Int32Array | null {
    const entry = this.#entry.fingerprints
    return entry === null ? null : candidateDocs(this.#source, entry, value)
  }

  #openText(entry: TextEntry): TermIndex {
    if (entry.terms === null && this.keyword !== null) return new WholeValueText(this.keyword)
    const terms = entry.terms
    if (terms === null) throw new Error(`field ${this.name} has neither terms nor strings`)
    return this.#openTerms(terms, lengthReader(this.#source, entry, this.#docCount))
  }

  #openTerms(entry: TermsEntry, lengthOf: (doc: number) => number): SealedTerms {
    return new SealedTerms(this.#source, entry, lengthOf)
  }

  #stringColumn(): SealedColumn | null {
    if (this.#entry.strings !== null)
      this.#column ??= new SealedColumn(this.#source, this.#entry.strings.column, this.#docCount)
    return this.#column
  }
}

/** Slots whose lengths are looked at together. */
const LENGTHS_SHIFT = 12

function lengthReader(source: IndexSource, entry: TextEntry, docCount: number): (doc: number) => number {
  const docs: SlotSet = openDocSet(source, entry.docs, docCount)
  let chunk = -1
  let bytes = new Uint8Array()
  return (doc) => {
    const slot = docs.slot(doc)
    if (slot < 0) return 0
    if (slot >>> LENGTHS_SHIFT !== chunk) {
      chunk = slot >>> LENGTHS_SHIFT
      const first = chunk << LENGTHS_SHIFT
      const count = Math.min(1 << LENGTHS_SHIFT, entry.docs.size - first)
      bytes = new Uint8Array(source.bytes(entry.lengths + first, count))
    }
    return codedLengths[bytes[slot & ((1 << LENGTHS_SHIFT) - 1)]!]!
  }
}

function candidateDocs(source: IndexSource, entry: FingerprintsEntry, value: Uint8Array): Int32Array {
  const hash = hashBytes(value, 0, value.length) >>> 0
  const hashes = new PackedValues(source, entry.hashes)
  let low = 0
  let high = hashes.count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (hashes.peek(middle) < hash) low = middle + 1
    else high = middle
  }
  const docs = new PackedValues(source, entry.docs)
  const found: number[] = []
  for (let at = low; at < hashes.count && hashes.at(at) === hash; at++) {
    const doc = docs.at(at)
    if (found.at(-1) !== doc) found.push(doc)
  }
  return Int32Array.from(found)
}
