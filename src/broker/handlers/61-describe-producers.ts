/**
 * DescribeProducers 0 (KIP-664): the idempotent producers that a partition remembers. There are no transactions, so none has a
 * coordinator or a start offset.
 */
import type { PartitionLog } from '../../log/partition-log.ts'
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
  return [...log.producers.entries].map(({ producerId, epoch, batches, lastTimestamp }) => ({
    producerId,
    producerEpoch: epoch,
    lastSequence: batches.at(-1)?.lastSequence ?? -1,
    lastTimestamp,
    coordinatorEpoch: -1,
    currentTxnStartOffset: -1,
  }))
}

function partition(index: number, { code, message }: ApiError, activeProducers: Producer[]): Partition {
  const errorMessage = code === errorCode('NONE') ? null : message
  return { partitionIndex: index, errorCode: code, errorMessage, activeProducers }
}
