import { buildBatch } from '../records/build-batch.ts'
import type { CompressionType } from '../records/compression/codec.ts'
import type { RecordHeader, RecordInput } from '../records/record.ts'
import type { ProducerIdentity } from './producer-identity.ts'

/** One record to be sent. Its buffers must not change until it is acknowledged. */
export interface ProducerRecord {
  readonly topic: string
  /** Without it the key decides, and without a key the producer. */
  readonly partition?: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: readonly RecordHeader[]
  /** Milliseconds since the epoch; now, when left out. */
  readonly timestamp?: number
}

/** Where an acknowledged record is. */
export interface RecordPlace {
  readonly topic: string
  readonly partition: number
  /** -1 when the broker did not say: with acks=0, and for a duplicate that it recognised too late to tell. */
  readonly offset: number
  /** What the record has in the log: the producer's time, or the broker's with LogAppendTime. */
  readonly timestamp: number
}

interface Waiter {
  readonly resolve: (place: RecordPlace) => void
  readonly reject: (error: Error) => void
}

/** Upper bound of what a record adds to a batch beside its key, value and headers. */
const RECORD_OVERHEAD = 32

export function sizeOf(record: ProducerRecord): number {
  let size = RECORD_OVERHEAD + (record.key?.length ?? 0) + (record.value?.length ?? 0)
  for (const header of record.headers ?? []) size += 10 + header.key.length * 3 + (header.value?.length ?? 0)
  return size
}

/** Records of one partition that are sent, acknowledged and repeated together. */
export class ProducerBatch {
  readonly topic: string
  readonly partition: number
  readonly createdMs: number
  readonly #records: RecordInput[] = []
  readonly #waiters: Waiter[] = []
  /** Built once: a repetition must be the same bytes, or the broker could not see that it is one. */
  #built: Buffer | null = null
  /** Bytes before compression, roughly. */
  bytes = 0
  /** Nothing is added any more. */
  closed = false
  attempts = 0
  /** Monotonic time before which it is not sent again. */
  notBeforeMs = 0
  /** Who sends it, when the producer is idempotent; fixed with the bytes. */
  identity: ProducerIdentity | null = null

  constructor(topic: string, partition: number, createdMs: number) {
    this.topic = topic
    this.partition = partition
    this.createdMs = createdMs
  }

  get count(): number {
    return this.#records.length
  }

  add(record: ProducerRecord, timestamp: number, size: number): Promise<RecordPlace> {
    this.#records.push({ timestamp, key: record.key, value: record.value, headers: record.headers ?? [] })
    this.bytes += size
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject })
    })
  }

  /** The batch's bytes, made at the first call. */
  build(compression: CompressionType, level: number | undefined, identity: ProducerIdentity | null): Buffer {
    if (this.#built !== null) return this.#built
    this.closed = true
    this.identity = identity
    const options = {
      compression,
      ...(level === undefined ? {} : { compressionLevel: level }),
      ...(identity === null
        ? {}
        : {
            producerId: identity.producerId,
            producerEpoch: identity.producerEpoch,
            baseSequence: identity.takeSequences(this.topic, this.partition, this.count),
          }),
    }
    this.#built = buildBatch(options, this.#records)
    return this.#built
  }

  /** `logAppendTime` is -1 where the records keep their own timestamps. */
  acknowledged(baseOffset: number, logAppendTime: number): void {
    for (const [index, waiter] of this.#waiters.entries()) {
      const own = this.#records[index]?.timestamp ?? -1
      waiter.resolve({
        topic: this.topic,
        partition: this.partition,
        offset: baseOffset < 0 ? -1 : baseOffset + index,
        timestamp: logAppendTime < 0 ? own : logAppendTime,
      })
    }
  }

  failed(error: Error): void {
    for (const waiter of this.#waiters) waiter.reject(error)
  }
}
