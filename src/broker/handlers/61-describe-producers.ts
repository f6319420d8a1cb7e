/**
 * DescribeProducers 0 (KIP-664): the producers that a partition remembers, with the transaction that each has open there.
 */
import type { PartitionLog } from '../../log/partition-log.ts'
import { lastSequenceOf } from '../../log/producer-state.ts'
import { checkTopicName } from '../../metadata/topic-name.ts'
import { errorCode } from '../../protocol/errors.ts'
import type { DescribeProducersResponse } from '../../protocol/messages/61-describe-producers.ts'
import { apiErrorOf, NO_ERROR, type ApiError } from '../api-error.ts'
import type { Broker } from '../broker.ts'
import { defineHandler } from '../handler.ts'

type Partition = DescribeProducersResponse['topics'][number]['partitions'][number]
type Producer = Partition['activeProducers'][number]

export const describeProducersHandler = defineHandler<'DescribeProducers'>({
  api: 'DescribeProducers',
  handle: ({ topics }, { broker }) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((index) => describe(broker, name, index)),
    })),
  }),
  failed: (code, message, { topics }) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((index) => partition(index, { code, message }, [])),
    })),
  }),
})

function describe(broker: Broker, topic: string, index: number): Partition {
  try {
    checkTopicName(topic)
    const log = broker.topics.partition(topic, index)
    if (log.offline !== null) throw log.offline
    return partition(index, NO_ERROR, producersOf(log))
  } catch (error) {
    return partition(index, apiErrorOf(error), [])
  }
}

function producersOf(log: PartitionLog): Producer[] {
  return [...log.producers.entries].map((entry) => ({
    producerId: entry.producerId,
    producerEpoch: entry.epoch,
    lastSequence: lastSequenceOf(entry),
    lastTimestamp: entry.lastTimestamp,
    coordinatorEpoch: entry.coordinatorEpoch,
    currentTxnStartOffset: entry.transactionStart,
  }))
}

function partition(index: number, { code, message }: ApiError, activeProducers: Producer[]): Partition {
  const errorMessage = code === errorCode('NONE') ? null : message
  return { partitionIndex: index, errorCode: code, errorMessage, activeProducers }
}
