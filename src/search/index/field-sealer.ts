import { ColumnWriter, NumberColumnWriter } from './column-writer.ts'
import { writeDocSet } from './doc-set.ts'
import type { FieldBuilder, NumberLog, StringLog } from './field-builder.ts'
import type {
  FieldEntry,
  FingerprintsEntry,
  NumberColumnEntry,
  StringsEntry,
  TermsEntry,
  TextEntry,
  ValuesEntry,
} from './index-layout.ts'
import type { IndexSink } from './index-sink.ts'
import { IntList } from './int-list.ts'
import { lengthCode } from './length-code.ts'
import { writeFingerprints } from './fingerprints-writer.ts'
import { ValuesWriter } from './packed-values.ts'
import { TermsWriter } from './terms-writer.ts'

/** Writes one field of a block. Changes nothing in the builder. */
export function sealField(sink: IndexSink, field: FieldBuilder, docCount: number): FieldEntry {
  const { strings } = field
  const hasText = strings !== null && strings.textDocs.length > 0
  const asPrints = field.needsPrints()
  const isWhole = hasText && strings.isWhole
  return {
    name: field.name,
    presence: field.presence.write(sink, docCount),
    text: hasText ? sealText(sink, strings, isWhole, docCount) : null,
    strings: hasText && !asPrints && strings.values.count > 0 ? sealStrings(sink, strings, docCount) : null,
    fingerprints: hasText && asPrints ? sealPrints(sink, strings) : null,
    numbers: sealNumbers(sink, field.numbers, docCount),
    dates: sealNumbers(sink, field.dates, docCount),
    hasLoneDates: field.hasLoneDates,
    booleans: sealNumbers(sink, field.booleans, docCount),
  }
}

function sealNumbers(sink: IndexSink, log: NumberLog | null, docCount: number): NumberColumnEntry | null {
  if (log === null || log.docs.length === 0) return null
  const writer = new NumberColumnWriter(sink, docCount)
  for (let index = 0; index < log.docs.length; index++)
    writer.add(log.docs.values[index]!, log.values[index]!)
  return writer.finish()
}

function sealText(sink: IndexSink, strings: StringLog, isWhole: boolean, docCount: number): TextEntry {
  const slots = strings.textDocs.length
  const codes = new Uint8Array(slots)
  const codeOf = new Uint8Array(docCount)
  let withTokens = 0
  for (let slot = 0; slot < slots; slot++) {
    const length = strings.lengths.values[slot]!
    if (length > 0) withTokens += 1
    codes[slot] = lengthCode(length)
    codeOf[strings.textDocs.values[slot]!] = codes[slot]!
  }
  const terms = isWhole ? null : sealTokens(sink, strings, codeOf, withTokens)
  const docs = writeDocSet(sink, strings.textDocs.values.subarray(0, slots), docCount)
  return { terms, docs, lengths: isWhole ? null : writeLengths(sink, codes) }
}

/** Few fields have long texts, and many always the same number of words: such lengths take no or few bits. */
function writeLengths(sink: IndexSink, codes: Uint8Array): ValuesEntry {
  const writer = new ValuesWriter(sink)
  for (let slot = 0; slot < codes.length; slot++) writer.add(codes[slot]!)
  return writer.finish()
}

function sealTokens(sink: IndexSink, strings: StringLog, codeOf: Uint8Array, withTokens: number): TermsEntry {
  const { terms, tokens, textDocs, lengths } = strings
  const log = tokens.values
  const count = tokens.length / 2
  const ends = new Int32Array(terms.count + 1)
  for (let at = 0; at < tokens.length; at += 2) ends[log[at]! + 1]! += 1
  for (let id = 0; id < terms.count; id++) ends[id + 1]! += ends[id]!
  // `ends[id]` is where the next entry of the term goes, in the end where its entries end.
  const docs = new Int32Array(count)
  const positions = new Int32Array(count)
  for (let slot = 0, at = 0; slot < textDocs.length; slot++) {
    const doc = textDocs.values[slot]!
    for (const end = at + lengths.values[slot]! * 2; at < end; at += 2) {
      const to = ends[log[at]!]!++
      docs[to] = doc
      positions[to] = log[at + 1]!
    }
  }
  const writer = new TermsWriter(sink, true)
  for (const id of terms.sorted()) {
    const end = ends[id]!
    let at = id === 0 ? 0 : ends[id - 1]!
    if (at === end) continue
    writer.begin(terms.bytes, terms.offsets[id]!, terms.offsets[id + 1]!)
    while (at < end) {
      const doc = docs[at]!
      const from = at
      do at += 1
      while (at < end && docs[at] === doc)
      writer.posting(doc, at - from, codeOf[doc]!, positions, from)
    }
    writer.end()
  }
  return writer.finish(withTokens)
}

const noPositions = new Int32Array()

function sealStrings(sink: IndexSink, strings: StringLog, docCount: number): StringsEntry {
  const { values, valueDocs, valueIds } = strings
  const ends = new Int32Array(values.count + 1)
  for (let index = 0; index < valueIds.length; index++) ends[valueIds.values[index]! + 1]! += 1
  for (let id = 0; id < values.count; id++) ends[id + 1]! += ends[id]!
  const docs = new Int32Array(valueIds.length)
  for (let index = 0; index < valueIds.length; index++)
    docs[ends[valueIds.values[index]!]!++] = valueDocs.values[index]!
  const writer = new TermsWriter(sink, false)
  const ranks = new Int32Array(values.count)
  let rank = 0
  for (const id of values.sorted()) {
    ranks[id] = rank++
    writer.begin(values.bytes, values.offsets[id]!, values.offsets[id + 1]!)
    for (let at = id === 0 ? 0 : ends[id - 1]!; at < ends[id]!; at++)
      writer.posting(docs[at]!, 1, 1, noPositions, 0)
    writer.end()
  }
  const withValues = distinctDocs(valueDocs)
  const entry = writer.finish(withValues)
  const column = new ColumnWriter(sink, docCount)
  for (let index = 0; index < valueIds.length; index++)
    column.add(valueDocs.values[index]!, ranks[valueIds.values[index]!]!)
  return { terms: entry, column: column.finish() }
}

function distinctDocs(docs: IntList): number {
  let count = 0
  for (let index = 0; index < docs.length; index++)
    if (index === 0 || docs.values[index] !== docs.values[index - 1]) count += 1
  return count
}

/** Of values that still lie in the dictionary, because the block began with one, those without a word have fingerprints, too. */
function sealPrints(sink: IndexSink, strings: StringLog): FingerprintsEntry {
  const hashes = new IntList()
  const docs = new IntList()
  for (let index = 0; index < strings.valueIds.length; index++) {
    const id = strings.valueIds.values[index]!
    if (!strings.isWordless(id)) continue
    hashes.push(strings.values.hashes[id]!)
    docs.push(strings.valueDocs.values[index]!)
  }
  for (let index = 0; index < strings.printHashes.length; index++) {
    hashes.push(strings.printHashes.values[index]!)
    docs.push(strings.printDocs.values[index]!)
  }
  return writeFingerprints(
    sink,
    hashes.values.subarray(0, hashes.length),
    docs.values.subarray(0, docs.length),
  )
}
