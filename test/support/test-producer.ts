import { addOffsetsToTxnHandler } from '../../src/broker/handlers/25-add-offsets-to-txn.ts'
import { addPartitionsToTxnHandler } from '../../src/broker/handlers/24-add-partitions-to-txn.ts'
import { endTxnHandler } from '../../src/broker/handlers/26-end-txn.ts'
import { fetchHandler } from '../../src/broker/handlers/01-fetch.ts'
import { findCoordinatorHandler } from '../../src/broker/handlers/10-find-coordinator.ts'
import { initProducerIdHandler } from '../../src/broker/handlers/22-init-producer-id.ts'
import { produceHandler } from '../../src/broker/handlers/00-produce.ts'
import { txnOffsetCommitHandler } from '../../src/broker/handlers/28-txn-offset-commit.ts'
import { errorNameOf } from '../../src/protocol/errors.ts'
import { batchPositions } from '../../src/records/batch-iterator.ts'
import { buildBatch } from '../../src/records/build-batch.ts'
import { readMarker } from '../../src/records/control-record.ts'
import { readRecords } from '../../src/records/read-records.ts'
import * as header from '../../src/records/record-batch.ts'
import type { TestBroker } from './test-broker.ts'

/** Which versions of the APIs a producer speaks: before and since transaction.version 2 (KIP-890). */
export type Protocol = 1 | 2

/** A transactional producer that does one step of the protocol at a time. Answers are the names of error codes. */
export class TestProducer {
  readonly #server: TestBroker
  readonly protocol: Protocol
  readonly transactionalId: string
  producerId = -1
  epoch = -1
  readonly #sequences = new Map<string, number>()

  constructor(server: TestBroker, transactionalId: string, protocol: Protocol = 2) {
    this.#server = server
    this.transactionalId = transactionalId
    this.protocol = protocol
  }

  async init(fields: { transactionTimeoutMs?: number; resume?: boolean } = {}): Promise<string> {
    await this.#server.call(findCoordinatorHandler, 4, {
      keyType: 1,
      coordinatorKeys: [this.transactionalId],
    })
    const { transactionTimeoutMs = 60_000, resume = false } = fields
    for (;;) {
      const answer = await this.#server.call(initProducerIdHandler, 5, {
        transactionalId: this.transactionalId,
        transactionTimeoutMs,
        ...(resume ? { producerId: this.producerId, producerEpoch: this.epoch } : {}),
      })
      const error = errorNameOf(answer.errorCode)
      if (error === 'CONCURRENT_TRANSACTIONS' || error === 'COORDINATOR_LOAD_IN_PROGRESS') {
        await new Promise((resolve) => setImmediate(resolve))
        continue
      }
      if (error === 'NONE') this.become(answer.producerId, answer.producerEpoch)
      return error
    }
  }

  become(producerId: number, epoch: number): void {
    if (producerId !== this.producerId || epoch !== this.epoch) this.#sequences.clear()
    this.producerId = producerId
    this.epoch = epoch
  }

  async add(topic: string, ...partitions: number[]): Promise<string> {
    const answer = await this.#server.call(addPartitionsToTxnHandler, 3, {
      v3AndBelowTransactionalId: this.transactionalId,
      v3AndBelowProducerId: this.producerId,
      v3AndBelowProducerEpoch: this.epoch,
      v3AndBelowTopics: [{ name: topic, partitions }],
    })
    const [first] = answer.resultsByTopicV3AndBelow[0]?.resultsByPartition ?? []
    return errorNameOf(first?.partitionErrorCode ?? -1)
  }

  /** Sends records to a partition, which an old producer must have added. */
  async send(topic: string, partition: number, ...values: string[]): Promise<string> {
    const key = `${topic}-${partition}`
    const baseSequence = this.#sequences.get(key) ?? 0
    const { producerId, epoch: producerEpoch } = this
    const records = buildBatch(
      { producerId, producerEpoch, baseSequence, transactional: true },
      values.map((value) => ({ timestamp: 1_000, key: null, value: Buffer.from(value) })),
    )
    const answer = await this.#server.call(produceHandler, this.protocol === 2 ? 12 : 11, {
      transactionalId: this.transactionalId,
      acks: -1,
      timeoutMs: 1_000,
      topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
    })
    const error = errorNameOf(answer.responses[0]?.partitionResponses[0]?.errorCode ?? -1)
    if (error === 'NONE') this.#sequences.set(key, baseSequence + values.length)
    return error
  }

  /** Adds, if need be, and sends. */
  async write(topic: string, partition: number, ...values: string[]): Promise<string> {
    if (this.protocol === 1) {
      const error = await this.add(topic, partition)
      if (error !== 'NONE') return error
    }
    return await this.send(topic, partition, ...values)
  }

  async commitOffset(
    groupId: string,
    topic: string,
    partition: number,
    committedOffset: number,
  ): Promise<string> {
    const { transactionalId, producerId, epoch: producerEpoch } = this
    if (this.protocol === 1) {
      const fields = { transactionalId, producerId, producerEpoch, groupId }
      const added = await this.#server.call(addOffsetsToTxnHandler, 3, fields)
      if (added.errorCode !== 0) return errorNameOf(added.errorCode)
    }
    const answer = await this.#server.call(txnOffsetCommitHandler, this.protocol === 2 ? 5 : 3, {
      transactionalId,
      groupId,
      producerId,
      producerEpoch,
      topics: [
        { name: topic, partitions: [{ partitionIndex: partition, committedOffset, committedMetadata: '' }] },
      ],
    })
    return errorNameOf(answer.topics[0]?.partitions[0]?.errorCode ?? -1)
  }

  async end(committed: boolean): Promise<string> {
    const { transactionalId, producerId, epoch: producerEpoch } = this
    const fields = { transactionalId, producerId, producerEpoch, committed }
    const answer = await this.#server.call(endTxnHandler, this.protocol === 2 ? 5 : 4, fields)
    if (answer.errorCode === 0 && this.protocol === 2) this.become(answer.producerId, answer.producerEpoch)
    return errorNameOf(answer.errorCode)
  }
}

/** What a consumer reads: values in order, and markers as `[commit]` or `[abort]` when nothing is hidden. */
export async function readAll(
  server: TestBroker,
  topic: string,
  partition: number,
  committedOnly: boolean,
): Promise<string[]> {
  const seen: string[] = []
  for (let fetchOffset = 0; ;) {
    const answer = await server.call(fetchHandler, 12, {
      maxWaitMs: 0,
      minBytes: 1,
      maxBytes: 1 << 20,
      isolationLevel: committedOnly ? 1 : 0,
      topics: [{ topic, partitions: [{ partition, fetchOffset, partitionMaxBytes: 1 << 20 }] }],
    })
    const [found] = answer.responses[0]?.partitions ?? []
    const records = found?.records ?? Buffer.alloc(0)
    if (records.length === 0) return seen
    const aborted = [...(found?.abortedTransactions ?? [])].sort((a, b) => a.firstOffset - b.firstOffset)
    const hidden = new Set<number>()
    for (const at of batchPositions(records)) {
      fetchOffset = header.lastOffset(records, at) + 1
      const producerId = header.producerId(records, at)
      while (aborted[0] !== undefined && aborted[0].firstOffset < fetchOffset)
        hidden.add(aborted.shift()?.producerId ?? -1)
      if (header.isControl(records, at)) {
        const outcome = readMarker(records, at)?.outcome
        if (outcome === 'abort') hidden.delete(producerId)
        if (!committedOnly) seen.push(`[${outcome}]`)
      } else if (!header.isTransactional(records, at) || !hidden.has(producerId)) {
        for (const { value } of readRecords(records, at, 1 << 20)) seen.push(String(value))
      }
    }
  }
}
