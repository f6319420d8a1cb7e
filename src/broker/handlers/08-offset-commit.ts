/**
 * OffsetCommit 2-10. 6 has leader epochs (KIP-320), 7 static members (KIP-345), 9 member epochs (KIP-848), 10 topics by id.
 * Topics and partitions that do not exist get an error of their own; the rest of the request is committed.
 *
 * Divergence: results come in the order of the request.
 */
import { errorCode } from '../../protocol/errors.ts'
import type { OffsetCommitRequest, OffsetCommitResponse } from '../../protocol/messages/08-offset-commit.ts'
import { groupRequest } from '../group-request.ts'
import { defineHandler, type RequestContext } from '../handler.ts'
import type { TopicEntry } from '../topic-table.ts'

type Topic = OffsetCommitRequest['topics'][number]
type TopicResult = OffsetCommitResponse['topics'][number]

export const offsetCommitHandler = defineHandler<'OffsetCommit'>({
  api: 'OffsetCommit',
  async handle(request, context) {
    const known = request.topics.flatMap((topic) => {
      const entry = find(topic, context)
      const partitions = topic.partitions.filter(({ partitionIndex }) => exists(entry, partitionIndex))
      return entry === undefined || partitions.length === 0
        ? []
        : [{ name: entry.name, topicId: entry.topicId, partitions }]
    })
    const committed =
      known.length === 0
        ? []
        : (await context.broker.groups.commitOffsets({ ...request, topics: known }, groupRequest(context)))
            .topics
    const codes = new Map(
      committed.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, errorCode }) => [`${name}:${partitionIndex}`, errorCode] as const),
      ),
    )
    const byId = context.apiVersion >= 10
    const missing = errorCode('UNKNOWN_TOPIC_OR_PARTITION')
    return response(request.topics, (topic, partition) => {
      const entry = find(topic, context)
      if (entry === undefined && byId) return errorCode('UNKNOWN_TOPIC_ID')
      return codes.get(`${entry?.name}:${partition}`) ?? missing
    })
  },
  failed: (code, _message, { topics }) => response(topics, () => code),
})

function find({ name, topicId }: Topic, { broker, apiVersion }: RequestContext): TopicEntry | undefined {
  return apiVersion >= 10 ? broker.topics.withId(topicId) : broker.topics.named(name)
}

function exists(topic: TopicEntry | undefined, partition: number): boolean {
  return topic?.logs[partition] !== undefined
}

function response(
  topics: readonly Topic[],
  codeOf: (topic: Topic, partition: number) => number,
): OffsetCommitResponse {
  return {
    throttleTimeMs: 0,
    topics: topics.map((topic): TopicResult => ({
      name: topic.name,
      topicId: topic.topicId,
      partitions: topic.partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: codeOf(topic, partitionIndex),
      })),
    })),
  }
}
