import { crc32c } from '../util/crc32c.ts'

const magic = 0x43484958 // "CHIX"
const headerBytes = 32
const entryBytes = 16

/** One entry at least this many bytes after the one before: `index.interval.bytes` of Kafka. */
export const indexIntervalBytes = 4096

export interface IndexedBatch {
  readonly relativeOffset: number
  readonly position: number
}

export const segmentStart: IndexedBatch = { relativeOffset: 0, position: 0 }

/**
 * Offset and time index of one segment: for every 4 KiB of log the batch that starts there. A lookup gives a batch at or before
 * the wanted one, from which batch headers are walked.
 *
 * Entry i: offset relative to the segment's base, position in the file, and the largest timestamp of all batches before that
 * position. All three never fall from one entry to the next.
 */
export class SparseIndex {
  #offsets = new Uint32Array(16)
  #positions = new Uint32Array(16)
  #timestamps = new Float64Array(16)
  #count = 0
  #lastPosition = -indexIntervalBytes

  get count(): number {
    return this.#count
  }

  /** Tells of a batch that starts at `position`; `timestampBefore` is the largest timestamp of the batches before it. */
  batch(relativeOffset: number, position: number, timestampBefore: number): void {
    if (position - this.#lastPosition < indexIntervalBytes) return
    this.#push(relativeOffset, position, timestampBefore)
  }

  /** Position of the last indexed batch whose base offset is at or below the offset; 0 when there is none. */
  positionForOffset(relativeOffset: number): number {
    const at = this.#lastAtOrBelow((i) => (this.#offsets[i] ?? 0) <= relativeOffset)
    return at < 0 ? 0 : (this.#positions[at] ?? 0)
  }

  /** The last indexed batch whose base offset is at or below the offset; the start of the segment when there is none. */
  floorForOffset(relativeOffset: number): IndexedBatch {
    return this.#entry(this.#lastAtOrBelow((i) => (this.#offsets[i] ?? 0) <= relativeOffset))
  }

  /** A batch before which every batch is older than the timestamp, as far on as the index can tell. */
  floorForTimestamp(timestamp: number): IndexedBatch {
    return this.#entry(this.#lastAtOrBelow((i) => (this.#timestamps[i] ?? 0) < timestamp))
  }

  /** Takes over the entries of an index of the batches that follow. */
  append(following: SparseIndex): void {
    for (let i = 0; i < following.#count; i++) {
      const timestamp = Math.max(following.#timestamps[i] ?? 0, this.#timestamps[this.#count - 1] ?? -1)
      this.#push(following.#offsets[i] ?? 0, following.#positions[i] ?? 0, timestamp)
    }
  }

  /** File form: magic u32 · crc u32 (of what follows) · count u32 · zero u32 · maxTimestamp f64 · size f64 · entries (u32 u32 f64). */
  encode(maxTimestamp: number, segmentBytes: number): Buffer {
    const buffer = Buffer.alloc(headerBytes + this.#count * entryBytes)
    buffer.writeUInt32BE(magic, 0)
    buffer.writeUInt32BE(this.#count, 8)
    buffer.writeDoubleBE(maxTimestamp, 16)
    buffer.writeDoubleBE(segmentBytes, 24)
    for (let i = 0; i < this.#count; i++) {
      const at = headerBytes + i * entryBytes
      buffer.writeUInt32BE(this.#offsets[i] ?? 0, at)
      buffer.writeUInt32BE(this.#positions[i] ?? 0, at + 4)
      buffer.writeDoubleBE(this.#timestamps[i] ?? 0, at + 8)
    }
    buffer.writeUInt32BE(crc32c(buffer.subarray(8)), 4)
    return buffer
  }

  /** The index in `buffer`, or null when it is damaged or was made for a segment of another size. */
  static decode(buffer: Buffer, segmentBytes: number): { index: SparseIndex; maxTimestamp: number } | null {
    if (buffer.length < headerBytes || buffer.readUInt32BE(0) !== magic) return null
    if (buffer.readUInt32BE(4) !== crc32c(buffer.subarray(8))) return null
    const count = buffer.readUInt32BE(8)
    if (buffer.length !== headerBytes + count * entryBytes) return null
    if (buffer.readDoubleBE(24) !== segmentBytes) return null
    const index = new SparseIndex()
    for (let i = 0; i < count; i++) {
      const at = headerBytes + i * entryBytes
      index.#push(buffer.readUInt32BE(at), buffer.readUInt32BE(at + 4), buffer.readDoubleBE(at + 8))
    }
    return { index, maxTimestamp: buffer.readDoubleBE(16) }
  }

  #entry(at: number): IndexedBatch {
    return at < 0
      ? segmentStart
      : { relativeOffset: this.#offsets[at] ?? 0, position: this.#positions[at] ?? 0 }
  }

  #push(offset: number, position: number, timestamp: number): void {
    if (this.#count === this.#offsets.length) this.#grow()
    this.#offsets[this.#count] = offset
    this.#positions[this.#count] = position
    this.#timestamps[this.#count] = timestamp
    this.#count += 1
    this.#lastPosition = position
  }

  #grow(): void {
    const size = this.#offsets.length * 2
    const offsets = new Uint32Array(size)
    const positions = new Uint32Array(size)
    const timestamps = new Float64Array(size)
    offsets.set(this.#offsets)
    positions.set(this.#positions)
    timestamps.set(this.#timestamps)
    this.#offsets = offsets
    this.#positions = positions
    this.#timestamps = timestamps
  }

  #lastAtOrBelow(holds: (index: number) => boolean): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (holds(middle)) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
