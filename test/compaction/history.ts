import { buildBatch } from '../../src/records/build-batch.ts'
import { transactionMarker } from '../../src/records/control-record.ts'
import type { CompressionType } from '../../src/records/compression/codec.ts'
import type { RecordInput } from '../../src/records/record.ts'

/** One segment as a broker would have written it. */
export interface MadeSegment {
  readonly baseOffset: number
  readonly bytes: Buffer
}

interface Producer {
  readonly id: number
  epoch: number
  sequence: number
  /** Batches of its open transaction; null when it has none. */
  open: number | null
}

const codecs: readonly CompressionType[] = ['none', 'none', 'none', 'gzip', 'snappy', 'lz4', 'zstd']

/**
 * Everything that a compacted topic may have in it, drawn from a seed: few keys, tombstones, headers, all codecs, idempotent and
 * transactional producers, markers of both kinds, append times, records without a key.
 */
export class History {
  readonly #random: () => number
  readonly #nowMs: number
  readonly #keys: number
  readonly #producers: Producer[]
  #next = 0

  constructor(seed: number, nowMs: number, keys: number) {
    this.#random = mulberry32(seed)
    this.#nowMs = nowMs
    this.#keys = keys
    this.#producers = Array.from({ length: 6 }, (_, i) => ({
      id: 5000 + i,
      epoch: 0,
      sequence: 0,
      open: null,
    }))
  }

  /** All open transactions end, so that the whole of the log is stable. */
  endTransactions(): MadeSegment {
    const baseOffset = this.#next
    const markers = this.#producers
      .filter(({ open }) => open !== null)
      .map((producer) => this.#marker(producer))
    return { baseOffset, bytes: Buffer.concat([...markers, this.#records(null)]) }
  }

  segment(batches: number): MadeSegment {
    const baseOffset = this.#next
    const made: Buffer[] = []
    for (let i = 0; i < batches; i++) made.push(this.#batch())
    return { baseOffset, bytes: Buffer.concat(made) }
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  #batch(): Buffer {
    const draw = this.#below(10)
    if (draw < 4) return this.#records(null)
    const producer = this.#producers[this.#below(this.#producers.length)] as Producer
    if (producer.id % 2 === 0) return this.#records(producer)
    if (producer.open !== null && this.#below(4) === 0) return this.#marker(producer)
    producer.open ??= this.#next
    return this.#records(producer)
  }

  #marker(producer: Producer): Buffer {
    producer.open = null
    const outcome = this.#below(2) === 0 ? 'commit' : 'abort'
    const batch = transactionMarker(outcome, {
      producerId: producer.id,
      producerEpoch: producer.epoch,
      coordinatorEpoch: 1,
      timestamp: this.#time(),
      baseOffset: this.#next,
      partitionLeaderEpoch: 0,
    })
    this.#next += 1
    return batch
  }

  #time(): number {
    return this.#nowMs - 60_000 + this.#below(50_000)
  }

  #records(producer: Producer | null): Buffer {
    const count = 1 + this.#below(6)
    const records: RecordInput[] = []
    for (let i = 0; i < count; i++) records.push(this.#record())
    const baseOffset = this.#next
    this.#next += count
    const idempotent =
      producer === null
        ? {}
        : {
            producerId: producer.id,
            producerEpoch: producer.epoch,
            baseSequence: producer.sequence,
            transactional: producer.open !== null,
          }
    if (producer !== null) producer.sequence += count
    return buildBatch(
      {
        baseOffset,
        partitionLeaderEpoch: 0,
        compression: codecs[this.#below(codecs.length)] ?? 'none',
        ...(this.#below(12) === 0 ? { logAppendTime: this.#time() } : {}),
        ...idempotent,
      },
      records,
    )
  }

  #record(): RecordInput {
    const draw = this.#below(100)
    const key =
      draw === 0 ? null : Buffer.from(`key ${this.#below(this.#keys)}${'x'.repeat(this.#below(3) * 9)}`)
    const value = draw < 15 ? null : Buffer.from(`value ${this.#next} ${'v'.repeat(this.#below(60))}`)
    const headers =
      draw > 90
        ? [
            { key: 'häder', value: Buffer.from('h') },
            { key: '', value: null },
          ]
        : []
    return { timestamp: this.#time(), key, value, headers }
  }
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
