import { RecordsRefusedError } from '../../records/validate-batch.ts'
import { errorCode, KafkaError } from '../../protocol/errors.ts'
import type { RequestOf, ResponseInputOf } from '../../protocol/api-keys.ts'
import { appendBatch, checkedBatch } from '../append-records.ts'
import { type Admission, admission, guardFor } from '../transactional-produce.ts'
import { type Answer, answeredLater, defineHandler, type RequestContext } from '../handler.ts'
import type { TopicEntry } from '../topic-table.ts'

type PartitionAnswer = ResponseInputOf<'Produce'>['responses'][number]['partitionResponses'][number]
type TopicRequest = RequestOf<'Produce'>['topicData'][number]

/**
 * Produce 3-13 (KIP-98, 467, 516, 890, 951). 0 to 2 are advertised and refused, as in Kafka (KAFKA-18659).
 *
 * acks=1 and acks=all are the same thing on one node: the answer is sent when the records are as durable as `wal.sync` asks for.
 * acks=0 is answered with nothing; when it fails, the connection is closed, as Kafka does. Appends happen in the order of the
 * requests, before the next request of the connection is looked at.
 *
 * The first batch of a transaction in a partition waits for its coordinator, and with it what comes next on the connection. From
 * version 12 on that adds the partition to the transaction (KIP-890).
 */
export const produceHandler = defineHandler({
  api: 'Produce',
  pipelined: true,
  handle(
    request,
    context,
  ): Answer<'Produce'> | typeof answeredLater | Promise<Answer<'Produce'> | typeof answeredLater> {
    const { acks } = request
    if (acks !== -1 && acks !== 0 && acks !== 1) {
      return refuseAll(request, errorCode('INVALID_REQUIRED_ACKS'), `acks must be -1, 0 or 1, not ${acks}`)
    }
    const admitted = admission(request, context, (topic) => findTopic(topic, context))
    if (!(admitted instanceof Promise)) return append(request, context, admitted)
    const kept = withOwnRecords(request)
    return admitted.then((known) => append(kept, context, known))
  },
  failed: (code, message, request) => refuseAll(request, code, message),
})

/** The records of a request are views of a buffer that is read into again when its handler has returned. */
function withOwnRecords(request: RequestOf<'Produce'>): RequestOf<'Produce'> {
  return {
    ...request,
    topicData: request.topicData.map((topic) => ({
      ...topic,
      partitionData: topic.partitionData.map((partition) => ({
        ...partition,
        records: partition.records === null ? null : Buffer.from(partition.records),
      })),
    })),
  }
}

function append(
  request: RequestOf<'Produce'>,
  context: RequestContext,
  admitted: Admission,
): Answer<'Produce'> | typeof answeredLater {
  let appended = false
  let failed = false
  const responses: ResponseInputOf<'Produce'>['responses'][number][] = []
  for (const topic of request.topicData) {
    const entry = findTopic(topic, context)
    const partitionResponses: PartitionAnswer[] = []
    for (const { index, records } of topic.partitionData) {
      const answer = appendRecords(entry, topic, index, records, context, admitted)
      if (answer.errorCode === 0) appended = true
      else failed = true
      partitionResponses.push(answer)
    }
    responses.push({ name: topic.name, topicId: topic.topicId, partitionResponses })
  }
  if (request.acks === 0) {
    if (failed) context.closeConnection('a Produce with acks=0 failed')
    return null
  }
  const response: Answer<'Produce'> = { responses }
  if (!appended) return response
  context.broker.logs.committer.afterCommit(() => context.answer(response))
  return answeredLater
}

function findTopic(topic: TopicRequest, context: RequestContext): TopicEntry | undefined {
  const { topics } = context.broker
  return context.apiVersion >= 13 ? topics.withId(topic.topicId) : topics.named(topic.name)
}

function appendRecords(
  entry: TopicEntry | undefined,
  topic: TopicRequest,
  index: number,
  records: Buffer | null,
  context: RequestContext,
  admitted: Admission,
): PartitionAnswer {
  const log = entry?.logs[index]
  if (entry === undefined || log === undefined) return unknownPartition(entry, topic, index, context)
  const { broker } = context
  try {
    if (entry.internal && context.clientId !== adminClientId) {
      throw new KafkaError(
        'INVALID_TOPIC_EXCEPTION',
        `records can not be produced to the internal topic "${entry.name}"`,
      )
    }
    const now = broker.env.clock.now()
    const batch = checkedBatch(entry, records ?? noRecords, now, context.apiVersion)
    const guard = admitted.size === 0 ? null : guardFor(log, admitted)
    const { baseOffset, logAppendTimeMs, logStartOffset } = appendBatch(
      broker,
      entry,
      index,
      batch,
      now,
      guard,
    )
    return { index, errorCode: 0, baseOffset, logAppendTimeMs, logStartOffset }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    broker.brokerMetrics.rejectedBatch(entry.name, error.code)
    return refused(index, error, context)
  }
}

/** The one client id that Kafka lets write to internal topics. */
const adminClientId = '__admin_client'

const noRecords = Buffer.alloc(0)

function unknownPartition(
  entry: TopicEntry | undefined,
  topic: TopicRequest,
  index: number,
  context: RequestContext,
): PartitionAnswer {
  const byId = entry === undefined && context.apiVersion >= 13
  const error = byId
    ? new KafkaError('UNKNOWN_TOPIC_ID', `no topic has the id ${topic.topicId}`)
    : new KafkaError(
        'UNKNOWN_TOPIC_OR_PARTITION',
        `there is no partition ${index} of a topic "${topic.name}"`,
      )
  return refused(index, error, context)
}

function refused(index: number, error: KafkaError, context: RequestContext): PartitionAnswer {
  context.broker.brokerMetrics.error('Produce', error.code)
  return {
    index,
    errorCode: error.code,
    baseOffset: -1,
    recordErrors: error instanceof RecordsRefusedError ? [...error.recordErrors] : [],
    errorMessage: error.message,
  }
}

function refuseAll(request: RequestOf<'Produce'>, code: number, message: string): Answer<'Produce'> {
  if (request.acks === 0) return null
  return {
    responses: request.topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index }) => ({
        index,
        errorCode: code,
        baseOffset: -1,
        recordErrors: [],
        errorMessage: message,
      })),
    })),
  }
}
