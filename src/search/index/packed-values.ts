import { bitWidth, GROUP, pack, unpack, unpackOne, wordsFor } from './bit-packing.ts'
import { ByteOutput } from './byte-output.ts'
import type { ValuesEntry } from './index-layout.ts'
import type { IndexSink } from './index-sink.ts'
import type { IndexSource } from './index-source.ts'
import { alignSink } from './sink-alignment.ts'

/** Values per chunk. */
export const CHUNK = 1024
/** Decimals beyond these are stored as doubles. */
const DECIMALS_MAX = 6
const powers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6]
/**
 * Bytes of a row of the table of chunks: f64 least, u32 first word, u8 bits (64: doubles), u8 decimals, u8 form, u8 zero. In the form of
 * steps the f64 is the first value; the words are the i32 least step, then the steps minus that, that of the first value being 0.
 */
const ROW_BYTES = 16
const RAW = 64
const PLAIN = 0
/** For what nearly ascends, as times do. */
const STEPS = 1

/** What a writer works in. An index has many columns, so it is handed from one to the next. */
interface Scratch {
  readonly pending: Float64Array<ArrayBuffer>
  readonly scaled: Int32Array<ArrayBuffer>
  readonly words: Uint32Array<ArrayBuffer>
}

const spare: Scratch[] = []
const SPARE_MAX = 4

function newScratch(): Scratch {
  return {
    pending: new Float64Array(CHUNK),
    scaled: new Int32Array(CHUNK),
    words: new Uint32Array(CHUNK * 2),
  }
}

/**
 * Packs numbers in chunks of 1,024. Integers, and decimals of up to six places as integers, become their distance from the chunk's least in
 * as many bits as the greatest distance needs, or its distance from the value before when that takes fewer; all else stays a double. What is read is exactly what was written (-0 becomes 0).
 */
export class ValuesWriter {
  readonly #sink: IndexSink
  readonly #at: number
  readonly #scratch: Scratch
  readonly #pending: Float64Array
  readonly #rows = new ByteOutput(64)
  #used = 0
  #count = 0
  #wordCount = 0

  constructor(sink: IndexSink) {
    alignSink(sink, 8)
    this.#sink = sink
    this.#at = sink.position
    this.#scratch = spare.pop() ?? newScratch()
    this.#pending = this.#scratch.pending
  }

  add(value: number): void {
    this.#pending[this.#used++] = value
    if (this.#used === CHUNK) this.#chunk()
  }

  finish(): ValuesEntry {
    if (this.#used > 0) this.#chunk()
    alignSink(this.#sink, 8)
    const chunks = this.#sink.position
    this.#sink.write(this.#rows.view())
    if (spare.length < SPARE_MAX) spare.push(this.#scratch)
    return { count: this.#count, at: this.#at, chunks }
  }

  #chunk(): void {
    const count = this.#used
    const values = this.#pending
    const { scaled, words } = this.#scratch
    const decimals = decimalsOf(values, count)
    const scale = powers[decimals] ?? 1
    let min = Infinity
    let max = -Infinity
    for (let index = 0; index < count; index++) {
      const value = decimals === 0 ? values[index]! : Math.round(values[index]! * scale)
      if (value < min) min = value
      if (value > max) max = value
    }
    const raw = decimals > DECIMALS_MAX || !Number.isSafeInteger(min) || max - min > 0xffff_ffff
    let bits = raw ? RAW : bitWidth(max - min)
    let used = count * 2
    let form = PLAIN
    let base = raw ? 0 : min
    if (raw) new Float64Array(words.buffer).set(values.subarray(0, count))
    else {
      for (let index = 0; index < count; index++)
        scaled[index] = (decimals === 0 ? values[index]! : Math.round(values[index]! * scale)) - min
      const steps = stepsOf(scaled, count)
      const stepBits = bitWidth(steps.most - steps.least)
      if (stepBits + STEPS_GAIN <= bits && Math.abs(steps.least) < 2 ** 31) {
        form = STEPS
        bits = stepBits
        base = min + (scaled[0]! >>> 0)
        toSteps(scaled, count, steps.least)
        words[0] = steps.least
      }
      used = form + wordsFor(count, bits)
      words.fill(0, form, used)
      pack(scaled, 0, count, bits, words, form)
    }
    this.#rows.float64(base)
    this.#rows.uint32(this.#wordCount)
    this.#rows.byte(bits)
    this.#rows.byte(raw ? 0 : decimals)
    this.#rows.byte(form)
    this.#rows.align(8)
    this.#sink.write(new Uint8Array(words.buffer, 0, used * 4))
    this.#wordCount += used
    this.#count += count
    this.#used = 0
  }
}

/** Bits that steps must save for each value: a value among steps can not be read alone. */
const STEPS_GAIN = 2

/** The least and the greatest difference between neighbours, which are unsigned. */
function stepsOf(scaled: Int32Array, count: number): { readonly least: number; readonly most: number } {
  let least = count > 1 ? Infinity : 0
  let most = count > 1 ? -Infinity : 0
  for (let index = 1; index < count; index++) {
    const step = (scaled[index]! >>> 0) - (scaled[index - 1]! >>> 0)
    if (step < least) least = step
    if (step > most) most = step
  }
  // More than 32 bits of difference are as good as any other number that is too large.
  return { least, most: Math.min(most, least + 0xffff_ffff) }
}

function toSteps(scaled: Int32Array, count: number, least: number): void {
  let before = scaled[0]! >>> 0
  scaled[0] = 0
  for (let index = 1; index < count; index++) {
    const value = scaled[index]! >>> 0
    scaled[index] = value - before - least
    before = value
  }
}

/** Decimal places that all values can be written with exactly; more than the maximum when there is no such number. */
function decimalsOf(values: Float64Array, count: number): number {
  let decimals = 0
  for (let index = 0; index < count; index++) {
    const value = values[index]!
    if (Number.isSafeInteger(value)) continue
    while (decimals <= DECIMALS_MAX && !isExact(value, powers[decimals] ?? 1)) decimals += 1
    if (decimals > DECIMALS_MAX) return decimals
  }
  // Larger values must stay exact with the places that smaller ones asked for.
  const scale = powers[decimals] ?? 1
  if (decimals > 0)
    for (let index = 0; index < count; index++) if (!isExact(values[index]!, scale)) return DECIMALS_MAX + 1
  return decimals
}

function isExact(value: number, scale: number): boolean {
  const scaled = Math.round(value * scale)
  return Number.isSafeInteger(scaled) && scaled / scale === value
}

/** Reads what a ValuesWriter wrote. The chunk read last stays decoded. */
export class PackedValues {
  readonly count: number
  readonly #source: IndexSource
  readonly #at: number
  readonly #chunks: number
  #least: Float64Array | null = null
  #rows: Uint32Array | null = null
  #chunk = -1
  readonly #ints = new Int32Array(CHUNK)
  readonly #decoded = new Float64Array(CHUNK)

  constructor(source: IndexSource, entry: ValuesEntry) {
    this.count = entry.count
    this.#source = source
    this.#at = entry.at
    this.#chunks = entry.chunks
  }

  at(index: number): number {
    const chunk = index >>> 10
    if (chunk !== this.#chunk) this.#decode(chunk)
    return this.#decoded[index & 1023]!
  }

  /** One value, without decoding its chunk: for look-ups that jump. */
  peek(index: number): number {
    const chunk = index >>> 10
    if (chunk === this.#chunk) return this.#decoded[index & 1023]!
    const { rows, least } = this.#table()
    const shape = rows[chunk * 4 + 3]!
    const bits = shape & 0xff
    if (bits === RAW || shape >>> 16 === STEPS) {
      this.#decode(chunk)
      return this.#decoded[index & 1023]!
    }
    const count = Math.min(CHUNK, this.count - (chunk << 10))
    const from = this.#at + rows[chunk * 4 + 2]! * 4
    const packed = unpackOne(this.#source.words(from, wordsFor(count, bits)), 0, bits, index & 1023)
    return ((packed >>> 0) + least[chunk * 2]!) / (powers[(shape >>> 8) & 0xff] ?? 1)
  }

  /** Copies the values from `from` to `to` into `into` from `start` on. */
  read(from: number, to: number, into: Float64Array | Int32Array | Uint8Array, start: number): void {
    let at = start
    for (let index = from; index < to;) {
      const chunk = index >>> 10
      if (
        into instanceof Int32Array &&
        (index & 1023) === 0 &&
        to - index >= CHUNK &&
        this.#readInts(chunk, into, at)
      ) {
        at += CHUNK
        index += CHUNK
        continue
      }
      if (chunk !== this.#chunk) this.#decode(chunk)
      const end = Math.min(to, (chunk + 1) << 10)
      const first = index & 1023
      const count = end - index
      const decoded = this.#decoded
      for (let offset = 0; offset < count; offset++) into[at + offset] = decoded[first + offset]!
      at += count
      index = end
    }
  }

  /** Unpacks a full chunk of small integers to where they are wanted. False when that is not what it holds. */
  #readInts(chunk: number, into: Int32Array, at: number): boolean {
    const { rows, least } = this.#table()
    const shape = rows[chunk * 4 + 3]!
    const bits = shape & 0xff
    const min = least[chunk * 2]!
    if (bits > 30 || shape >>> 8 !== 0 || min < 0 || min > 0x3fff_ffff) return false
    const words = this.#source.words(this.#at + rows[chunk * 4 + 2]! * 4, wordsFor(CHUNK, bits))
    for (let group = 0; group < CHUNK; group += GROUP)
      unpack(words, (group / GROUP) * bits * 4, bits, GROUP, into, at + group)
    if (min > 0) for (let index = at; index < at + CHUNK; index++) into[index]! += min
    return true
  }

  #table(): { readonly rows: Uint32Array; readonly least: Float64Array } {
    const chunkCount = Math.ceil(this.count / CHUNK)
    const rows = (this.#rows ??= this.#source.words(this.#chunks, (chunkCount * ROW_BYTES) / 4))
    const least = (this.#least ??= this.#source.doubles(this.#chunks, (chunkCount * ROW_BYTES) / 8))
    return { rows, least }
  }

  #decode(chunk: number): void {
    const { rows, least } = this.#table()
    const shape = rows[chunk * 4 + 3]!
    const bits = shape & 0xff
    const count = Math.min(CHUNK, this.count - (chunk << 10))
    const from = this.#at + rows[chunk * 4 + 2]! * 4
    this.#chunk = -1
    const decoded = this.#decoded
    if (bits === RAW) {
      const words = this.#source.words(from, count * 2)
      new Uint32Array(decoded.buffer).set(words)
    } else {
      const ints = this.#ints
      const form = shape >>> 16
      const words = this.#source.words(from, form + wordsFor(count, bits))
      for (let group = 0; group < count; group += GROUP)
        unpack(words, form + (group / GROUP) * bits * 4, bits, Math.min(GROUP, count - group), ints, group)
      const min = least[chunk * 2]!
      const scale = powers[(shape >>> 8) & 0xff] ?? 1
      if (form === STEPS) {
        const leastStep = words[0]! | 0
        let value = min - leastStep
        for (let index = 0; index < count; index++) {
          value += (ints[index]! >>> 0) + leastStep
          decoded[index] = scale === 1 ? value : value / scale
        }
      } else if (scale === 1)
        for (let index = 0; index < count; index++) decoded[index] = (ints[index]! >>> 0) + min
      else for (let index = 0; index < count; index++) decoded[index] = ((ints[index]! >>> 0) + min) / scale
    }
    this.#chunk = chunk
  }
}
