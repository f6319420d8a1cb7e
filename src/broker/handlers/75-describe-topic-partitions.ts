/**
 * DescribeTopicPartitions 0 (KIP-966): topics in the order of their names, cut into pages of at most
 * `responsePartitionLimit` partitions, at most 2000. The next page begins at the cursor.
 */
import { checkTopicName } from '../../metadata/topic-name.ts'
import { errorCode, KafkaError } from '../../protocol/errors.ts'
import type { TopicImage } from '../../metadata/image.ts'
import type {
  DescribeTopicPartitionsRequest,
  DescribeTopicPartitionsResponse,
} from '../../protocol/messages/75-describe-topic-partitions.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { apiErrorOf } from '../api-error.ts'
import { OPERATIONS_OMITTED, TOPIC_OPERATIONS } from '../authorized-operations.ts'
import type { Broker } from '../broker.ts'
import { defineHandler } from '../handler.ts'
import type { TopicEntry } from '../topic-table.ts'

type Topic = DescribeTopicPartitionsResponse['topics'][number]
type Partition = Topic['partitions'][number]
type Cursor = NonNullable<DescribeTopicPartitionsResponse['nextCursor']>

/** Kafka's default of max.request.partition.size.limit. */
const MAX_PARTITIONS = 2000

export const describeTopicPartitionsHandler = defineHandler<'DescribeTopicPartitions'>({
  api: 'DescribeTopicPartitions',
  handle(request, { broker }) {
    const names = namesOf(broker, request)
    const topics: Topic[] = []
    let remaining = Math.max(Math.min(request.responsePartitionLimit, MAX_PARTITIONS), 1)
    let nextCursor: Cursor | null = null
    for (const name of names) {
      if (remaining === 0) {
        nextCursor = { topicName: name, partitionIndex: 0 }
        break
      }
      const first = request.cursor?.topicName === name ? request.cursor.partitionIndex : 0
      const topic = describe(broker, name, first, remaining)
      topics.push(topic)
      remaining -= topic.partitions.length
      const next = first + topic.partitions.length
      if (next < (broker.metadata.image.topicsByName.get(name)?.partitions.length ?? 0)) {
        nextCursor = { topicName: name, partitionIndex: next }
        break
      }
    }
    return { throttleTimeMs: 0, topics, nextCursor }
  },
  failed: (code, _message, { topics }) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name }) => failure(name, code, OPERATIONS_OMITTED)),
    nextCursor: null,
  }),
})

/** The names from the cursor on, in the order of their UTF-16 code units, which is that of Java. */
function namesOf(broker: Broker, { topics, cursor }: DescribeTopicPartitionsRequest): string[] {
  if (cursor !== null && cursor.partitionIndex < 0) {
    throw new KafkaError(
      'INVALID_REQUEST',
      `the cursor's partition must not be negative, but is ${cursor.partitionIndex}`,
    )
  }
  const all = topics.length === 0
  const wanted = all ? [...broker.topics.all] : topics
  const from = cursor?.topicName ?? ''
  const names = new Set(wanted.map(({ name }) => name).filter((name) => name >= from))
  if (cursor !== null && !all && !names.has(from)) {
    throw new KafkaError('INVALID_REQUEST', `the list of topics must contain the cursor's topic "${from}"`)
  }
  return [...names].sort()
}

function describe(broker: Broker, name: string, first: number, limit: number): Topic {
  const topic = broker.metadata.image.topicsByName.get(name)
  if (topic === undefined) return failure(name, missingCode(name), TOPIC_OPERATIONS)
  const entry = broker.topics.named(name)
  return {
    errorCode: errorCode('NONE'),
    name,
    topicId: topic.topicId,
    isInternal: topic.internal,
    partitions: topic.partitions
      .slice(first, first + limit)
      .map((partition, index) => describePartition(partition, first + index, entry)),
    topicAuthorizedOperations: TOPIC_OPERATIONS,
  }
}

function describePartition(
  partition: TopicImage['partitions'][number],
  partitionIndex: number,
  entry: TopicEntry | undefined,
): Partition {
  const { leader, leaderEpoch, replicas, isr, elr } = partition
  const offline = (entry?.logs[partitionIndex]?.offline ?? null) !== null
  return {
    errorCode: errorCode(leader < 0 || offline ? 'LEADER_NOT_AVAILABLE' : 'NONE'),
    partitionIndex,
    leaderId: offline ? -1 : leader,
    leaderEpoch,
    replicaNodes: replicas,
    isrNodes: isr,
    eligibleLeaderReplicas: elr,
    lastKnownElr: [],
    offlineReplicas: offline ? replicas : [],
  }
}

function missingCode(name: string): number {
  try {
    checkTopicName(name)
    return errorCode('UNKNOWN_TOPIC_OR_PARTITION')
  } catch (error) {
    return apiErrorOf(error).code
  }
}

function failure(name: string, code: number, topicAuthorizedOperations: number): Topic {
  return {
    errorCode: code,
    name,
    topicId: ZERO_UUID,
    isInternal: false,
    partitions: [],
    topicAuthorizedOperations,
  }
}
