/**
 * What a query sees of an index: the sealed file of a range of offsets, or the live tail. Queries and aggregations are written
 * against these interfaces alone.
 *
 * A reader is a consistent snapshot: `docCount` never changes while it is held, and nothing is waited for; a sealed file is read
 * synchronously, because a search worker has nothing else to do. Documents are numbered from 0 in the order of their offsets.
 */
export interface IndexReader {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  /** The offsets that the index covers, whether or not each of them is a document. `endOffset` is exclusive. */
  readonly baseOffset: number
  readonly endOffset: number
  readonly docCount: number
  /** Least and greatest timestamp of its documents in milliseconds; 0 and -1 when it has none. */
  readonly minTimestamp: number
  readonly maxTimestamp: number
  offsetOf(doc: number): number
  timestampOf(doc: number): number
  /** First document whose offset is not below `offset`; `docCount` when there is none. */
  docAt(offset: number): number
  /** Names of all fields, sorted. A field of mixed types is one field with several views. */
  fieldNames(): readonly string[]
  field(name: string): FieldReader | null
}

/** The views of one field. A field has those that its values called for. */
export interface FieldReader {
  readonly name: string
  /** Documents that have the field. */
  readonly presence: DocSet
  /** Analyzed text: terms with positions. */
  readonly text: TermIndex | null
  /** Whole strings, each a term: what `.keyword` names. Null when there is no dictionary of them: see `candidates`. */
  readonly keyword: TermIndex | null
  /** Strings as numbered values, for sorting, grouping and filters. */
  readonly strings: StringColumn | null
  /** Numbers and dates (milliseconds). A number that JSON wrote beyond 2^53 is the nearest double. */
  readonly numbers: NumberColumn | null
  readonly booleans: NumberColumn | null
  /** How numbers are meant. `date` holds also for strings that were recognised as dates, beside their string views. */
  readonly numberKind: 'long' | 'double' | 'date'
  /**
   * Null unless the field has whole strings without a dictionary of them. Then a string that has a word is in some of the documents
   * whose text has all of its words in a row, and one without a word in some of these documents: the log decides.
   */
  candidates(value: Uint8Array): Int32Array | null
}

/** A set of documents. */
export interface DocSet {
  /** Documents in the set. */
  readonly size: number
  has(doc: number): boolean
  /** One bit per document, bit `doc & 31` of word `doc >>> 5`; null says that all documents are in the set. Not to be changed. */
  readonly words: Uint32Array | null
}

/** Terms of one field in ascending order of their UTF-8 bytes, numbered from 0. */
export interface TermIndex {
  readonly termCount: number
  /** Documents with at least one term, and the sum of their lengths in tokens: what BM25 needs. */
  readonly docCount: number
  readonly tokenCount: number
  /** The number of a term, or -1. */
  find(term: Uint8Array): number
  /** Number of the first term not below `bytes`. */
  lowerBound(bytes: Uint8Array): number
  /** Bytes of a term; a view that the next call may overwrite. */
  term(ordinal: number): Uint8Array
  docFrequency(ordinal: number): number
  /** A cursor before the first document of the term. */
  postings(ordinal: number): Postings
  /** Length of the field in a document in tokens, as stored (may be rounded); 0 when it has none. */
  length(doc: number): number
  /** Whether `Postings.positions` has anything; false for keywords. */
  readonly hasPositions: boolean
}

export const noMoreDocs = 0x7fffffff

/** Walks the documents of one term in ascending order. */
export interface Postings {
  /** The document that the cursor stands on; -1 before the first, `noMoreDocs` behind the last. */
  readonly doc: number
  readonly docFrequency: number
  next(): number
  /** Moves to the first document not below `target`, and never back. */
  advance(target: number): number
  /** Occurrences in the current document. */
  frequency(): number
  /** Fills `into` with the positions in the current document (ascending, from 0) and returns how many there are. */
  positions(into: number[]): number
  /**
   * Block bounds for skipping: the last document of the block that holds the first posting not below `target`, and in
   * `blockMaxFrequency`, `blockMinLength` what no document of that block exceeds or falls below. Moves nothing.
   */
  blockEnd(target: number): number
  readonly blockMaxFrequency: number
  readonly blockMinLength: number
  /** Access by blocks, for who goes through all of a long list; the cursor is of no use afterwards. Not every list has it. */
  blocks?(): PostingBlocks
}

/** The postings of a term in blocks, which may be read in any order. */
export interface PostingBlocks {
  readonly blockCount: number
  /** The last document of a block; sets `blockMaxFrequency` and `blockMinLength` to what holds for all of it. */
  boundBlock(block: number): number
  readonly blockMaxFrequency: number
  readonly blockMinLength: number
  /** Decodes a block into `docs` and `frequencies`, which the next call overwrites; returns how many there are. */
  readBlock(block: number): number
  readonly docs: Int32Array
  readonly frequencies: Int32Array
}

/** Values of a string field as numbers into a sorted list. A document may have several values. */
export interface StringColumn {
  readonly valueCount: number
  /** Whether any document has more than one value. */
  readonly multiValued: boolean
  value(ordinal: number): string
  /** The number of a value, or -1; and of the first one not below it. Order is that of UTF-8 bytes. */
  find(value: string): number
  lowerBound(value: string): number
  /** Number of the (first) value of each document from `from` to `to`, -1 where it has none. `into[0]` belongs to `from`. */
  read(from: number, to: number, into: Int32Array): void
  /** All numbers of one document; returns how many. */
  readAll(doc: number, into: number[]): number
}

/** Values of a numeric field. A document may have several. */
export interface NumberColumn {
  readonly min: number
  readonly max: number
  readonly multiValued: boolean
  /** Every document has exactly one value; not said when unknown. */
  readonly dense?: boolean
  /** Documents per block of `blockMin` and `blockMax`. */
  readonly blockDocs: number
  blockMin(block: number): number
  blockMax(block: number): number
  /** The (first) value of each document from `from` to `to`, NaN where it has none. */
  read(from: number, to: number, into: Float64Array): void
  readAll(doc: number, into: number[]): number
}

/** A hit to be read from the log, which is the document store. */
export interface DocAddress {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}
