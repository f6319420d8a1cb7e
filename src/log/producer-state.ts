import { KafkaError } from '../protocol/errors.ts'
import * as header from '../records/record-batch.ts'

const batchesRemembered = 5

interface SequencedBatch {
  readonly epoch: number
  readonly firstSequence: number
  readonly lastSequence: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly timestamp: number
}

/** What a partition knows of one idempotent producer. */
export interface ProducerEntry {
  readonly producerId: number
  epoch: number
  /**
   * Oldest first. The newest up to five of this epoch are what a retry may repeat (KIP-98). More stand here while the newest are not
   * committed: a checkpoint must say what was known before them, because a crash may lose them.
   */
  batches: SequencedBatch[]
  lastTimestamp: number
}

export interface ProducerBatch {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastOffsetDelta: number
  readonly maxTimestamp: number
}

/**
 * Duplicate and gap detection for idempotent producers, a pure function of the partition's log: `check` decides, `replay` is
 * the only writer, for live appends and for recovery alike. Follows Kafka's ProducerStateManager and ProducerAppendInfo.
 */
export class ProducerState {
  readonly #entries = new Map<number, ProducerEntry>()

  get entries(): IterableIterator<ProducerEntry> {
    return this.#entries.values()
  }

  get size(): number {
    return this.#entries.size
  }

  /**
   * Null when the batch is next in sequence, or the offsets at which it already stands when it repeats one of the last five.
   * @throws KafkaError INVALID_PRODUCER_EPOCH, OUT_OF_ORDER_SEQUENCE_NUMBER
   */
  check(batch: ProducerBatch): { baseOffset: number; lastOffset: number } | null {
    const entry = this.#entries.get(batch.producerId)
    if (entry === undefined) return null
    if (batch.producerEpoch < entry.epoch) {
      throw new KafkaError(
        'INVALID_PRODUCER_EPOCH',
        `producer ${batch.producerId} sent epoch ${batch.producerEpoch}, but epoch ${entry.epoch} has been seen: a newer instance took over`,
      )
    }
    const lastSequence = header.addSequence(batch.baseSequence, batch.lastOffsetDelta)
    if (batch.producerEpoch === entry.epoch) {
      const { batches } = entry
      for (let i = rememberedFrom(batches); i < batches.length; i++) {
        const known = batches[i] as SequencedBatch
        if (known.firstSequence === batch.baseSequence && known.lastSequence === lastSequence) return known
      }
      const last = batches.at(-1)
      if (last !== undefined && batch.baseSequence !== header.addSequence(last.lastSequence, 1)) {
        throw outOfOrder(batch, `after sequence ${last.lastSequence}`)
      }
    } else if (batch.baseSequence !== 0) {
      throw outOfOrder(batch, `as the first of epoch ${batch.producerEpoch}, which must be 0`)
    }
    return null
  }

  /** A batch that is part of the log, by its bytes; the log below `committedEnd` can not be lost any more. */
  observe(buffer: Buffer, at: number, baseOffset: number, committedEnd: number): void {
    const producerId = header.producerId(buffer, at)
    if (producerId < 0 || header.baseSequence(buffer, at) < 0) return
    const batch = producerBatch(buffer, at, producerId)
    this.replay(batch, baseOffset, baseOffset + batch.lastOffsetDelta, committedEnd)
  }

  /** The batch stands in the log at these offsets. */
  replay(batch: ProducerBatch, baseOffset: number, lastOffset: number, committedEnd: number): void {
    let entry = this.#entries.get(batch.producerId)
    if (entry === undefined) {
      entry = { producerId: batch.producerId, epoch: batch.producerEpoch, batches: [], lastTimestamp: -1 }
      this.#entries.set(batch.producerId, entry)
    }
    forgetOld(entry.batches, committedEnd)
    entry.epoch = batch.producerEpoch
    entry.batches.push({
      epoch: batch.producerEpoch,
      firstSequence: batch.baseSequence,
      lastSequence: header.addSequence(batch.baseSequence, batch.lastOffsetDelta),
      baseOffset,
      lastOffset,
      timestamp: batch.maxTimestamp,
    })
    entry.lastTimestamp = batch.maxTimestamp
  }

  /** Forgets producers that have not written since `beforeMs` (`producer.id.expiration.ms`). */
  expire(beforeMs: number): void {
    for (const [id, entry] of this.#entries) if (entry.lastTimestamp < beforeMs) this.#entries.delete(id)
  }

  /**
   * The state as of `endOffset`, which no committed batch crosses: batches at or above it may still be lost in a crash, and then
   * neither a retry of one may be taken for a duplicate nor its epoch for the newest. Layout: count u32, then per producer: id f64 ·
   * epoch i32 · last timestamp f64 · batch count u8 · (first, last sequence i32 · base, last offset f64 · timestamp f64) each.
   */
  encode(endOffset: number): Buffer {
    const entries: { entry: ProducerEntry; batches: readonly SequencedBatch[] }[] = []
    let size = 4
    for (const entry of this.#entries.values()) {
      const below = entry.batches.filter((batch) => batch.lastOffset < endOffset)
      if (below.length === 0) continue
      const batches = below.slice(rememberedFrom(below))
      entries.push({ entry, batches })
      size += 21 + batches.length * 32
    }
    const buffer = Buffer.allocUnsafeSlow(size)
    let at = buffer.writeUInt32BE(entries.length, 0)
    for (const { entry, batches } of entries) {
      const last = batches.at(-1) as SequencedBatch
      at = buffer.writeDoubleBE(entry.producerId, at)
      at = buffer.writeInt32BE(last.epoch, at)
      at = buffer.writeDoubleBE(last.timestamp, at)
      at = buffer.writeUInt8(batches.length, at)
      for (const batch of batches) {
        at = buffer.writeInt32BE(batch.firstSequence, at)
        at = buffer.writeInt32BE(batch.lastSequence, at)
        at = buffer.writeDoubleBE(batch.baseOffset, at)
        at = buffer.writeDoubleBE(batch.lastOffset, at)
        at = buffer.writeDoubleBE(batch.timestamp, at)
      }
    }
    return buffer
  }

  /** Reads what `encode` wrote; the bytes come from a file whose checksum holds. Returns the position behind it. */
  static decode(buffer: Buffer, start: number): { state: ProducerState; end: number } {
    const state = new ProducerState()
    let at = start + 4
    for (let left = buffer.readUInt32BE(start); left > 0; left--) {
      const producerId = buffer.readDoubleBE(at)
      const batches: SequencedBatch[] = []
      const entry: ProducerEntry = {
        producerId,
        epoch: buffer.readInt32BE(at + 8),
        batches,
        lastTimestamp: buffer.readDoubleBE(at + 12),
      }
      const count = buffer.readUInt8(at + 20)
      at += 21
      for (let i = 0; i < count; i++, at += 32) {
        batches.push({
          epoch: entry.epoch,
          firstSequence: buffer.readInt32BE(at),
          lastSequence: buffer.readInt32BE(at + 4),
          baseOffset: buffer.readDoubleBE(at + 8),
          lastOffset: buffer.readDoubleBE(at + 16),
          timestamp: buffer.readDoubleBE(at + 24),
        })
      }
      state.#entries.set(producerId, entry)
    }
    return { state, end: at }
  }
}

/** What the header of the batch at `at` says of its producer. */
export function producerBatch(buffer: Buffer, at: number, producerId: number): ProducerBatch {
  return {
    producerId,
    producerEpoch: header.producerEpoch(buffer, at),
    baseSequence: header.baseSequence(buffer, at),
    lastOffsetDelta: header.lastOffsetDelta(buffer, at),
    maxTimestamp: header.maxTimestamp(buffer, at),
  }
}

/** Where the newest up to five batches begin, as far back as they have the epoch of the newest. */
function rememberedFrom(batches: readonly SequencedBatch[]): number {
  const epoch = batches.at(-1)?.epoch
  const lowest = Math.max(batches.length - batchesRemembered, 0)
  let from = batches.length
  while (from > lowest && batches[from - 1]?.epoch === epoch) from -= 1
  return from
}

/** Drops, before another batch comes, what neither the newest state nor that of the committed end needs. */
function forgetOld(batches: SequencedBatch[], committedEnd: number): void {
  let committed = batches.length
  while (committed > 0 && (batches[committed - 1] as SequencedBatch).lastOffset >= committedEnd)
    committed -= 1
  const epoch = batches[committed - 1]?.epoch
  while (committed > 0 && (committed > batchesRemembered || batches[0]?.epoch !== epoch)) {
    batches.shift()
    committed -= 1
  }
}

function outOfOrder(batch: ProducerBatch, detail: string): KafkaError {
  return new KafkaError(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    `producer ${batch.producerId} epoch ${batch.producerEpoch} sent sequence ${batch.baseSequence} ${detail}`,
  )
}
