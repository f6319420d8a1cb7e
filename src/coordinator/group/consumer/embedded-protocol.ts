import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
} from '../../../protocol/consumer-protocol.ts'
import type { ConsumerProtocolSubscription } from '../../../protocol/consumer-protocol.ts'
import { KafkaError } from '../../../protocol/errors.ts'
import type { Assignment } from '../assignor/assignor.ts'
import type { TopicCatalog } from '../topic-catalog.ts'
import type { OwnedPartitions } from './partition-epochs.ts'

/** What members of the classic protocol tell each other, which a consumer group reads and writes for them. */

const VERSION_MAX = 3

/** Throws INCONSISTENT_GROUP_PROTOCOL when the bytes are none. */
export function subscriptionFrom(metadata: Buffer): ConsumerProtocolSubscription {
  try {
    return decodeSubscription(metadata)
  } catch (cause) {
    throw malformed('subscription', cause)
  }
}

/** Topics that do not exist are left out. Throws INCONSISTENT_GROUP_PROTOCOL when the bytes are none. */
export function assignmentFrom(
  bytes: Buffer,
  topics: TopicCatalog,
): { readonly assignment: Assignment; readonly userData: Buffer | null } {
  if (bytes.length === 0) return { assignment: new Map(), userData: null }
  try {
    const { assignedPartitions, userData } = decodeAssignment(bytes)
    const assignment = new Map<string, number[]>()
    for (const { topicId, partitions } of withTopicIds(assignedPartitions, topics))
      assignment.set(
        topicId,
        [...new Set([...(assignment.get(topicId) ?? []), ...partitions])].sort((a, b) => a - b),
      )
    return { assignment, userData }
  } catch (cause) {
    throw malformed('assignment', cause)
  }
}

/** The assignment as a member reads it that sent the metadata: in the same version. */
export function assignmentBytes(assignment: Assignment, metadata: Buffer, topics: TopicCatalog): Buffer {
  const version = Math.min(Math.max(metadata.readInt16BE(0), 0), VERSION_MAX)
  const assignedPartitions = [...assignment].flatMap(([topicId, partitions]) => {
    const topic = topics.withId(topicId)
    return topic === undefined ? [] : [{ topic: topic.name, partitions: [...partitions] }]
  })
  return encodeAssignment(version, { assignedPartitions, userData: null })
}

export function withTopicIds(
  owned: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
  topics: TopicCatalog,
): OwnedPartitions[] {
  return owned.flatMap(({ topic: name, partitions }) => {
    const topic = topics.named(name)
    return topic === undefined ? [] : [{ topicId: topic.topicId, partitions }]
  })
}

function malformed(what: string, cause: unknown): KafkaError {
  return new KafkaError('INCONSISTENT_GROUP_PROTOCOL', `the ${what} of the consumer protocol is malformed`, {
    cause,
  })
}
