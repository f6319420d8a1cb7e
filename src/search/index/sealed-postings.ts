import { GROUP, unpack, unpackGaps, unpackOne, wordsFor } from './bit-packing.ts'
import { noMoreDocs, type PostingBlocks, type Postings } from './index-reader.ts'
import type { IndexSource } from './index-source.ts'
import { codedLengths } from './length-code.ts'
import { FREQUENCY_MAX, LARGE_FROM, POSTINGS_BLOCK, SKIP_WORDS } from './terms-layout.ts'

/** Walks the postings of a term of a sealed index: see terms-layout.ts. */
export class SealedPostings implements Postings, PostingBlocks {
  doc = -1
  docFrequency = 0
  blockMaxFrequency = 0
  blockMinLength = 0
  readonly #source: IndexSource
  readonly #hasPositions: boolean
  #at = 0
  /** The skip table of a large list; null of a small one, which is decoded as one block. */
  #skip: Uint32Array | null = null
  blockCount = 0
  #block = -1
  #index = -1
  #count = 0
  /** Of the block that is decoded; -1: none is. */
  #lastDoc = -1
  docs = noInts
  frequencies = noInts
  #hasFrequencies = false
  /** Position deltas of a small list; those of a large one stay packed. `#starts` is where those of each posting start. */
  deltas = noInts
  #starts = noInts
  #hasStarts = false
  #deltaWords: Uint32Array = noWords
  #deltaBits = 0
  #leastDelta = 0
  /** All blocks of a list that is not very long. */
  #list: Uint32Array | null = null

  constructor(source: IndexSource, hasPositions: boolean) {
    this.#source = source
    this.#hasPositions = hasPositions
  }

  /** Goes before the first of the `df` postings that lie at `at`. A large list is aligned. */
  open(at: number, length: number, df: number): this {
    this.doc = -1
    this.docFrequency = df
    this.#block = -1
    this.#index = -1
    this.#count = 0
    this.#lastDoc = -1
    this.#hasFrequencies = df < LARGE_FROM
    this.#hasStarts = false
    const room = Math.min(df, POSTINGS_BLOCK)
    if (this.docs.length < room) {
      this.docs = new Int32Array(room)
      this.frequencies = new Int32Array(room)
    }
    if (df < LARGE_FROM) {
      this.#at = at
      this.#skip = null
      this.blockCount = 1
      this.#decodeSmall(this.#source.bytes(at, length))
    } else {
      this.blockCount = Math.ceil(df / POSTINGS_BLOCK)
      this.#skip = this.#source.words(at, this.blockCount * SKIP_WORDS)
      const skipBytes = this.blockCount * SKIP_WORDS * 4
      this.#at = at + skipBytes
      this.#list = length > LIST_BYTES_MAX ? null : this.#source.words(this.#at, (length - skipBytes) >>> 2)
    }
    return this
  }

  /** Goes before the only posting, a document that has the term once. */
  openSingle(doc: number): this {
    if (this.docs.length === 0) {
      this.docs = new Int32Array(1)
      this.frequencies = new Int32Array(1)
    }
    this.doc = -1
    this.docFrequency = 1
    this.#block = -1
    this.#index = -1
    this.#count = 0
    this.#lastDoc = -1
    this.#hasFrequencies = true
    this.#hasStarts = true
    this.#skip = null
    this.blockCount = 1
    this.docs[0] = doc
    this.frequencies[0] = 1
    return this
  }

  next(): number {
    if (++this.#index < this.#count) return (this.doc = this.docs[this.#index]!)
    return this.#nextBlock()
  }

  advance(target: number): number {
    if (this.doc >= target) return this.doc
    if (this.#skip !== null) {
      if (target > this.#lastDoc) {
        const block = this.#blockOf(target)
        if (block === this.blockCount) return this.#end()
        this.#decode(block)
      }
    } else if (this.#block < 0) this.#enterSmall()
    const { docs } = this
    const count = this.#count
    let low = Math.max(this.#index, 0)
    // Targets are mostly near: a few steps first, then halving.
    const near = Math.min(low + 8, count)
    while (low < near && docs[low]! < target) low += 1
    if (low === near) {
      let high = count
      while (low < high) {
        const middle = (low + high) >>> 1
        if (docs[middle]! < target) low = middle + 1
        else high = middle
      }
    }
    if (low === count) return this.#end()
    this.#index = low
    return (this.doc = docs[low]!)
  }

  frequency(): number {
    if (!this.#hasFrequencies) this.#decodeFrequencies()
    return this.frequencies[this.#index]!
  }

  positions(into: number[]): number {
    if (!this.#hasPositions) return 0
    if (!this.#hasStarts) this.#findPositions()
    const frequency = this.frequencies[this.#index]!
    const start = this.#starts[this.#index]!
    let position = 0
    if (this.#skip === null)
      for (let index = 0; index < frequency; index++) {
        position += this.deltas[start + index]!
        into[index] = position
      }
    else
      for (let index = 0; index < frequency; index++) {
        position += unpackOne(this.#deltaWords, 0, this.#deltaBits, start + index) + this.#leastDelta
        into[index] = position
      }
    return frequency
  }

  blockEnd(target: number): number {
    if (this.#skip === null) {
      this.#boundSmall()
      const last = this.docs[this.docFrequency - 1]!
      return target <= last ? last : this.#boundNothing()
    }
    const block = this.#blockOf(target)
    return block === this.blockCount ? this.#boundNothing() : this.boundBlock(block)
  }

  /**
   * For who copies all of a list: decodes a block and its position deltas, which stand in `deltas` one behind the other; each document's
   * first one is its first position.
   */
  readBlockDeltas(block: number): number {
    const skip = this.#skip
    const count = this.readBlock(block)
    if (skip === null || !this.#hasPositions) return count
    let total = 0
    for (let index = 0; index < count; index++) total += this.frequencies[index]!
    if (this.deltas.length < total) this.deltas = new Int32Array(Math.max(256, total))
    const { deltas } = this
    const row = block * SKIP_WORDS
    const shape = skip[row + 2]!
    const bits = (shape >>> 16) & 0xff
    const before = wordsFor(count, shape & 0xff) + wordsFor(count, (shape >>> 8) & 0xff)
    const words = this.#words(skip[row + 1]! + before, wordsFor(total, bits))
    for (let from = 0, at = 0; from < total; from += GROUP, at += bits * 4)
      unpack(words, at, bits, Math.min(GROUP, total - from), deltas, from)
    const least = skip[row + 3]! >>> 16
    if (least > 0) for (let index = 0; index < total; index++) deltas[index]! += least
    return count
  }

  blocks(): PostingBlocks {
    return this
  }

  boundBlock(block: number): number {
    const skip = this.#skip
    if (skip === null) {
      this.#boundSmall()
      return this.docs[this.docFrequency - 1]!
    }
    const shape = skip[block * SKIP_WORDS + 2]!
    const frequency = shape >>> 24
    this.blockMaxFrequency = frequency === FREQUENCY_MAX ? noMoreDocs : frequency
    this.blockMinLength = codedLengths[skip[block * SKIP_WORDS + 3]! & 0xff]!
    return skip[block * SKIP_WORDS]!
  }

  readBlock(block: number): number {
    if (this.#skip === null) return this.docFrequency
    this.#decode(block)
    this.#decodeFrequencies()
    return this.#count
  }

  #boundNothing(): number {
    this.blockMaxFrequency = 0
    this.blockMinLength = 0
    return noMoreDocs
  }

  /** The lengths of a short list's documents are not stored: one token is what none falls below. */
  #boundSmall(): void {
    let most = 0
    for (let index = 0; index < this.docFrequency; index++)
      if (this.frequencies[index]! > most) most = this.frequencies[index]!
    this.blockMaxFrequency = most
    this.blockMinLength = 1
  }

  #end(): number {
    this.#index = this.#count
    this.#block = this.blockCount
    return (this.doc = noMoreDocs)
  }

  #nextBlock(): number {
    if (this.#skip === null) {
      if (this.#block >= 0) return this.#end()
      this.#enterSmall()
    } else {
      if (this.#block + 1 >= this.blockCount) return this.#end()
      this.#decode(this.#block + 1)
    }
    this.#index = 0
    return (this.doc = this.docs[0]!)
  }

  #enterSmall(): void {
    this.#block = 0
    this.#count = this.docFrequency
    this.#index = 0
  }

  /** First block at or behind the current one whose last document is not below the target. */
  #blockOf(target: number): number {
    const skip = this.#skip
    if (skip === null) return 0
    let low = Math.max(this.#block, 0)
    if (low >= this.blockCount || skip[low * SKIP_WORDS]! >= target) return low
    let step = 1
    while (low + step < this.blockCount && skip[(low + step) * SKIP_WORDS]! < target) {
      low += step
      step *= 2
    }
    let high = Math.min(low + step, this.blockCount)
    while (low < high) {
      const middle = (low + high) >>> 1
      if (skip[middle * SKIP_WORDS]! < target) low = middle + 1
      else high = middle
    }
    return low
  }

  #decode(block: number): void {
    const skip = this.#skip
    if (skip === null) return
    const row = block * SKIP_WORDS
    const count = Math.min(POSTINGS_BLOCK, this.docFrequency - block * POSTINGS_BLOCK)
    const docBits = skip[row + 2]! & 0xff
    const base = block === 0 ? -1 : skip[row - SKIP_WORDS]!
    if (this.#list === null)
      unpackGaps(this.#words(skip[row + 1]!, wordsFor(count, docBits)), 0, docBits, count, this.docs, base)
    else unpackGaps(this.#list, skip[row + 1]!, docBits, count, this.docs, base)
    this.#block = block
    this.#count = count
    this.#lastDoc = skip[row]!
    this.#index = 0
    this.#hasFrequencies = false
    this.#hasStarts = false
  }

  /** Words of the blocks from `first` on. */
  #words(first: number, count: number): Uint32Array {
    return this.#list === null
      ? this.#source.words(this.#at + first * 4, count)
      : this.#list.subarray(first, first + count)
  }

  #decodeFrequencies(): void {
    this.#hasFrequencies = true
    const skip = this.#skip
    if (skip === null) return
    const row = this.#block * SKIP_WORDS
    const count = this.#count
    const shape = skip[row + 2]!
    const bits = (shape >>> 8) & 0xff
    const { frequencies } = this
    if (bits === 0) {
      frequencies.fill(1, 0, count)
      return
    }
    const words = this.#words(skip[row + 1]! + wordsFor(count, shape & 0xff), wordsFor(count, bits))
    unpack(words, 0, bits, count, frequencies, 0)
    for (let index = 0; index < count; index++) frequencies[index]! += 1
  }

  /** Where the position deltas of each posting start, and how they are packed: they are unpacked for the documents that are asked for. */
  #findPositions(): void {
    this.#hasStarts = true
    const skip = this.#skip
    if (skip === null) return
    if (!this.#hasFrequencies) this.#decodeFrequencies()
    const count = this.#count
    if (this.#starts.length < POSTINGS_BLOCK) this.#starts = new Int32Array(POSTINGS_BLOCK)
    const starts = this.#starts
    let total = 0
    for (let index = 0; index < count; index++) {
      starts[index] = total
      total += this.frequencies[index]!
    }
    const row = this.#block * SKIP_WORDS
    const shape = skip[row + 2]!
    this.#deltaBits = (shape >>> 16) & 0xff
    this.#leastDelta = skip[row + 3]! >>> 16
    const before = wordsFor(count, shape & 0xff) + wordsFor(count, (shape >>> 8) & 0xff)
    this.#deltaWords = this.#words(skip[row + 1]! + before, wordsFor(total, this.#deltaBits))
  }

  #decodeSmall(bytes: Uint8Array): void {
    const df = this.docFrequency
    const hasPositions = this.#hasPositions
    if (hasPositions) {
      if (this.#starts.length < df) this.#starts = new Int32Array(df)
      if (this.deltas.length < bytes.length) this.deltas = new Int32Array(bytes.length)
      this.#hasStarts = true
    }
    let at = 0
    let doc = -1
    let delta = 0
    for (let index = 0; index < df; index++) {
      let first = bytes[at++]!
      if (first >= 0x80) {
        first = longVarint(bytes, at)
        at += varintTail(bytes, at)
      }
      if (!hasPositions) {
        doc += first + 1
        this.docs[index] = doc
        this.frequencies[index] = 1
        continue
      }
      doc += Math.floor(first / 2) + 1
      this.docs[index] = doc
      let frequency = 1
      if (first % 2 === 0) {
        frequency = bytes[at++]!
        if (frequency >= 0x80) {
          frequency = longVarint(bytes, at)
          at += varintTail(bytes, at)
        }
      }
      this.frequencies[index] = frequency
      this.#starts[index] = delta
      for (let index = 0; index < frequency; index++) {
        let position = bytes[at++]!
        if (position >= 0x80) {
          position = longVarint(bytes, at)
          at += varintTail(bytes, at)
        }
        this.deltas[delta++] = position
      }
    }
  }
}

const noInts = new Int32Array()
const noWords = new Uint32Array()
/** A list of so many bytes is looked at through one view, a longer one through a view for each block. */
const LIST_BYTES_MAX = 32 * 1024

/** The varint whose second byte is at `at`. */
function longVarint(bytes: Uint8Array, at: number): number {
  let value = bytes[at - 1]! & 0x7f
  let unit = 0x80
  for (let next = at; ; next++) {
    const byte = bytes[next]!
    value += (byte & 0x7f) * unit
    if (byte < 0x80) return value
    unit *= 0x80
  }
}

/** Bytes of a varint behind its first one. */
function varintTail(bytes: Uint8Array, at: number): number {
  let next = at
  while (bytes[next]! >= 0x80) next += 1
  return next + 1 - at
}
