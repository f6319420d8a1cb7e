import { unpack } from './bit-packing.ts'
import type { TermsEntry } from './index-layout.ts'
import type { Postings, TermIndex } from './index-reader.ts'
import type { IndexSource } from './index-source.ts'
import { SealedPostings } from './sealed-postings.ts'
import { unpackBytes } from './term-packing.ts'
import {
  compareBytes,
  DICTIONARY_BLOCK,
  FLAG_EQUAL_LENGTHS,
  FLAG_PACKED,
  FLAG_SINGLE_DOCUMENTS,
  headOf,
  LARGE_FROM,
} from './terms-layout.ts'

/** What a dictionary block says. */
class DictionaryBlock {
  block = -1
  bytes = new Uint8Array(1024)
  readonly starts = new Int32Array(DICTIONARY_BLOCK + 1)
  readonly df = new Float64Array(DICTIONARY_BLOCK)
  /** Of a block of unique identifiers the documents, which need no list. */
  isPacked = false
  readonly singleDocs = new Int32Array(DICTIONARY_BLOCK)
  readonly postingsAt = new Float64Array(DICTIONARY_BLOCK)
  readonly postingsLength = new Float64Array(DICTIONARY_BLOCK)
}

/** Decoded blocks that are kept of each dictionary. */
const RECENT_MAX = 4

/** Terms of a sealed index: see terms-layout.ts. */
export class SealedTerms implements TermIndex {
  readonly termCount: number
  readonly docCount: number
  readonly tokenCount: number
  readonly hasPositions: boolean
  termStart = 0
  termEnd = 0
  readonly #source: IndexSource
  readonly #entry: TermsEntry
  readonly #lengthOf: (doc: number) => number
  #heads: Float64Array | null = null
  #blockAt: Float64Array | null = null
  #blockLength: Uint32Array | null = null

  #current = new DictionaryBlock()
  /** The blocks decoded last: a query asks for its terms in turn, and again for each window of documents. */
  readonly #recent: DictionaryBlock[] = [this.#current]
  #oldest = 0
  #suffixes = new Uint8Array(1024)
  readonly #shared = new Int32Array(DICTIONARY_BLOCK)
  readonly #rest = new Int32Array(DICTIONARY_BLOCK)

  constructor(source: IndexSource, entry: TermsEntry, lengthOf: (doc: number) => number) {
    this.#source = source
    this.#entry = entry
    this.#lengthOf = lengthOf
    this.termCount = entry.termCount
    this.docCount = entry.docCount
    this.tokenCount = entry.tokenCount
    this.hasPositions = entry.hasPositions
  }

  find(term: Uint8Array): number {
    const ordinal = this.lowerBound(term)
    if (ordinal === this.termCount) return -1
    const index = this.#locate(ordinal)
    const start = this.#current.starts[index]!
    const end = this.#current.starts[index + 1]!
    return compareBytes(this.#current.bytes, start, end, term, 0, term.length) === 0 ? ordinal : -1
  }

  lowerBound(bytes: Uint8Array): number {
    if (this.termCount === 0) return 0
    const block = this.#blockOf(bytes)
    if (block < 0) return 0
    this.#decode(block)
    const first = block * DICTIONARY_BLOCK
    let low = 0
    let high = Math.min(DICTIONARY_BLOCK, this.termCount - first)
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = compareBytes(
        this.#current.bytes,
        this.#current.starts[middle]!,
        this.#current.starts[middle + 1]!,
        bytes,
        0,
        bytes.length,
      )
      if (order < 0) low = middle + 1
      else high = middle
    }
    return first + low
  }

  term(ordinal: number): Uint8Array {
    const index = this.#locate(ordinal)
    return this.#current.bytes.subarray(this.#current.starts[index], this.#current.starts[index + 1])
  }

  docFrequency(ordinal: number): number {
    const index = this.#locate(ordinal)
    return this.#current.df[index]!
  }

  postings(ordinal: number): Postings {
    return this.openPostings(ordinal, this.newPostings())
  }

  /** Opens the postings of a term in a cursor made by `newPostings`, which is used again and again when terms are walked. */
  openPostings(ordinal: number, cursor: SealedPostings): SealedPostings {
    const index = this.#locate(ordinal)
    if (this.#current.isPacked) return cursor.openSingle(this.#current.singleDocs[index]!)
    return cursor.open(
      this.#current.postingsAt[index]!,
      this.#current.postingsLength[index]!,
      this.#current.df[index]!,
    )
  }

  /** Makes `termBytes` from `termStart` to `termEnd` the term, without making a view of it. */
  locateTerm(ordinal: number): void {
    const index = this.#locate(ordinal)
    this.termStart = this.#current.starts[index]!
    this.termEnd = this.#current.starts[index + 1]!
  }

  get termBytes(): Uint8Array {
    return this.#current.bytes
  }

  newPostings(): SealedPostings {
    return new SealedPostings(this.#source, this.hasPositions)
  }

  length(doc: number): number {
    return this.#lengthOf(doc)
  }

  /** Last block whose first term is not above `bytes`; -1 when there is none. */
  #blockOf(bytes: Uint8Array): number {
    const heads = this.#table()
    const head = headOf(bytes, 0, bytes.length)
    let low = 0
    let high = heads.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (heads[middle]! < head) low = middle + 1
      else high = middle
    }
    const below = low - 1
    // Blocks from `low` on whose heads are equal have to be compared by their first terms.
    high = this.#firstAbove(heads, low, head)
    while (low < high) {
      const middle = (low + high) >>> 1
      this.#decode(middle)
      const order = compareBytes(this.#current.bytes, 0, this.#current.starts[1]!, bytes, 0, bytes.length)
      if (order <= 0) low = middle + 1
      else high = middle
    }
    return Math.max(low - 1, below)
  }

  /** The first block from `from` on whose head is above `head`. */
  #firstAbove(heads: Float64Array, from: number, head: number): number {
    let low = from
    let high = heads.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (heads[middle]! <= head) low = middle + 1
      else high = middle
    }
    return low
  }

  #table(): Float64Array {
    if (this.#heads !== null) return this.#heads
    const count = Math.ceil(this.termCount / DICTIONARY_BLOCK)
    this.#heads = this.#source.doubles(this.#entry.heads, count)
    return this.#heads
  }

  /** Decodes the block of a term; returns the term's place in it. */
  #locate(ordinal: number): number {
    const block = Math.floor(ordinal / DICTIONARY_BLOCK)
    if (block !== this.#current.block) this.#decode(block)
    return ordinal % DICTIONARY_BLOCK
  }

  #decode(block: number): void {
    if (block === this.#current.block) return
    const known = this.#recent.find((each) => each.block === block)
    if (known !== undefined) {
      this.#current = known
      return
    }
    const count = Math.ceil(this.termCount / DICTIONARY_BLOCK)
    this.#blockAt ??= this.#source.doubles(this.#entry.heads + count * 8, count)
    this.#blockLength ??= this.#source.words(this.#entry.heads + count * 16, count)
    const blockStart = this.#blockAt[block]!
    const input = this.#source.bytes(blockStart, this.#blockLength[block]!)
    const terms = Math.min(DICTIONARY_BLOCK, this.termCount - block * DICTIONARY_BLOCK)
    this.#current = this.#nextRecent()
    let at = 0
    const varint = (): number => {
      let byte = input[at++]!
      if (byte < 0x80) return byte
      let value = byte & 0x7f
      for (let unit = 0x80; byte >= 0x80; unit *= 0x80) {
        byte = input[at++]!
        value += (byte & 0x7f) * unit
      }
      return value
    }
    let postingsAt = varint()
    const flags = input[at++]!
    const bits = input[at++]!
    const equalLength = (flags & FLAG_EQUAL_LENGTHS) === 0 ? -1 : varint()
    this.#current.isPacked = (flags & FLAG_PACKED) !== 0
    if (this.#current.isPacked) {
      this.#decodePacked(input, at, terms, equalLength, bits)
      this.#current.block = block
      return
    }
    let suffixBytes = 0
    for (let index = 0; index < terms; index++) {
      const shared = varint()
      const rest = equalLength < 0 ? varint() : equalLength - shared
      this.#shared[index] = shared
      this.#rest[index] = rest
      suffixBytes += rest
      const df = (flags & FLAG_SINGLE_DOCUMENTS) === 0 ? varint() : 1
      this.#current.df[index] = df
      if (df === 1) {
        const from = at
        const first = varint()
        if (this.hasPositions) {
          const frequency = first % 2 === 1 ? 1 : varint()
          for (let skipped = 0; skipped < frequency; skipped++) varint()
        }
        this.#current.postingsAt[index] = blockStart + from
        this.#current.postingsLength[index] = at - from
        continue
      }
      const length = varint()
      // The writer counts the padding in front of a large list to its length.
      const aligned = df < LARGE_FROM ? postingsAt : Math.ceil(postingsAt / 4) * 4
      this.#current.postingsAt[index] = aligned
      this.#current.postingsLength[index] = postingsAt + length - aligned
      postingsAt += length
    }
    this.#joinTerms(input, at, suffixBytes, bits, terms)
    this.#current.block = block
  }

  /** A place for another block, which is nobody's until it is decoded. */
  #nextRecent(): DictionaryBlock {
    if (this.#recent.length < RECENT_MAX) this.#recent.push(new DictionaryBlock())
    this.#oldest = (this.#oldest + 1) % this.#recent.length
    const place = this.#recent[this.#oldest]!
    place.block = -1
    return place
  }

  #decodePacked(input: Uint8Array, start: number, terms: number, length: number, bits: number): void {
    const sharedBits = input[start]!
    const docBits = input[start + 1]!
    const sharedAt = start + 2
    const docsAt = sharedAt + sharedBits * 4
    unpackUnaligned(input, sharedAt, sharedBits, this.#shared)
    unpackUnaligned(input, docsAt, docBits, this.#current.singleDocs)
    let suffixBytes = 0
    for (let index = 0; index < terms; index++) {
      this.#rest[index] = length - this.#shared[index]!
      suffixBytes += this.#rest[index]!
    }
    this.#current.df.fill(1)
    this.#joinTerms(input, docsAt + docBits * 4, suffixBytes, bits, terms)
  }

  /** Puts the terms together from what each shares with the one before and the bytes of its own. */
  #joinTerms(input: Uint8Array, at: number, suffixBytes: number, bits: number, terms: number): void {
    if (suffixBytes > this.#suffixes.length) this.#suffixes = new Uint8Array(suffixBytes * 2)
    unpackBytes(input, at, suffixBytes, bits, this.#suffixes)
    let from = 0
    let end = 0
    let previous = 0
    for (let index = 0; index < terms; index++) {
      const shared = this.#shared[index]!
      const rest = this.#rest[index]!
      if (end + shared + rest > this.#current.bytes.length) this.#grow(end + shared + rest)
      const bytes = this.#current.bytes
      this.#current.starts[index] = end
      for (let offset = 0; offset < shared; offset++) bytes[end + offset] = bytes[previous + offset]!
      previous = end
      end += shared
      for (let offset = 0; offset < rest; offset++) bytes[end + offset] = this.#suffixes[from + offset]!
      from += rest
      end += rest
    }
    this.#current.starts[terms] = end
  }

  #grow(length: number): void {
    const grown = new Uint8Array(length * 2)
    grown.set(this.#current.bytes)
    this.#current.bytes = grown
  }
}

const unaligned = new Uint32Array(DICTIONARY_BLOCK)

/** Unpacks as many numbers as a block has terms, which take `bits` whole words; these start anywhere. */
function unpackUnaligned(input: Uint8Array, at: number, bits: number, into: Int32Array): void {
  for (let word = 0, byte = at; word < bits; word++, byte += 4)
    unaligned[word] =
      input[byte]! | (input[byte + 1]! << 8) | (input[byte + 2]! << 16) | (input[byte + 3]! << 24)
  unpack(unaligned, 0, bits, DICTIONARY_BLOCK, into, 0)
}
