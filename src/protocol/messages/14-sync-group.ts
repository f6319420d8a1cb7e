/**
 * SyncGroup 0-5. 1 adds the throttle time, 3 static members (KIP-345), 4 is flexible, 5 names protocol type
 * and protocol both ways (KIP-559).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const syncGroupRequest = {
  name: 'SyncGroupRequest',
  versions: [0, 5],
  flexibleFrom: 4,
  fields: {
    groupId: { type: 'string' },
    generationId: { type: 'int32' },
    memberId: { type: 'string' },
    groupInstanceId: { type: 'string', versions: '3+', nullable: true, default: null },
    protocolType: { type: 'string', versions: '5+', nullable: true, default: null, ignorable: true },
    protocolName: { type: 'string', versions: '5+', nullable: true, default: null, ignorable: true },
    assignments: {
      type: '[]struct',
      fields: {
        memberId: { type: 'string' },
        assignment: { type: 'bytes' },
      },
    },
  },
} as const satisfies MessageTable

export type SyncGroupRequest = MessageOf<typeof syncGroupRequest>

export const syncGroupResponse = {
  name: 'SyncGroupResponse',
  versions: [0, 5],
  flexibleFrom: 4,
  fields: {
    throttleTimeMs: { type: 'int32', versions: '1+', default: 0, ignorable: true },
    errorCode: { type: 'int16' },
    protocolType: { type: 'string', versions: '5+', nullable: true, default: null, ignorable: true },
    protocolName: { type: 'string', versions: '5+', nullable: true, default: null, ignorable: true },
    assignment: { type: 'bytes' },
  },
} as const satisfies MessageTable

export type SyncGroupResponse = MessageOf<typeof syncGroupResponse>
