import { bitWidth, pack, wordsFor } from './bit-packing.ts'
import { ByteOutput } from './byte-output.ts'
import type { TermsEntry } from './index-layout.ts'
import type { IndexSink } from './index-sink.ts'
import { alignSink } from './sink-alignment.ts'
import { bitsPerByte, packBytes } from './term-packing.ts'
import {
  DICTIONARY_BLOCK,
  FLAG_EQUAL_LENGTHS,
  FLAG_PACKED,
  FLAG_SINGLE_DOCUMENTS,
  FREQUENCY_MAX,
  headOf,
  LARGE_FROM,
  LEAST_DELTA_MAX,
  POSTINGS_BLOCK,
} from './terms-layout.ts'

/** Bytes that are gathered before they go to the sink. */
const FLUSH_BYTES = 256 * 1024
/** Most fields are small, so buffers begin small. */
const START_BYTES = 4096

/**
 * Writes the terms of one view in ascending order, each with its postings in ascending order of documents. Holds the postings of one term,
 * some hundred kilobytes of output, and 20 bytes per 32 terms. Nobody else may write to the sink until `finish`.
 */
export class TermsWriter {
  readonly #sink: IndexSink
  readonly #hasPositions: boolean
  readonly #postings = new ByteOutput(START_BYTES)
  #postingsAt: number
  readonly #dictionary = new ByteOutput(START_BYTES)
  /** The current dictionary block: its terms' numbers, inlined postings, and bytes that are not shared. */
  readonly #shared = new Int32Array(DICTIONARY_BLOCK)
  readonly #rest = new Int32Array(DICTIONARY_BLOCK)
  readonly #blockDf = new Int32Array(DICTIONARY_BLOCK)
  /** Of terms that are in one document. */
  readonly #blockDoc = new Int32Array(DICTIONARY_BLOCK)
  /** Bytes of the postings, or of the inlined posting. */
  readonly #lengths = new Float64Array(DICTIONARY_BLOCK)
  readonly #inlined = new ByteOutput(256)
  readonly #suffixes = new ByteOutput(1024)
  #blockPostingsAt = 0
  #blockTerms = 0
  #heads: number[] = []
  #blockAt: number[] = []
  #blockLength: number[] = []
  /** Rows of `#blockAt` from here on are relative to the dictionary's buffer. */
  #unplaced = 0

  #term = new Uint8Array(256)
  #termLength = 0
  #previous = new Uint8Array(256)
  #previousLength = 0

  #df = 0
  #used = 0
  readonly #docs = new Int32Array(POSTINGS_BLOCK)
  readonly #frequencies = new Int32Array(POSTINGS_BLOCK)
  #deltas = new Int32Array(1024)
  #deltaCount = 0
  #minLength = 255
  #lastDoc = -1
  readonly #skip = new ByteOutput(1024)
  #words = new Uint32Array(256)
  #wordCount = 0

  #termCount = 0
  #tokenCount = 0

  constructor(sink: IndexSink, hasPositions: boolean) {
    this.#sink = sink
    this.#hasPositions = hasPositions
    this.#postingsAt = sink.position
  }

  begin(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start
    if (length > this.#term.length) {
      this.#term = grow(this.#term, length * 2)
      this.#previous = grow(this.#previous, length * 2)
    }
    for (let index = 0; index < length; index++) this.#term[index] = bytes[start + index]!
    this.#termLength = length
    this.#df = 0
    this.#used = 0
    this.#deltaCount = 0
    this.#minLength = 255
    this.#lastDoc = -1
    this.#skip.reset()
    this.#wordCount = 0
  }

  /**
   * The next document of the term, with `frequency` ascending positions from `from` on (ignored without positions), and the code of
   * its field's length.
   */
  posting(doc: number, frequency: number, code: number, positions: Int32Array, from: number): void {
    const used = this.#used++
    this.#docs[used] = doc
    this.#frequencies[used] = frequency
    if (code < this.#minLength) this.#minLength = code
    if (this.#hasPositions) {
      if (this.#deltaCount + frequency > this.#deltas.length)
        this.#deltas = growInts(this.#deltas, this.#deltaCount + frequency)
      let last = 0
      for (let index = from; index < from + frequency; index++) {
        const position = positions[index]!
        this.#deltas[this.#deltaCount++] = position - last
        last = position
      }
    }
    this.#df += 1
    this.#tokenCount += frequency
    if (this.#used === POSTINGS_BLOCK) this.#encodeBlock()
  }

  /** The same with the distance of each position from the one before, that of the first being the position itself. */
  postingDeltas(doc: number, frequency: number, code: number, deltas: Int32Array, from: number): void {
    const used = this.#used++
    this.#docs[used] = doc
    this.#frequencies[used] = frequency
    if (code < this.#minLength) this.#minLength = code
    if (this.#hasPositions) {
      if (this.#deltaCount + frequency > this.#deltas.length)
        this.#deltas = growInts(this.#deltas, this.#deltaCount + frequency)
      const into = this.#deltas
      let to = this.#deltaCount
      for (let index = from; index < from + frequency; index++) into[to++] = deltas[index]!
      this.#deltaCount = to
    }
    this.#df += 1
    this.#tokenCount += frequency
    if (this.#used === POSTINGS_BLOCK) this.#encodeBlock()
  }

  end(): void {
    if (this.#blockTerms === 0) this.#startBlock()
    let shared = 0
    if (this.#blockTerms > 0) {
      const most = Math.min(this.#termLength, this.#previousLength)
      while (shared < most && this.#term[shared] === this.#previous[shared]) shared += 1
    }
    const index = this.#blockTerms
    this.#shared[index] = shared
    this.#rest[index] = this.#termLength - shared
    this.#suffixes.append(this.#term, shared, this.#termLength)
    this.#blockDf[index] = this.#df
    if (this.#df === 1) this.#blockDoc[index] = this.#docs[0]!
    const output = this.#df === 1 ? this.#inlined : this.#postings
    const before = output.length
    if (this.#df < LARGE_FROM) this.#small(output)
    else this.#large()
    this.#lengths[index] = output.length - before
    const spare = this.#previous
    this.#previous = this.#term
    this.#term = spare
    this.#previousLength = this.#termLength
    this.#termCount += 1
    this.#blockTerms += 1
    if (this.#blockTerms === DICTIONARY_BLOCK) this.#endBlock()
  }

  finish(docCount: number): TermsEntry {
    if (this.#blockTerms > 0) this.#endBlock()
    this.#flush()
    alignSink(this.#sink, 8)
    const heads = this.#sink.position
    this.#sink.write(new Uint8Array(Float64Array.from(this.#heads).buffer))
    this.#sink.write(new Uint8Array(Float64Array.from(this.#blockAt).buffer))
    this.#sink.write(new Uint8Array(Uint32Array.from(this.#blockLength).buffer))
    return {
      termCount: this.#termCount,
      docCount,
      tokenCount: this.#tokenCount,
      heads,
      hasPositions: this.#hasPositions,
    }
  }

  #startBlock(): void {
    this.#heads.push(headOf(this.#term, 0, this.#termLength))
    this.#inlined.reset()
    this.#suffixes.reset()
    this.#blockPostingsAt = this.#postingsAt + this.#postings.length
  }

  #endBlock(): void {
    const start = this.#dictionary.length
    this.#blockAt.push(start)
    this.#writeBlock(this.#dictionary)
    this.#blockLength.push(this.#dictionary.length - start)
    this.#blockTerms = 0
    if (this.#dictionary.length >= FLUSH_BYTES || this.#postings.length >= FLUSH_BYTES) this.#flush()
  }

  #writeBlock(output: ByteOutput): void {
    const count = this.#blockTerms
    const length = this.#rest[0]!
    let equal = true
    let single = true
    for (let index = 0; index < count; index++) {
      if (this.#shared[index]! + this.#rest[index]! !== length) equal = false
      if (this.#blockDf[index] !== 1) single = false
    }
    const bits = bitsPerByte(this.#suffixes.bytes, this.#suffixes.length)
    const packed = equal && single && !this.#hasPositions
    const flags = (equal ? FLAG_EQUAL_LENGTHS : 0) | (single ? FLAG_SINGLE_DOCUMENTS : 0)
    output.varint(this.#blockPostingsAt)
    output.byte(flags | (packed ? FLAG_PACKED : 0))
    output.byte(bits)
    if (equal) output.varint(length)
    if (packed) this.#writePacked(output)
    else this.#writeTerms(output, equal, single)
    packBytes(this.#suffixes.bytes, this.#suffixes.length, bits, output)
  }

  #writeTerms(output: ByteOutput, equal: boolean, single: boolean): void {
    const count = this.#blockTerms
    let inlined = 0
    for (let index = 0; index < count; index++) {
      output.varint(this.#shared[index]!)
      if (!equal) output.varint(this.#rest[index]!)
      if (!single) output.varint(this.#blockDf[index]!)
      const bytes = this.#lengths[index]!
      if (this.#blockDf[index] === 1) {
        output.append(this.#inlined.bytes, inlined, inlined + bytes)
        inlined += bytes
      } else output.varint(bytes)
    }
  }

  #writePacked(output: ByteOutput): void {
    const widths = [this.#shared, this.#blockDoc].map((values) => {
      values.fill(0, this.#blockTerms)
      return bitWidth(values.reduce((all, value) => all | value, 0))
    })
    for (const width of widths) output.byte(width)
    for (const [index, values] of [this.#shared, this.#blockDoc].entries()) {
      const width = widths[index] ?? 0
      const words = new Uint32Array(width)
      pack(values, 0, DICTIONARY_BLOCK, width, words, 0)
      output.words(words, width)
    }
  }

  #flush(): void {
    this.#sink.write(this.#postings.view())
    this.#postings.reset()
    const at = this.#sink.position
    this.#sink.write(this.#dictionary.view())
    this.#dictionary.reset()
    for (; this.#unplaced < this.#blockAt.length; this.#unplaced++) this.#blockAt[this.#unplaced]! += at
    this.#postingsAt = this.#sink.position
  }

  #small(output: ByteOutput): void {
    let previous = -1
    let delta = 0
    for (let index = 0; index < this.#used; index++) {
      const doc = this.#docs[index]!
      const gap = doc - previous - 1
      previous = doc
      if (!this.#hasPositions) {
        output.varint(gap)
        continue
      }
      const frequency = this.#frequencies[index]!
      output.varint(gap * 2 + (frequency === 1 ? 1 : 0))
      if (frequency !== 1) output.varint(frequency)
      for (let index = 0; index < frequency; index++) output.varint(this.#deltas[delta++]!)
    }
  }

  #large(): void {
    if (this.#used > 0) this.#encodeBlock()
    this.#postings.align(4, this.#postingsAt)
    this.#postings.append(this.#skip.bytes, 0, this.#skip.length)
    this.#postings.words(this.#words, this.#wordCount)
  }

  #encodeBlock(): void {
    const count = this.#used
    const docs = this.#docs
    const frequencies = this.#frequencies
    const lastDoc = docs[count - 1]!
    let previous = this.#lastDoc
    let gapBits = 0
    let frequencyBits = 0
    let maxFrequency = 0
    for (let index = 0; index < count; index++) {
      const gap = docs[index]! - previous - 1
      previous = docs[index]!
      docs[index] = gap
      gapBits |= gap
      const frequency = frequencies[index]!
      frequencyBits |= frequency - 1
      if (frequency > maxFrequency) maxFrequency = frequency
      frequencies[index] = frequency - 1
    }
    let least = LEAST_DELTA_MAX
    let greatest = 0
    for (let index = 0; index < this.#deltaCount; index++) {
      const delta = this.#deltas[index]!
      if (delta < least) least = delta
      if (delta > greatest) greatest = delta
    }
    if (this.#deltaCount === 0) least = 0
    else for (let index = 0; index < this.#deltaCount; index++) this.#deltas[index]! -= least
    const docWidth = bitWidth(gapBits)
    const frequencyWidth = bitWidth(frequencyBits)
    const positionWidth = this.#deltaCount === 0 ? 0 : bitWidth(greatest - least)
    this.#skip.uint32(lastDoc)
    this.#skip.uint32(this.#wordCount)
    this.#skip.byte(docWidth)
    this.#skip.byte(frequencyWidth)
    this.#skip.byte(positionWidth)
    this.#skip.byte(Math.min(FREQUENCY_MAX, maxFrequency))
    this.#skip.byte(this.#minLength)
    this.#skip.byte(0)
    this.#skip.byte(least & 0xff)
    this.#skip.byte(least >>> 8)
    this.#pack(docs, count, docWidth)
    this.#pack(frequencies, count, frequencyWidth)
    this.#pack(this.#deltas, this.#deltaCount, positionWidth)
    this.#lastDoc = lastDoc
    this.#used = 0
    this.#deltaCount = 0
    this.#minLength = 255
  }

  #pack(values: Int32Array, count: number, bits: number): void {
    const needed = this.#wordCount + wordsFor(count, bits)
    if (needed > this.#words.length) {
      const grown = new Uint32Array(needed * 2)
      grown.set(this.#words.subarray(0, this.#wordCount))
      this.#words = grown
    }
    this.#words.fill(0, this.#wordCount, needed)
    this.#wordCount = pack(values, 0, count, bits, this.#words, this.#wordCount)
  }
}

function grow(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(length)
  grown.set(bytes)
  return grown
}

function growInts(values: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(length * 2)
  grown.set(values)
  return grown
}
