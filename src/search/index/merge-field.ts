import { ColumnWriter, NumberColumnWriter } from './column-writer.ts'
import { openDocSet, writeDocSet } from './doc-set.ts'
import type { DocSetEntry, FieldEntry, NumberColumnEntry, StringsEntry, TextEntry } from './index-layout.ts'
import type { IndexSink } from './index-sink.ts'
import type { IndexSource } from './index-source.ts'
import { mergeFingerprints } from './merge-fingerprints.ts'
import { mergeTerms } from './merge-terms.ts'
import { PackedValues, ValuesWriter } from './packed-values.ts'
import { SealedColumn } from './sealed-columns.ts'
import { SealedField } from './sealed-field.ts'
import { SealedTerms } from './sealed-terms.ts'
import type { SealedIndex } from './sealed-index.ts'

/** An index that is merged, and the number that its first document gets. */
export interface MergeInput {
  readonly index: SealedIndex
  readonly base: number
}

/** A field of one of the indexes. */
interface FieldInput {
  readonly entry: FieldEntry
  readonly field: SealedField
  readonly source: IndexSource
  readonly docCount: number
  readonly base: number
}

export function* mergeField(
  name: string,
  inputs: readonly MergeInput[],
  docCount: number,
  sink: IndexSink,
): Generator<undefined, FieldEntry> {
  const fields = inputs.flatMap(({ index, base }): FieldInput[] => {
    const entry = index.directory.fields.find((field) => field.name === name)
    if (entry === undefined) return []
    // Opened anew, so that a query in between does not disturb what the dictionary has decoded.
    const field = new SealedField(index.source, entry, index.docCount)
    return [{ entry, field, source: index.source, docCount: index.docCount, base }]
  })
  const asPrints = fields.some(({ entry }) => entry.fingerprints !== null)
  const presence = mergeDocs(fields, ({ presence }) => presence, docCount, sink)
  const text = yield* mergeText(fields, docCount, sink)
  const strings = asPrints ? null : yield* mergeStrings(fields, docCount, sink)
  return {
    name,
    presence,
    text,
    strings,
    fingerprints: asPrints ? yield* mergeFingerprints(fields, sink) : null,
    numbers: yield* mergeNumbers(fields, ({ numbers }) => numbers, docCount, sink),
    dates: yield* mergeNumbers(fields, ({ dates }) => dates, docCount, sink),
    hasLoneDates: fields.some(({ entry }) => entry.hasLoneDates),
    booleans: yield* mergeNumbers(fields, ({ booleans }) => booleans, docCount, sink),
  }
}

function mergeDocs(
  fields: readonly FieldInput[],
  setOf: (entry: FieldEntry) => DocSetEntry | null | undefined,
  docCount: number,
  sink: IndexSink,
): DocSetEntry {
  const sets = fields.flatMap(({ entry, source, docCount, base }) => {
    const set = setOf(entry)
    return set === null || set === undefined ? [] : [{ docs: openDocSet(source, set, docCount).list(), base }]
  })
  const merged = new Int32Array(sets.reduce((sum, { docs }) => sum + docs.length, 0))
  let at = 0
  for (const { docs, base } of sets)
    for (let index = 0; index < docs.length; index++) merged[at++] = base + docs[index]!
  return writeDocSet(sink, merged, docCount)
}

function* mergeText(
  fields: readonly FieldInput[],
  docCount: number,
  sink: IndexSink,
): Generator<undefined, TextEntry | null> {
  const withText = fields.filter(({ entry }) => entry.text !== null)
  if (withText.length === 0) return null
  const isWhole = withText.every(({ entry }) => entry.text?.terms === null)
  const sources = withText.flatMap((input) => {
    const source = isWhole ? null : textSource(input)
    return source === null ? [] : [source]
  })
  const terms = isWhole ? null : yield* mergeTerms(sources, true, sink)
  const docs = mergeDocs(withText, ({ text }) => text?.docs, docCount, sink)
  if (isWhole) return { terms, docs, lengths: null }
  const writer = new ValuesWriter(sink)
  for (const { codes, slots } of sources)
    for (let slot = 0; slot < slots.length; slot++) writer.add(codes[slots[slot]!]!)
  return { terms, docs, lengths: writer.finish() }
}

function textSource({ entry, source, docCount, base }: FieldInput) {
  const terms = entry.text?.terms ?? entry.strings?.terms ?? null
  if (entry.text === null || terms === null) return null
  const isWhole = entry.text.terms === null
  const { lengths } = entry.text
  const slots = openDocSet(source, entry.text.docs, docCount).list()
  const stored = lengths === null ? null : new PackedValues(source, lengths)
  const codes = new Uint8Array(docCount)
  for (let slot = 0; slot < slots.length; slot++) codes[slots[slot]!] = stored === null ? 1 : stored.at(slot)
  return { terms: new SealedTerms(source, terms, () => 0), isWhole, codes, slots, base, ranks: null }
}

function* mergeStrings(
  fields: readonly FieldInput[],
  docCount: number,
  sink: IndexSink,
): Generator<undefined, StringsEntry | null> {
  const sources = fields.flatMap(({ field, entry, source, docCount, base }) =>
    field.keyword === null || entry.strings === null
      ? []
      : [
          {
            terms: field.keyword,
            isWhole: false,
            codes: null,
            base,
            // The number of each of its values among all.
            ranks: new Int32Array(field.keyword.termCount),
            column: new SealedColumn(source, entry.strings.column, docCount),
          },
        ],
  )
  if (sources.length === 0) return null
  const terms = yield* mergeTerms(sources, false, sink)
  const column = new ColumnWriter(sink, docCount)
  for (const source of sources) {
    source.column.each((doc, ordinal) => column.add(source.base + doc, source.ranks[ordinal]!))
    yield
  }
  return { terms, column: column.finish() }
}

function* mergeNumbers(
  fields: readonly FieldInput[],
  columnOf: (entry: FieldEntry) => NumberColumnEntry | null,
  docCount: number,
  sink: IndexSink,
): Generator<undefined, NumberColumnEntry | null> {
  if (fields.every(({ entry }) => columnOf(entry) === null)) return null
  const writer = new NumberColumnWriter(sink, docCount)
  for (const { entry, source, docCount, base } of fields) {
    const column = columnOf(entry)
    if (column === null) continue
    new SealedColumn(source, column, docCount).each((doc, value) => writer.add(base + doc, value))
    yield
  }
  return writer.finish()
}
