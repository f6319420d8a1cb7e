/**
 * TxnOffsetCommit 0-6 (KIP-98, 447, 890, 1319): offsets that count once the transaction is committed. 3 names the member, 5 makes the
 * group part of the transaction by itself, 6 has topics by id. Topics and partitions that do not exist get an error of their own.
 */
import { type ErrorName, errorCode, KafkaError } from '../../protocol/errors.ts'
import type {
  TxnOffsetCommitRequest,
  TxnOffsetCommitResponse,
} from '../../protocol/messages/28-txn-offset-commit.ts'
import type { Broker } from '../broker.ts'
import { groupRequest } from '../group-request.ts'
import { defineHandler, type RequestContext } from '../handler.ts'
import { OFFSETS_TOPIC } from '../topic-admin.ts'
import type { TopicEntry } from '../topic-table.ts'
import { admissionError, admit, type TransactionSupport } from '../transaction-admission.ts'

type Topic = TxnOffsetCommitRequest['topics'][number]

const firstWithImplicitAdd = 5
const firstWithAbortableError = 4
const firstWithLoadError = 2
const firstWithTopicIds = 6

export const txnOffsetCommitHandler = defineHandler<'TxnOffsetCommit'>({
  api: 'TxnOffsetCommit',
  async handle(request, context) {
    const known = request.topics.flatMap((topic) => {
      const entry = find(topic, context)
      const partitions = topic.partitions.filter(
        ({ partitionIndex }) => entry?.logs[partitionIndex] !== undefined,
      )
      return entry === undefined || partitions.length === 0
        ? []
        : [{ name: entry.name, topicId: entry.topicId, partitions }]
    })
    const committed = known.length === 0 ? [] : (await commit({ ...request, topics: known }, context)).topics
    const codes = new Map(
      committed.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, errorCode }) => [`${name}:${partitionIndex}`, errorCode] as const),
      ),
    )
    return response(request.topics, (topic, partition) => {
      const entry = find(topic, context)
      if (entry === undefined && context.apiVersion >= firstWithTopicIds) return errorCode('UNKNOWN_TOPIC_ID')
      const code = codes.get(`${entry?.name}:${partition}`) ?? errorCode('UNKNOWN_TOPIC_OR_PARTITION')
      return clientCode(code, context.apiVersion)
    })
  },
  failed: (code, _message, { topics }) => response(topics, () => code),
})

async function commit(
  request: TxnOffsetCommitRequest,
  context: RequestContext,
): Promise<TxnOffsetCommitResponse> {
  try {
    const guard = await guardOf(request, context)
    const { producerId, producerEpoch } = request
    const producer = { producerId, producerEpoch, guard }
    return await context.broker.groups.commitTransactionalOffsets(request, producer, groupRequest(context))
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return response(request.topics, () => error.code)
  }
}

/** The group's partition must be part of the transaction, as any other partition that it writes to. */
async function guardOf(
  { transactionalId, groupId, producerId, producerEpoch }: TxnOffsetCommitRequest,
  { broker, apiVersion }: RequestContext,
): Promise<object | null> {
  await broker.topicAdmin.ensureOffsetsTopic()
  const log = broker.topics.partition(OFFSETS_TOPIC, broker.groups.partitionFor(groupId))
  const support = supportOf(apiVersion)
  const batch = { producerId, producerEpoch, baseSequence: -1 }
  const guard = log.startVerification(batch, support === 'add', broker.env.clock.now())
  if (guard === null) return null
  const writer = { transactionalId, producerId, producerEpoch }
  const error: ErrorName = (await admit(broker, writer, [{ log, guard }], support)).get(log) ?? 'NONE'
  if (error !== 'NONE') throw admissionError(error, writer, log)
  return guard
}

function supportOf(apiVersion: number): TransactionSupport {
  if (apiVersion >= firstWithImplicitAdd) return 'add'
  return apiVersion >= firstWithAbortableError ? 'verify-abortable' : 'verify'
}

/** Producers before version 2 take the group that is being loaded for a failure that they can not survive (KAFKA-7296). */
function clientCode(code: number, apiVersion: number): number {
  const loading = code === errorCode('COORDINATOR_LOAD_IN_PROGRESS')
  return loading && apiVersion < firstWithLoadError ? errorCode('COORDINATOR_NOT_AVAILABLE') : code
}

function find(
  { name, topicId }: Topic,
  { broker, apiVersion }: { broker: Broker; apiVersion: number },
): TopicEntry | undefined {
  return apiVersion >= firstWithTopicIds ? broker.topics.withId(topicId) : broker.topics.named(name)
}

function response(
  topics: readonly Topic[],
  codeOf: (topic: Topic, partition: number) => number,
): TxnOffsetCommitResponse {
  return {
    throttleTimeMs: 0,
    topics: topics.map((topic) => ({
      name: topic.name,
      topicId: topic.topicId,
      partitions: topic.partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: codeOf(topic, partitionIndex),
      })),
    })),
  }
}
