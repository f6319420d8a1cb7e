import { hashBytes } from '../document/byte-hash.ts'
import { openDocSet, type SlotSet } from './doc-set.ts'
import { PRINT_SHIFT } from './fingerprints-writer.ts'
import type { FieldEntry, FingerprintsEntry, TermsEntry, TextEntry } from './index-layout.ts'
import type { DocSet, FieldReader, NumberColumn, StringColumn, TermIndex } from './index-reader.ts'
import type { IndexSource } from './index-source.ts'
import { codedLengths } from './length-code.ts'
import { PackedValues } from './packed-values.ts'
import { SealedColumn, SealedNumberColumn, SealedStringColumn } from './sealed-columns.ts'
import { bothColumns } from './both-columns.ts'
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
  #numbers: NumberColumn | null = null
  #booleans: SealedNumberColumn | null = null

  constructor(source: IndexSource, entry: FieldEntry, docCount: number) {
    this.#source = source
    this.#entry = entry
    this.#docCount = docCount
    this.name = entry.name
    this.presence = openDocSet(source, entry.presence, docCount)
    if (entry.hasLoneDates) this.numberKind = 'date'
    else if (entry.numbers !== null) this.numberKind = entry.numbers.whole ? 'long' : 'double'
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
    if (this.#numbers !== null) return this.#numbers
    const { numbers, dates, hasLoneDates } = this.#entry
    const entry = numbers ?? dates
    if (entry === null) return null
    const column = new SealedNumberColumn(this.#source, entry, this.#docCount)
    this.#numbers =
      numbers !== null && dates !== null && hasLoneDates
        ? bothColumns(column, new SealedNumberColumn(this.#source, dates, this.#docCount))
        : column
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

  #openText(entry: TextEntry): TermIndex | null {
    const { terms } = entry
    if (terms !== null) return this.#openTerms(terms, lengthReader(this.#source, entry, this.#docCount))
    const strings = this.#entry.strings
    return strings === null
      ? null
      : new WholeValueText(
          this.#openTerms(strings.terms, () => 1),
          openDocSet(this.#source, entry.docs, this.#docCount),
        )
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

/** Lengths are read in pieces of so many slots, and stay: a byte per document of the fields that are scored. */
const LENGTHS_SHIFT = 12

function lengthReader(source: IndexSource, entry: TextEntry, docCount: number): (doc: number) => number {
  const docs: SlotSet = openDocSet(source, entry.docs, docCount)
  const isDense = entry.docs.kind === 'all'
  const chunks: (Uint8Array | undefined)[] = []
  const stored = entry.lengths === null ? null : new PackedValues(source, entry.lengths)
  return (doc) => {
    const slot = isDense ? doc : docs.slot(doc)
    if (slot < 0) return 0
    if (stored === null) return 1
    const chunk = slot >>> LENGTHS_SHIFT
    const bytes = (chunks[chunk] ??= lengthsOf(stored, chunk))
    return codedLengths[bytes[slot & ((1 << LENGTHS_SHIFT) - 1)]!]!
  }
}

function lengthsOf(stored: PackedValues, chunk: number): Uint8Array {
  const first = chunk << LENGTHS_SHIFT
  const count = Math.min(1 << LENGTHS_SHIFT, stored.count - first)
  const codes = new Uint8Array(count)
  stored.read(first, first + count, codes, 0)
  return codes
}

function candidateDocs(source: IndexSource, entry: FingerprintsEntry, value: Uint8Array): Int32Array {
  const hash = hashBytes(value, 0, value.length) >>> PRINT_SHIFT
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
