/**
 * Records of committed offsets and of classic groups in __consumer_offsets. OffsetCommit values: 1 had an expiry of
 * their own, 3 add the leader epoch (KIP-320), 4 are flexible and add the topic id (KIP-848). GroupMetadata values:
 * 1 add the rebalance timeout, 2 the time of the state, 3 static members (KIP-345), 4 are flexible.
 */
import type { MessageTable } from '../schema.ts'
import type { CoordinatorRecords } from './coordinator-record.ts'

const legacyOffsetCommitKey = {
  name: 'LegacyOffsetCommitKey',
  versions: [0, 0],
  fields: {
    group: { type: 'string' },
    topic: { type: 'string' },
    partition: { type: 'int32' },
  },
} as const satisfies MessageTable

const legacyOffsetCommitValue = {
  name: 'LegacyOffsetCommitValue',
  versions: [0, 0],
  fields: {
    offset: { type: 'int64' },
    metadata: { type: 'string' },
    commitTimestamp: { type: 'int64' },
  },
} as const satisfies MessageTable

const offsetCommitKey = {
  name: 'OffsetCommitKey',
  versions: [0, 0],
  fields: {
    group: { type: 'string' },
    topic: { type: 'string' },
    partition: { type: 'int32' },
  },
} as const satisfies MessageTable

const offsetCommitValue = {
  name: 'OffsetCommitValue',
  versions: [0, 4],
  flexibleFrom: 4,
  fields: {
    offset: { type: 'int64' },
    leaderEpoch: { type: 'int32', versions: '3+', default: -1, ignorable: true },
    metadata: { type: 'string' },
    commitTimestamp: { type: 'int64' },
    expireTimestamp: { type: 'int64', versions: '1', default: -1, ignorable: true },
    topicId: { type: 'uuid', versions: '4+', tag: 0, ignorable: true },
  },
} as const satisfies MessageTable

const groupMetadataKey = {
  name: 'GroupMetadataKey',
  versions: [0, 0],
  fields: {
    group: { type: 'string' },
  },
} as const satisfies MessageTable

const groupMetadataValue = {
  name: 'GroupMetadataValue',
  versions: [0, 4],
  flexibleFrom: 4,
  fields: {
    protocolType: { type: 'string' },
    generation: { type: 'int32' },
    protocol: { type: 'string', nullable: true },
    leader: { type: 'string', nullable: true },
    currentStateTimestamp: { type: 'int64', versions: '2+', default: -1, ignorable: true },
    members: {
      type: '[]struct',
      fields: {
        memberId: { type: 'string' },
        groupInstanceId: { type: 'string', versions: '3+', nullable: true, default: null, ignorable: true },
        clientId: { type: 'string' },
        clientHost: { type: 'string' },
        rebalanceTimeout: { type: 'int32', versions: '1+', default: -1, ignorable: true },
        sessionTimeout: { type: 'int32' },
        subscription: { type: 'bytes' },
        assignment: { type: 'bytes' },
      },
    },
  },
} as const satisfies MessageTable

/** Record types that classic groups and all committed offsets use. */
export const classicGroupRecords = {
  LEGACY_OFFSET_COMMIT: { id: 0, key: legacyOffsetCommitKey, value: legacyOffsetCommitValue },
  OFFSET_COMMIT: { id: 1, key: offsetCommitKey, value: offsetCommitValue },
  GROUP_METADATA: { id: 2, key: groupMetadataKey, value: groupMetadataValue },
} as const satisfies CoordinatorRecords
