/**
 * JoinGroup 0-9. 1 adds the rebalance timeout, from 4 on a new member gets its id first and joins again
 * (KIP-394), 5 knows static members (KIP-345), 6 is flexible, 7 returns the protocol type (KIP-559), 8
 * carries a reason (KIP-800), 9 lets a leader skip the assignment (KIP-814).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const joinGroupRequest = {
  name: 'JoinGroupRequest',
  versions: [0, 9],
  flexibleFrom: 6,
  fields: {
    groupId: { type: 'string' },
    sessionTimeoutMs: { type: 'int32' },
    rebalanceTimeoutMs: { type: 'int32', versions: '1+', default: -1, ignorable: true },
    memberId: { type: 'string' },
    groupInstanceId: { type: 'string', versions: '5+', nullable: true, default: null },
    protocolType: { type: 'string' },
    protocols: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        metadata: { type: 'bytes' },
      },
    },
    reason: { type: 'string', versions: '8+', nullable: true, default: null, ignorable: true },
  },
} as const satisfies MessageTable

export type JoinGroupRequest = MessageOf<typeof joinGroupRequest>

export const joinGroupResponse = {
  name: 'JoinGroupResponse',
  versions: [0, 9],
  flexibleFrom: 6,
  fields: {
    throttleTimeMs: { type: 'int32', versions: '2+', default: 0, ignorable: true },
    errorCode: { type: 'int16' },
    generationId: { type: 'int32', default: -1 },
    protocolType: { type: 'string', versions: '7+', nullable: true, default: null, ignorable: true },
    protocolName: { type: 'string', nullable: '7+' },
    leader: { type: 'string' },
    skipAssignment: { type: 'bool', versions: '9+', default: false },
    memberId: { type: 'string' },
    members: {
      type: '[]struct',
      fields: {
        memberId: { type: 'string' },
        groupInstanceId: { type: 'string', versions: '5+', nullable: true, default: null, ignorable: true },
        metadata: { type: 'bytes' },
      },
    },
  },
} as const satisfies MessageTable

export type JoinGroupResponse = MessageOf<typeof joinGroupResponse>
