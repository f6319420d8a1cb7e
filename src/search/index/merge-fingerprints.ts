import { hashBytes } from '../document/byte-hash.ts'
import { fingerprintSteps, PRINT_SHIFT } from './fingerprints-writer.ts'
import type { FieldEntry, FingerprintsEntry } from './index-layout.ts'
import type { IndexSink } from './index-sink.ts'
import type { IndexSource } from './index-source.ts'
import { IntList } from './int-list.ts'
import { PackedValues } from './packed-values.ts'
import { SealedColumn } from './sealed-columns.ts'
import type { SealedField } from './sealed-field.ts'

/** A field of one of the indexes. */
interface FieldInput {
  readonly entry: FieldEntry
  readonly field: SealedField
  readonly source: IndexSource
  readonly docCount: number
  readonly base: number
}

/**
 * Merges what the inputs have of fingerprints; the values of those that still have a dictionary are hashed, all of them, because it does not
 * say which have no word. Holds 16 bytes per value.
 */
export function* mergeFingerprints(
  fields: readonly FieldInput[],
  sink: IndexSink,
): Generator<undefined, FingerprintsEntry> {
  const hashes = new IntList(1024)
  const docs = new IntList(1024)
  for (const { entry, field, source, docCount, base } of fields) {
    if (entry.fingerprints !== null) {
      const hashValues = new PackedValues(source, entry.fingerprints.hashes)
      const docValues = new PackedValues(source, entry.fingerprints.docs)
      for (let index = 0; index < hashValues.count; index++) {
        hashes.push(hashValues.at(index) << PRINT_SHIFT)
        docs.push(base + docValues.at(index))
      }
    }
    yield
    const { keyword } = field
    if (keyword === null || entry.strings === null) continue
    const ofOrdinal = new Int32Array(keyword.termCount)
    for (let ordinal = 0; ordinal < ofOrdinal.length; ordinal++) {
      const term = keyword.term(ordinal)
      ofOrdinal[ordinal] = hashBytes(term, 0, term.length)
    }
    new SealedColumn(source, entry.strings.column, docCount).each((doc, ordinal) => {
      hashes.push(ofOrdinal[ordinal]!)
      docs.push(base + doc)
    })
  }
  return yield* fingerprintSteps(
    sink,
    hashes.values.subarray(0, hashes.length),
    docs.values.subarray(0, docs.length),
  )
}
