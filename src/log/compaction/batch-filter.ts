import { codecById } from '../../records/compression/codecs.ts'
import { openRecords } from '../../records/read-records.ts'
import * as header from '../../records/record-batch.ts'
import type { RecordCursor } from '../../records/record-cursor.ts'
import { addInt64, subtractInt64, writeInt64 } from '../../util/int64.ts'
import { varintSize, varlongSize, writeVarint, writeVarlong } from '../../util/varint.ts'
import type { CleanedTransactions } from './cleaned-transactions.ts'
import type { CleanJob, LastRecord } from './clean-job.ts'
import type { OffsetMap } from './offset-map.ts'

/** Attribute bits that a batch keeps when some of its records go. */
const keptBits =
  header.COMPRESSION_MASK | header.LOG_APPEND_TIME_BIT | header.TRANSACTIONAL_BIT | header.CONTROL_BIT

/** Takes what is left of a batch. The bytes belong to the caller again when the call returns. */
export type BatchSink = (buffer: Buffer, start: number, end: number) => void

/**
 * Decides which records of a batch stay, as Kafka's Cleaner and MemoryRecords.filterTo do, and hands on what is left: the batch as it is,
 * with some records fewer (same offsets, codec, producer fields), or without any when it must be remembered for its producer or as the
 * end of what was cleaned. A batch that keeps a tombstone, or a marker that marks nothing any more, gets a delete horizon (KIP-534).
 */
export class BatchFilter {
  readonly #job: CleanJob
  /** Null when records go by their time only. */
  readonly #map: OffsetMap | null
  readonly #transactions: CleanedTransactions
  readonly #lastRecords: ReadonlyMap<number, LastRecord>
  readonly #upperBound: number
  /** Records with a lower timestamp are too old; -Infinity when age does not matter. */
  readonly #oldest: number
  readonly #sink: BatchSink
  readonly #kept = new KeptRecords()
  recordsRead = 0
  recordsKept = 0
  recordsWithoutKey = 0

  constructor(job: CleanJob, map: OffsetMap | null, transactions: CleanedTransactions, sink: BatchSink) {
    this.#job = job
    this.#map = map
    this.#transactions = transactions
    this.#lastRecords = new Map(job.lastRecords.map((last) => [last.producerId, last]))
    this.#upperBound = job.sources.at(-1)?.endOffset ?? 0
    this.#oldest = job.strategy.kind === 'key' ? -Infinity : job.nowMs - job.strategy.maxAgeMs
    this.#sink = sink
  }

  /** The batch at `at` is whole, undamaged, and follows the one of the call before. */
  batch(buffer: Buffer, at: number, size: number): void {
    const control = header.isControl(buffer, at)
    const horizon = header.deleteHorizon(buffer, at)
    const { nowMs, deleteRetentionMs } = this.#job
    const marker = control ? this.#transactions.onControlBatch(buffer, at) : null
    const discard =
      marker === null
        ? this.#transactions.onBatch(buffer, at)
        : marker === 'forgotten' && horizon !== null && horizon <= nowMs
    const rememberEmpty = this.#mustRemember(buffer, at, control)
    const count = header.recordCount(buffer, at)
    this.recordsRead += count
    if (discard && !rememberEmpty) return
    const kept = this.#kept
    kept.clear()
    if (!discard && count > 0) this.#keep(buffer, at, control)
    this.recordsKept += kept.count
    if (kept.count === 0) {
      if (rememberEmpty) this.#sinkEmpty(buffer, at)
      return
    }
    const waits = (kept.tombstones && this.#map !== null) || (marker !== null && marker !== 'needed')
    const setHorizon = waits && horizon === null
    if (kept.count === count && !setHorizon) this.#sink(buffer, at, at + size)
    else this.#sinkKept(buffer, at, setHorizon ? nowMs + deleteRetentionMs : horizon)
  }

  /** Batches that stay although no record of theirs does. */
  #mustRemember(buffer: Buffer, at: number, control: boolean): boolean {
    const last = header.lastOffset(buffer, at)
    // So that the log end can be told from what is left.
    if (last + 1 === this.#upperBound) return true
    const producerId = header.producerId(buffer, at)
    if (producerId < 0) return false
    const record = this.#lastRecords.get(producerId)
    if (record === undefined) return false
    if (record.lastDataOffset >= 0) return last === record.lastDataOffset
    return control && header.producerEpoch(buffer, at) === record.producerEpoch
  }

  #keep(buffer: Buffer, at: number, control: boolean): void {
    const cursor = openRecords(buffer, at, this.#job.decompressedBytesMax)
    const base = header.baseOffset(buffer, at)
    const horizon = header.deleteHorizon(buffer, at)
    const tombstonesStay = horizon === null || this.#job.nowMs < horizon
    const kept = this.#kept
    kept.cursor = cursor
    const appendTime = header.hasLogAppendTime(buffer, at) ? header.maxTimestamp(buffer, at) : null
    const baseTimestamp = header.baseTimestamp(buffer, at)
    while (cursor.next()) {
      const timestamp = appendTime ?? addInt64(baseTimestamp, cursor.timestampDelta)
      if (control || this.#stays(cursor, base + cursor.offsetDelta, timestamp, tombstonesStay))
        kept.add(cursor, timestamp)
    }
  }

  #stays(cursor: RecordCursor, offset: number, timestamp: number, tombstonesStay: boolean): boolean {
    if (timestamp < this.#oldest && timestamp >= 0) return false
    const map = this.#map
    if (map === null || offset > map.latestOffset) return true
    if (cursor.keySize < 0) {
      this.recordsWithoutKey += 1
      return false
    }
    const latest = map.get(cursor.buffer, cursor.keyAt, cursor.keyAt + cursor.keySize)
    return offset >= latest && (cursor.valueSize >= 0 || tombstonesStay)
  }

  #sinkEmpty(buffer: Buffer, at: number): void {
    const batch = Buffer.from(buffer.subarray(at, at + header.HEADER_SIZE))
    const bits = header.attributes(batch, 0) & keptBits & ~header.COMPRESSION_MASK
    batch.writeInt16BE(bits, header.ATTRIBUTES_AT)
    batch.writeInt32BE(header.HEADER_SIZE - header.LOG_OVERHEAD, header.LENGTH_AT)
    writeInt64(batch, header.NO_TIMESTAMP, header.BASE_TIMESTAMP_AT)
    batch.writeInt32BE(0, header.RECORD_COUNT_AT)
    header.updateCrc(batch, 0)
    this.#sink(batch, 0, batch.length)
  }

  #sinkKept(buffer: Buffer, at: number, horizon: number | null): void {
    const kept = this.#kept
    const baseTimestamp = horizon ?? kept.timestamp(0)
    const records = kept.encode(baseTimestamp)
    const id = header.compressionId(buffer, at)
    const payload = id === 0 ? records : codecById(id).compress(records)
    const batch = Buffer.allocUnsafe(header.HEADER_SIZE + payload.length)
    buffer.copy(batch, 0, at, at + header.HEADER_SIZE)
    payload.copy(batch, header.HEADER_SIZE)
    const bits = header.attributes(batch, 0) & keptBits
    batch.writeInt16BE(horizon === null ? bits : bits | header.DELETE_HORIZON_BIT, header.ATTRIBUTES_AT)
    batch.writeInt32BE(batch.length - header.LOG_OVERHEAD, header.LENGTH_AT)
    writeInt64(batch, baseTimestamp, header.BASE_TIMESTAMP_AT)
    if (!header.hasLogAppendTime(batch, 0)) writeInt64(batch, kept.maxTimestamp, header.MAX_TIMESTAMP_AT)
    batch.writeInt32BE(kept.count, header.RECORD_COUNT_AT)
    header.updateCrc(batch, 0)
    this.#sink(batch, 0, batch.length)
  }
}

/** Where the records that stay of one batch stand in its decompressed payload. Its arrays are used again for each batch. */
class KeptRecords {
  /** Of the batch at hand. */
  cursor: RecordCursor | null = null
  count = 0
  tombstones = false
  maxTimestamp = header.NO_TIMESTAMP
  readonly #fieldsAt: number[] = []
  readonly #ends: number[] = []
  readonly #offsetDeltas: number[] = []
  readonly #timestamps: number[] = []

  clear(): void {
    this.cursor = null
    this.count = 0
    this.tombstones = false
    this.maxTimestamp = header.NO_TIMESTAMP
  }

  add(cursor: RecordCursor, timestamp: number): void {
    const index = this.count++
    this.#fieldsAt[index] = cursor.fieldsAt
    this.#ends[index] = cursor.end
    this.#offsetDeltas[index] = cursor.offsetDelta
    this.#timestamps[index] = timestamp
    if (cursor.valueSize < 0) this.tombstones = true
    if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp
  }

  timestamp(index: number): number {
    return this.#timestamps[index] ?? header.NO_TIMESTAMP
  }

  /** The records with timestamps relative to another base; all else is as it was. */
  encode(baseTimestamp: number): Buffer {
    const source = this.cursor?.buffer
    if (source === undefined) throw new Error('no batch was read')
    let size = 0
    for (let i = 0; i < this.count; i++) {
      const body = this.#bodySize(i, baseTimestamp)
      size += varintSize(body) + body
    }
    const records = Buffer.allocUnsafe(size)
    let at = 0
    for (let i = 0; i < this.count; i++) {
      at = writeVarint(records, this.#bodySize(i, baseTimestamp), at)
      records[at++] = 0
      at = writeVarlong(records, subtractInt64(this.timestamp(i), baseTimestamp), at)
      at = writeVarint(records, this.#offsetDeltas[i] ?? 0, at)
      at += source.copy(records, at, this.#fieldsAt[i], this.#ends[i])
    }
    return records
  }

  #bodySize(i: number, baseTimestamp: number): number {
    const delta = varlongSize(subtractInt64(this.timestamp(i), baseTimestamp))
    return (
      1 + delta + varintSize(this.#offsetDeltas[i] ?? 0) + (this.#ends[i] ?? 0) - (this.#fieldsAt[i] ?? 0)
    )
  }
}
