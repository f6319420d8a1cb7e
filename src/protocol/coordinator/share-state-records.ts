/** Records of the share coordinator in __share_group_state (KIP-932, KIP-1226). */
import type { Fields, MessageTable } from '../schema.ts'
import type { CoordinatorRecords } from './coordinator-record.ts'

const stateBatchFields = {
  firstOffset: { type: 'int64' },
  lastOffset: { type: 'int64' },
  deliveryState: { type: 'int8' },
  deliveryCount: { type: 'int16' },
} as const satisfies Fields

const shareSnapshotKey = {
  name: 'ShareSnapshotKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
    topicId: { type: 'uuid' },
    partition: { type: 'int32' },
  },
} as const satisfies MessageTable

const shareSnapshotValue = {
  name: 'ShareSnapshotValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    snapshotEpoch: { type: 'int32' },
    stateEpoch: { type: 'int32' },
    leaderEpoch: { type: 'int32' },
    startOffset: { type: 'int64' },
    deliveryCompleteCount: { type: 'int32', default: -1, tag: 0 },
    createTimestamp: { type: 'int64' },
    writeTimestamp: { type: 'int64' },
    stateBatches: { type: '[]struct', fields: stateBatchFields },
  },
} as const satisfies MessageTable

const shareUpdateKey = {
  name: 'ShareUpdateKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
    topicId: { type: 'uuid' },
    partition: { type: 'int32' },
  },
} as const satisfies MessageTable

const shareUpdateValue = {
  name: 'ShareUpdateValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    snapshotEpoch: { type: 'int32' },
    leaderEpoch: { type: 'int32' },
    startOffset: { type: 'int64' },
    deliveryCompleteCount: { type: 'int32', default: -1, tag: 0 },
    stateBatches: { type: '[]struct', fields: stateBatchFields },
  },
} as const satisfies MessageTable

/** Record types of __share_group_state. */
export const shareStateRecords = {
  SHARE_SNAPSHOT: { id: 0, key: shareSnapshotKey, value: shareSnapshotValue },
  SHARE_UPDATE: { id: 1, key: shareUpdateKey, value: shareUpdateValue },
} as const satisfies CoordinatorRecords
