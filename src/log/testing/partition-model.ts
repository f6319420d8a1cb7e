import assert from 'node:assert/strict'
import * as header from '../../records/record-batch.ts'
import type { LogRecord } from '../../records/record.ts'
import { readRecords } from '../../records/read-records.ts'
import { LeaderEpochs } from '../leader-epochs.ts'
import { isCleaned } from '../log-reader.ts'
import type { PartitionLog } from '../partition-log.ts'
import type { AbortedTransaction } from '../partition-transactions.ts'
import { readMarker } from '../../records/control-record.ts'
import { ProducerState } from '../producer-state.ts'
import { markerId } from './marker-id.ts'

/** A batch as it was sent. */
export interface SentBatch {
  readonly bytes: Buffer
  readonly id: number
  readonly records: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
}

/** A batch at the place that the log gave it. */
export interface PlacedBatch {
  readonly sent: SentBatch
  readonly baseOffset: number
  readonly leaderEpoch: number
  acked: boolean
}

/**
 * What a partition must be, learned from what was sent, acknowledged and read. Everything in here may be read back later and must
 * then be the same: offsets never change their meaning.
 */
export class PartitionModel {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  /** Records may be gone once a later one has their key. */
  readonly compacted: boolean
  readonly sent = new Map<number, SentBatch>()
  /** By base offset: what is known to stand there. */
  placed = new Map<number, PlacedBatch>()
  /** By id of the batch. */
  #places = new Map<number, number>()
  readonly #skippedTo = new Set<number>()
  /** Some of what was deleted was lost before it reached the disk, so nobody can tell what producers it came from. */
  #historyLost = false
  leaderEpoch = 0
  /** DeleteRecords has promised this start. */
  ackedStart = 0
  /** The log start may have moved up to here. */
  highestStart = 0

  constructor(topic: string, topicId: string, partition: number, compacted: boolean) {
    this.topic = topic
    this.topicId = topicId
    this.partition = partition
    this.compacted = compacted
  }

  get name(): string {
    return `${this.topic}-${this.partition}`
  }

  /** End of the last acknowledged batch. */
  get ackedEnd(): number {
    let end = 0
    for (const place of this.placed.values()) if (place.acked) end = Math.max(end, endOf(place))
    return end
  }

  placeOf(sent: SentBatch): PlacedBatch | undefined {
    const offset = this.#places.get(sent.id)
    return offset === undefined ? undefined : this.placed.get(offset)
  }

  /** The log gave the batch this place. */
  place(sent: SentBatch, baseOffset: number, leaderEpoch: number): PlacedBatch {
    const before = this.#places.get(sent.id)
    assert.equal(
      before,
      undefined,
      `${this.name}: batch ${sent.id} stands at ${before} and was appended again at ${baseOffset}`,
    )
    const taken = this.placed.get(baseOffset)
    assert.equal(
      taken,
      undefined,
      `${this.name}: offset ${baseOffset} was given to ${taken?.sent.id} and to ${sent.id}`,
    )
    const place = { sent, baseOffset, leaderEpoch, acked: false }
    this.placed.set(baseOffset, place)
    this.#places.set(sent.id, baseOffset)
    return place
  }

  /** Records were lost that had been deleted before; the log goes on at its start. */
  skipTo(offset: number): void {
    this.#skippedTo.add(offset)
    this.#historyLost = true
  }

  /** The process died: what is not in the log now never was. `keepAcked`: an acknowledged batch must still be there. */
  cutAt(end: number, keepAcked: boolean): void {
    for (const place of [...this.placed.values()]) {
      if (endOf(place) <= end) continue
      assert.ok(
        !keepAcked || !place.acked,
        `${this.name}: acknowledged batch ${place.sent.id} at ${place.baseOffset} is lost, the log ends at ${end}`,
      )
      this.placed.delete(place.baseOffset)
      this.#places.delete(place.sent.id)
    }
  }

  /**
   * The bytes must be batches back to back that begin at or hold `offset`; each must stand where it was placed. Returns the end. Offsets
   * of records go to `seen`.
   */
  checkRead(bytes: Buffer, offset: number, highWatermark: number, seen: Set<number> = new Set()): number {
    let at = 0
    let expected = -1
    while (at + header.HEADER_SIZE <= bytes.length) {
      const size = header.batchSize(bytes, at)
      if (at + size > bytes.length) break
      const base = header.baseOffset(bytes, at)
      const last = header.lastOffset(bytes, at)
      if (expected < 0)
        assert.ok(
          (base <= offset || this.compacted) && offset <= last,
          `${this.name}: a read at ${offset} gave ${base} to ${last}`,
        )
      else
        assert.ok(
          base === expected || (this.compacted && base > expected),
          `${this.name}: offsets jump from ${expected} to ${base}`,
        )
      assert.ok(
        last < highWatermark,
        `${this.name}: offset ${last} was served with high watermark ${highWatermark}`,
      )
      if (this.compacted) this.#checkRecords(bytes.subarray(at, at + size), base, seen)
      else this.#checkBatch(bytes.subarray(at, at + size), base)
      expected = last + 1
      at += size
    }
    return expected < 0 ? offset : expected
  }

  #checkBatch(batch: Buffer, base: number): void {
    const id = batchId(batch)
    const sent = this.sent.get(id)
    assert.ok(sent !== undefined, `${this.name}: batch ${id} at ${base} was never sent`)
    assert.ok(
      batch.subarray(header.MAGIC_AT).equals(sent.bytes.subarray(header.MAGIC_AT)),
      `${this.name}: batch ${id} at ${base} has other bytes than were sent`,
    )
    const epoch = header.partitionLeaderEpoch(batch, 0)
    const place = this.placed.get(base) ?? this.place(sent, base, epoch)
    assert.equal(
      place.sent.id,
      id,
      `${this.name}: offset ${base} held batch ${place.sent.id} and holds ${id}`,
    )
    assert.equal(epoch, place.leaderEpoch, `${this.name}: leader epoch of the batch at ${base}`)
  }

  /** Of a batch that compaction may have been through: what is left of it must be as it was sent. */
  #checkRecords(batch: Buffer, base: number, seen: Set<number>): void {
    const place = this.placed.get(base)
    assert.ok(place !== undefined, `${this.name}: nothing was appended at ${base}, but a batch stands there`)
    const { sent } = place
    assert.equal(
      header.computeCrc(batch, 0),
      header.crc(batch, 0),
      `${this.name}: CRC of the batch at ${base}`,
    )
    for (const field of [
      header.lastOffsetDelta,
      header.producerId,
      header.producerEpoch,
      header.baseSequence,
    ])
      assert.equal(
        field(batch, 0),
        field(sent.bytes, 0),
        `${this.name}: ${field.name} of the batch at ${base}`,
      )
    assert.equal(
      header.partitionLeaderEpoch(batch, 0),
      place.leaderEpoch,
      `${this.name}: leader epoch at ${base}`,
    )
    const originals = recordsOf(sent)
    for (const record of readRecords(batch, 0, 1 << 20)) {
      const original = originals[record.offset - base]
      assert.deepEqual(
        [record.timestamp, record.key, record.value],
        [original?.timestamp, original?.key, original?.value],
        `${this.name}: the record at ${record.offset} is not what was sent`,
      )
      seen.add(record.offset)
    }
  }

  /**
   * Of a compacted partition that was read whole: nothing is gone but what was overtaken by a record that is below the high watermark,
   * tombstones, what was aborted, and markers; and nothing at all from where compaction has not been. What is not committed overtakes
   * nothing.
   */
  checkCompacted(log: PartitionLog, seen: ReadonlySet<number>): void {
    const overtaken = new Set<string>()
    /** By producer: how the transaction ended to which a batch in front of the marker belongs. */
    const outcomes = new Map<number, 'commit' | 'abort'>()
    const places = [...this.placed.values()].sort((a, b) => b.baseOffset - a.baseOffset)
    for (const { sent, baseOffset } of places) {
      const marker = header.isControl(sent.bytes, 0) ? readMarker(sent.bytes, 0) : null
      if (marker !== null) {
        if (baseOffset < log.highWatermark) outcomes.set(sent.producerId, marker.outcome)
        continue
      }
      const outcome = header.isTransactional(sent.bytes, 0)
        ? (outcomes.get(sent.producerId) ?? 'open')
        : 'commit'
      const records = recordsOf(sent)
      for (let i = records.length - 1; i >= 0; i--) {
        const record = records[i]
        const offset = baseOffset + i
        if (record === undefined || offset < log.logStartOffset || offset >= log.highWatermark) continue
        const key = String(record.key)
        const needless = overtaken.has(key) || record.value === null || outcome === 'abort'
        const mayBeGone = isCleaned(log, offset) && needless
        if (outcome === 'commit') overtaken.add(key)
        assert.ok(mayBeGone || seen.has(offset), `${this.name}: the record of "${key}" at ${offset} is gone`)
      }
    }
  }

  /** Offsets are dense, and what the log derives from its batches is what they give. Only when nothing is being appended. */
  checkDerived(log: PartitionLog, seen: ReadonlySet<number>): void {
    const places = [...this.placed.values()].sort((a, b) => a.baseOffset - b.baseOffset)
    const epochs = new LeaderEpochs()
    const producers = new ProducerState()
    let next = 0
    for (const place of places) {
      if (this.#skippedTo.has(place.baseOffset)) next = place.baseOffset
      assert.equal(
        place.baseOffset,
        next,
        `${this.name}: no batch stands between ${next} and ${place.baseOffset}`,
      )
      next = endOf(place)
      epochs.assign(place.leaderEpoch, place.baseOffset)
      producers.observe(place.sent.bytes, 0, place.baseOffset, Infinity)
    }
    assert.equal(log.logEndOffset, Math.max(next, log.logStartOffset), `${this.name}: log end`)
    epochs.truncateFromStart(log.logStartOffset)
    const below = (entries: LeaderEpochs): unknown => entries.before(log.logEndOffset).entries
    assert.deepEqual(below(log.epochs), below(epochs), `${this.name}: leader epochs`)
    if (this.#historyLost) return
    producers.transactions.forgetBefore(log.logStartOffset)
    const matters = (aborted: AbortedTransaction): boolean => !this.compacted || isSeen(places, seen, aborted)
    assert.deepEqual(
      described(log.producers, matters),
      described(producers, matters),
      `${this.name}: producer state`,
    )
    this.#checkTransactions(log, places, matters)
  }

  /** What readers of committed records are told must be what the batches and markers say, counted here without the log's own means. */
  #checkTransactions(
    log: PartitionLog,
    places: readonly PlacedBatch[],
    matters: (aborted: AbortedTransaction) => boolean,
  ): void {
    const open = new Map<number, number>()
    const aborted: AbortedTransaction[] = []
    for (const { sent, baseOffset } of places) {
      const { producerId } = sent
      if (header.isControl(sent.bytes, 0)) {
        const first = open.get(producerId)
        if (first !== undefined && readMarker(sent.bytes, 0)?.outcome === 'abort')
          aborted.push({ producerId, firstOffset: first, lastOffset: baseOffset, lastStableOffset: -1 })
        open.delete(producerId)
      } else if (header.isTransactional(sent.bytes, 0) && !open.has(producerId))
        open.set(producerId, baseOffset)
    }
    const stable = Math.min(log.highWatermark, ...open.values())
    assert.equal(
      log.lastStableOffset,
      Math.max(stable, log.logStartOffset),
      `${this.name}: last stable offset`,
    )
    const told = log
      .abortedTransactions(log.logStartOffset, log.lastStableOffset)
      .filter(matters)
      .map((transaction) => ({ ...transaction, lastStableOffset: -1 }))
    const expected = aborted
      .filter(matters)
      .filter(
        ({ firstOffset, lastOffset }) =>
          firstOffset < log.lastStableOffset && lastOffset >= log.logStartOffset,
      )
    assert.deepEqual(told, expected, `${this.name}: aborted transactions`)
  }
}

const parsed = new WeakMap<SentBatch, readonly LogRecord[]>()

function recordsOf(sent: SentBatch): readonly LogRecord[] {
  const records = parsed.get(sent) ?? [...readRecords(sent.bytes, 0, 1 << 20)]
  parsed.set(sent, records)
  return records
}

function endOf(place: PlacedBatch): number {
  return place.baseOffset + place.sent.records
}

/** Compaction may forget an aborted transaction once none of its records is left. */
function isSeen(
  places: readonly PlacedBatch[],
  seen: ReadonlySet<number>,
  { producerId, firstOffset, lastOffset }: AbortedTransaction,
): boolean {
  return places.some(
    ({ sent, baseOffset }) =>
      sent.producerId === producerId &&
      baseOffset >= firstOffset &&
      baseOffset < lastOffset &&
      Array.from({ length: sent.records }, (_, index) => baseOffset + index).some((offset) =>
        seen.has(offset),
      ),
  )
}

function described(state: ProducerState, matters: (aborted: AbortedTransaction) => boolean): unknown {
  const { state: copy } = ProducerState.decode(state.encode(Infinity), 0)
  return {
    entries: [...copy.entries].sort((a, b) => a.producerId - b.producerId),
    aborted: copy.transactions.abortedBefore(Infinity).filter(matters),
  }
}

/** The id that `testBatch` wrote into the key of the first record; that of a marker, which has none. */
export function batchId(batch: Buffer): number {
  if (header.isControl(batch, 0)) return markerId(header.producerId(batch, 0), header.producerEpoch(batch, 0))
  const text = batch.toString('latin1', header.HEADER_SIZE, Math.min(batch.length, header.HEADER_SIZE + 40))
  const match = /(\d+)\/0/.exec(text)
  return match === null ? -1 : Number(match[1])
}
