import {
  decodeRecordKey,
  decodeRecordValue,
  encodeRecordKey,
  encodeRecordValue,
  recordTypeOf,
} from '../../../protocol/coordinator-records.ts'
import { consumerGroupRecords } from '../../../protocol/coordinator/consumer-group-records.ts'
import type { CoordinatorRecord } from '../../runtime/coordinator-log.ts'
import { memberStateCodes } from './consumer-member.ts'
import type { MemberAssignment, MemberState, MemberSubscription } from './consumer-member.ts'
import type { ConsumerRecord } from './consumer-record.ts'
import { topicPartitions } from './partition-epochs.ts'
import type { PartitionEpochs } from './partition-epochs.ts'

const {
  CONSUMER_GROUP_METADATA: GROUP,
  CONSUMER_GROUP_PARTITION_METADATA: PARTITION_METADATA,
  CONSUMER_GROUP_MEMBER_METADATA: MEMBER,
  CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA: TARGET,
  CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER: TARGET_MEMBER,
  CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT: ASSIGNMENT,
  CONSUMER_GROUP_REGULAR_EXPRESSION: REGEX,
} = consumerGroupRecords

const states: ReadonlyMap<number, MemberState> = new Map(
  Object.entries(memberStateCodes).map(([state, code]) => [code, state as MemberState]),
)

/** The buffers belong to the caller. All values are of version 0. */
export function encodeConsumerRecord(record: ConsumerRecord): CoordinatorRecord {
  const { groupId } = record
  switch (record.kind) {
    case 'consumer-group':
      return {
        key: encodeRecordKey(GROUP, { groupId }),
        value: record.value && encodeRecordValue(GROUP, 0, record.value),
      }
    case 'consumer-partition-metadata':
      return { key: encodeRecordKey(PARTITION_METADATA, { groupId }), value: null }
    case 'consumer-member':
      return {
        key: encodeRecordKey(MEMBER, { groupId, memberId: record.memberId }),
        value: record.value && encodeSubscription(record.value),
      }
    case 'consumer-target': {
      const { value } = record
      return {
        key: encodeRecordKey(TARGET, { groupId }),
        value:
          value &&
          encodeRecordValue(TARGET, 0, {
            assignmentEpoch: value.epoch,
            assignmentTimestamp: value.timestamp,
          }),
      }
    }
    case 'consumer-target-member':
      return {
        key: encodeRecordKey(TARGET_MEMBER, { groupId, memberId: record.memberId }),
        value:
          record.value &&
          encodeRecordValue(TARGET_MEMBER, 0, { topicPartitions: topicPartitions(record.value) }),
      }
    case 'consumer-assignment':
      return {
        key: encodeRecordKey(ASSIGNMENT, { groupId, memberId: record.memberId }),
        value: record.value && encodeAssignment(record.value),
      }
    case 'consumer-regex':
      return {
        key: encodeRecordKey(REGEX, { groupId, regularExpression: record.regex }),
        value:
          record.value && encodeRecordValue(REGEX, 0, { ...record.value, topics: [...record.value.topics] }),
      }
  }
}

/** Null for a type of record that is none of a consumer group. Throws a KafkaError when the bytes are not what they say. */
export function decodeConsumerRecord(key: Buffer, value: Buffer | null): ConsumerRecord | null {
  switch (recordTypeOf(consumerGroupRecords, key)) {
    case null:
      return null
    case 'CONSUMER_GROUP_METADATA':
      return {
        kind: 'consumer-group',
        ...decodeRecordKey(GROUP, key),
        value: value && decodeRecordValue(GROUP, value),
      }
    case 'CONSUMER_GROUP_PARTITION_METADATA':
      return { kind: 'consumer-partition-metadata', ...decodeRecordKey(PARTITION_METADATA, key), value: null }
    case 'CONSUMER_GROUP_MEMBER_METADATA':
      return {
        kind: 'consumer-member',
        ...decodeRecordKey(MEMBER, key),
        value: value && decodeSubscription(value),
      }
    case 'CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA': {
      const header = value && decodeRecordValue(TARGET, value)
      return {
        kind: 'consumer-target',
        ...decodeRecordKey(TARGET, key),
        value: header && { epoch: header.assignmentEpoch, timestamp: header.assignmentTimestamp },
      }
    }
    case 'CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER': {
      const target = value && decodeRecordValue(TARGET_MEMBER, value)
      return {
        kind: 'consumer-target-member',
        ...decodeRecordKey(TARGET_MEMBER, key),
        value:
          target &&
          new Map(
            target.topicPartitions.map(({ topicId, partitions }) => [
              topicId,
              [...partitions].sort((a, b) => a - b),
            ]),
          ),
      }
    }
    case 'CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT':
      return {
        kind: 'consumer-assignment',
        ...decodeRecordKey(ASSIGNMENT, key),
        value: value && decodeAssignment(value),
      }
    case 'CONSUMER_GROUP_REGULAR_EXPRESSION': {
      const { groupId, regularExpression } = decodeRecordKey(REGEX, key)
      const resolved = value && decodeRecordValue(REGEX, value)
      return {
        kind: 'consumer-regex',
        groupId,
        regex: regularExpression,
        value: resolved && { ...resolved, topics: [...resolved.topics].sort() },
      }
    }
  }
}

function encodeSubscription(value: MemberSubscription): Buffer {
  const { topicNames, topicRegex, classic, ...rest } = value
  return encodeRecordValue(MEMBER, 0, {
    ...rest,
    subscribedTopicNames: [...topicNames],
    subscribedTopicRegex: topicRegex,
    classicMemberMetadata: classic && {
      sessionTimeoutMs: classic.sessionTimeoutMs,
      supportedProtocols: classic.supportedProtocols.map((protocol) => ({ ...protocol })),
    },
  })
}

/** The decoder gives views of the log's buffer, which would be kept alive for as long as the group. */
function decodeSubscription(value: Buffer): MemberSubscription {
  const { subscribedTopicNames, subscribedTopicRegex, classicMemberMetadata, ...rest } = decodeRecordValue(
    MEMBER,
    value,
  )
  return {
    ...rest,
    topicNames: [...subscribedTopicNames].sort(),
    topicRegex: subscribedTopicRegex ?? '',
    classic: classicMemberMetadata && {
      sessionTimeoutMs: classicMemberMetadata.sessionTimeoutMs,
      supportedProtocols: classicMemberMetadata.supportedProtocols.map(({ name, metadata }) => ({
        name,
        metadata: Buffer.from(metadata),
      })),
    },
  }
}

function encodeAssignment({ state, assigned, pendingRevocation, ...epochs }: MemberAssignment): Buffer {
  return encodeRecordValue(ASSIGNMENT, 0, {
    ...epochs,
    state: memberStateCodes[state],
    assignedPartitions: encodePartitions(assigned),
    partitionsPendingRevocation: encodePartitions(pendingRevocation),
  })
}

function encodePartitions(
  partitions: PartitionEpochs,
): { topicId: string; partitions: number[]; assignmentEpochs: number[] }[] {
  return [...partitions].map(([topicId, epochs]) => ({
    topicId,
    partitions: [...epochs.keys()],
    assignmentEpochs: [...epochs.values()],
  }))
}

function decodeAssignment(value: Buffer): MemberAssignment {
  const { memberEpoch, previousMemberEpoch, state, ...partitions } = decodeRecordValue(ASSIGNMENT, value)
  return {
    memberEpoch,
    previousMemberEpoch,
    state: states.get(state) ?? 'unknown',
    assigned: decodePartitions(partitions.assignedPartitions, memberEpoch),
    pendingRevocation: decodePartitions(partitions.partitionsPendingRevocation, memberEpoch),
  }
}

/** Before Kafka 4.4 the epochs of assignment were not stored: the member's own stands for them. */
function decodePartitions(
  topics: readonly {
    readonly topicId: string
    readonly partitions: readonly number[]
    readonly assignmentEpochs: readonly number[] | null
  }[],
  memberEpoch: number,
): PartitionEpochs {
  return new Map(
    topics.map(({ topicId, partitions, assignmentEpochs }) => [
      topicId,
      new Map(partitions.map((partition, index) => [partition, assignmentEpochs?.[index] ?? memberEpoch])),
    ]),
  )
}
