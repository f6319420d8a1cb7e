/**
 * AddPartitionsToTxn 0-5 (KIP-98, 890). Up to 3 clients send it, for one transaction; from 4 on brokers, for many, of which some are to
 * be verified only. A partition that does not exist fails its whole transaction: the others are told OPERATION_NOT_ATTEMPTED.
 */
import type { TopicPartitions } from '../../coordinator/transaction/transaction.ts'
import { type ErrorName, errorCode } from '../../protocol/errors.ts'
import type {
  AddPartitionsToTxnRequest,
  AddPartitionsToTxnResponse,
} from '../../protocol/messages/24-add-partitions-to-txn.ts'
import type { Broker } from '../broker.ts'
import { fencedCode } from '../fenced-code.ts'
import { defineHandler } from '../handler.ts'

type Transaction = AddPartitionsToTxnRequest['transactions'][number]
type Topics = Transaction['topics']
type TopicResults = AddPartitionsToTxnResponse['resultsByTopicV3AndBelow']

export const addPartitionsToTxnHandler = defineHandler<'AddPartitionsToTxn'>({
  api: 'AddPartitionsToTxn',
  async handle(request, { broker, apiVersion }) {
    if (apiVersion < 4) {
      const results = await add(broker, transactionOf(request), apiVersion)
      return response(errorCode('NONE'), [], results)
    }
    const resultsByTransaction = await Promise.all(
      request.transactions.map(async (transaction) => ({
        transactionalId: transaction.transactionalId,
        topicResults: await add(broker, transaction, apiVersion),
      })),
    )
    return response(errorCode('NONE'), resultsByTransaction, [])
  },
  failed: (code, _message, request, { apiVersion }) =>
    response(code, [], apiVersion < 4 ? results(request.v3AndBelowTopics, () => code) : []),
})

function transactionOf(request: AddPartitionsToTxnRequest): Transaction {
  return {
    transactionalId: request.v3AndBelowTransactionalId,
    producerId: request.v3AndBelowProducerId,
    producerEpoch: request.v3AndBelowProducerEpoch,
    verifyOnly: false,
    topics: request.v3AndBelowTopics,
  }
}

async function add(broker: Broker, transaction: Transaction, apiVersion: number): Promise<TopicResults> {
  const { transactionalId, producerId, producerEpoch, verifyOnly, topics } = transaction
  const exists = (topic: string, partition: number): boolean =>
    broker.topics.named(topic)?.logs[partition] !== undefined
  if (!topics.every(({ name, partitions }) => partitions.every((partition) => exists(name, partition)))) {
    return results(topics, (topic, partition) =>
      errorCode(exists(topic, partition) ? 'OPERATION_NOT_ATTEMPTED' : 'UNKNOWN_TOPIC_OR_PARTITION'),
    )
  }
  const clientVersion = apiVersion >= 4 ? 2 : 0
  const wanted = { producerId, producerEpoch, partitions: partitionsOf(topics), clientVersion }
  if (!verifyOnly) {
    const error = await broker.transactions.addPartitions(transactionalId, wanted)
    return results(topics, () => fencedCode(errorCode(error), apiVersion >= 2))
  }
  const verified = await broker.transactions.verifyPartitions(transactionalId, wanted)
  const errors = new Map<string, ErrorName>(
    verified.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, error }) => [`${topic}:${partition}`, error] as const),
    ),
  )
  return results(topics, (topic, partition) => errorCode(errors.get(`${topic}:${partition}`) ?? 'NONE'))
}

function partitionsOf(topics: Topics): TopicPartitions {
  const partitions = new Map<string, Set<number>>()
  for (const { name, partitions: ids } of topics)
    partitions.set(name, (partitions.get(name) ?? new Set()).union(new Set(ids)))
  return partitions
}

function results(topics: Topics, codeOf: (topic: string, partition: number) => number): TopicResults {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({
      partitionIndex,
      partitionErrorCode: codeOf(name, partitionIndex),
    })),
  }))
}

function response(
  code: number,
  resultsByTransaction: AddPartitionsToTxnResponse['resultsByTransaction'],
  resultsByTopicV3AndBelow: TopicResults,
): AddPartitionsToTxnResponse {
  return { throttleTimeMs: 0, errorCode: code, resultsByTransaction, resultsByTopicV3AndBelow }
}
