/**
 * The file of a sealed index, little endian, written once and front to back:
 *
 *     header      16 bytes: magic "chrnkidx", u32 version, u32 zero
 *     sections    postings, dictionaries, columns of one field after the other; aligned as their readers need it
 *     directory   JSON in UTF-8 (`IndexDirectory`), which says where each section lies
 *     checksums   u32 CRC-32C of each 64 KiB page of all that stands before the directory
 *     trailer     32 bytes: u64 position of the directory, u32 its length, u32 page count, u32 CRC-32C of directory and checksums,
 *                 u32 CRC-32C of the trailer's first 20 bytes, magic "chrnkend"
 *
 * Every byte is under one of these checksums, and none is believed before it was checked. Readers and writers look at the sections through
 * typed arrays, so they need a little-endian machine; all that Chronik runs on are.
 */

export const PAGE_BYTES = 64 * 1024
export const INDEX_VERSION = 2
export const HEADER_BYTES = 16
export const TRAILER_BYTES = 32
export const HEADER_MAGIC = 'chrnkidx'
export const TRAILER_MAGIC = 'chrnkend'

/** The bytes of an index file are not what was written. Delete the file: the index is rebuilt from the log. */
export class IndexDamageError extends Error {
  readonly code = 'index_damaged'
}

/** Numbers packed in chunks of 1,024: `at` is where the chunks start, `chunks` where their table is. */
export interface ValuesEntry {
  readonly count: number
  readonly at: number
  readonly chunks: number
}

/** Which documents have something. `list`: ascending u32; `bits`: a bitmap in u32 words. */
export interface DocSetEntry {
  readonly kind: 'all' | 'bits' | 'list'
  readonly size: number
  readonly at: number
}

/** Values of documents: slot i is the i-th document of `docs`. */
export interface ColumnEntry {
  readonly docs: DocSetEntry
  readonly values: ValuesEntry
  /** When a document has several: where the values of each slot start, and one end behind the last. */
  readonly starts: ValuesEntry | null
}

export interface NumberColumnEntry extends ColumnEntry {
  readonly min: number
  readonly max: number
  /** Whether all are integers. */
  readonly whole: boolean
  /** f64 least and greatest value per block of documents. */
  readonly blocks: number
}

export interface TermsEntry {
  readonly termCount: number
  readonly docCount: number
  readonly tokenCount: number
  /** f64 first six bytes as a number, f64 position, u32 length of each dictionary block. */
  readonly heads: number
  readonly hasPositions: boolean
}

export interface TextEntry {
  /** Null: each value is one token that equals it, so the terms are those of the strings. */
  readonly terms: TermsEntry | null
  readonly docs: DocSetEntry
  /** Per slot of `docs` the code of the length in tokens (see length-code.ts); null: one token each. */
  readonly lengths: ValuesEntry | null
}

export interface StringsEntry {
  readonly terms: TermsEntry
  readonly column: ColumnEntry
}

/** Pairs of a string's hash and its document, ascending. Strings that have a word need not be among them. */
export interface FingerprintsEntry {
  readonly hashes: ValuesEntry
  readonly docs: ValuesEntry
}

export interface FieldEntry {
  readonly name: string
  readonly presence: DocSetEntry
  readonly text: TextEntry | null
  readonly strings: StringsEntry | null
  readonly fingerprints: FingerprintsEntry | null
  readonly numbers: NumberColumnEntry | null
  readonly dates: NumberColumnEntry | null
  /** Whether some dates have no string view. Beside numbers they are then numbers, too, so that they can be found. */
  readonly hasLoneDates: boolean
  readonly booleans: NumberColumnEntry | null
}

export interface IndexIdentity {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
}

export interface IndexDirectory extends IndexIdentity {
  readonly version: number
  readonly baseOffset: number
  readonly endOffset: number
  readonly docCount: number
  /** Bytes of keys, values and headers of the records. */
  readonly rawBytes: number
  /** Offsets minus `baseOffset`; null when they are the document numbers. */
  readonly offsets: ValuesEntry | null
  readonly timestamps: NumberColumnEntry | null
  /** In ascending order of the names' UTF-8 bytes. */
  readonly fields: readonly FieldEntry[]
}
