import type { Timer } from '../env/scheduler.ts'
import { KafkaError } from '../protocol/errors.ts'
import type { ClusterClient } from './cluster-client.ts'
import { partitionForKey, StickyPartitioner } from './partitioner.ts'
import { ProducerBatch, sizeOf, type ProducerRecord, type RecordPlace } from './producer-batch.ts'
import { defaultProducerOptions, type ProducerOptions } from './producer-options.ts'
import { ProducerSender } from './producer-sender.ts'

/**
 * Writes records: they gather into one batch for each partition, and the batches of one broker travel together. The order of the
 * records of a partition is kept, also over retries.
 */
export class Producer implements AsyncDisposable {
  readonly #client: ClusterClient
  readonly #options: ProducerOptions
  readonly #sender: ProducerSender
  readonly #sticky: StickyPartitioner
  /** The open batch of each partition, by partition and topic. */
  readonly #open = new Map<string, ProducerBatch>()
  #linger: Timer | null = null

  constructor(client: ClusterClient, options: Partial<ProducerOptions> = {}) {
    this.#client = client
    const acks = options.acks ?? defaultProducerOptions.acks
    this.#options = { ...defaultProducerOptions, idempotent: acks === -1, ...options }
    if (this.#options.idempotent && acks !== -1) throw new RangeError('an idempotent producer needs acks -1')
    this.#sender = new ProducerSender(client, this.#options)
    this.#sticky = new StickyPartitioner(client.env.random)
  }

  /** Bytes that wait or are under way. */
  get bufferedBytes(): number {
    return this.#sender.bufferedBytes
  }

  /**
   * Queues the record. The outer promise resolves when there is room for the next one (backpressure), the inner one when
   * this record is acknowledged; it rejects with the error of its partition.
   */
  async enqueue(record: ProducerRecord): Promise<{ readonly acknowledged: Promise<RecordPlace> }> {
    const { partitions } = await this.#client.topic(record.topic)
    const size = sizeOf(record)
    const partition = this.#partitionFor(record, partitions.length, size)
    if (partitions[partition] === undefined) {
      const range = `it has partitions 0 to ${partitions.length - 1}`
      const message = `topic "${record.topic}" has no partition ${partition}; ${range}`
      throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', message)
    }
    const acknowledged = this.#append(record, partition, size)
    // Whoever does not look at the inner promise learns of failures from `flush`.
    acknowledged.catch(() => undefined)
    await this.#sender.room()
    return { acknowledged }
  }

  /** Queues the record and waits until it is acknowledged. */
  async send(record: ProducerRecord): Promise<RecordPlace> {
    return (await this.enqueue(record)).acknowledged
  }

  /** Sends everything now and waits until all of it is settled. Throws the first error since the last flush. */
  async flush(): Promise<void> {
    this.#closeAll()
    await this.#sender.idle()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#linger?.cancel()
    this.#closeAll()
    await this.#sender.settle()
  }

  #partitionFor(record: ProducerRecord, partitions: number, size: number): number {
    if (record.partition !== undefined) return record.partition
    if (record.key !== null) return partitionForKey(record.key, partitions)
    const current = this.#sticky.partitionFor(record.topic, partitions)
    const batch = this.#open.get(keyOf(record.topic, current))
    if (batch === undefined || batch.bytes + size <= this.#options.batchBytes) return current
    this.#close(batch)
    return this.#sticky.partitionFor(record.topic, partitions)
  }

  #append(record: ProducerRecord, partition: number, size: number): Promise<RecordPlace> {
    const { clock, scheduler } = this.#client.env
    let batch = this.#open.get(keyOf(record.topic, partition))
    if (batch !== undefined && batch.bytes + size > this.#options.batchBytes) {
      this.#close(batch)
      batch = undefined
    }
    if (batch === undefined) {
      batch = new ProducerBatch(record.topic, partition, clock.monotonic())
      this.#open.set(keyOf(record.topic, partition), batch)
    }
    const acknowledged = batch.add(record, record.timestamp ?? clock.now(), size)
    this.#sender.buffered(size)
    if (batch.bytes >= this.#options.batchBytes) this.#close(batch)
    else this.#linger ??= scheduler.after(this.#options.lingerMs, () => this.#closeAll())
    return acknowledged
  }

  #close(batch: ProducerBatch): void {
    batch.closed = true
    this.#open.delete(keyOf(batch.topic, batch.partition))
    this.#sticky.batchClosed(batch.topic, batch.partition)
    this.#sender.enqueue(batch)
  }

  #closeAll(): void {
    this.#linger?.cancel()
    this.#linger = null
    for (const batch of this.#open.values()) this.#close(batch)
  }
}

function keyOf(topic: string, partition: number): string {
  return `${partition} ${topic}`
}
