/**
 * LeaveGroup 0-5. 1 adds the throttle time, 3 takes several members and static ones (KIP-345), 4 is flexible,
 * 5 carries a reason (KIP-800).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const leaveGroupRequest = {
  name: 'LeaveGroupRequest',
  versions: [0, 5],
  flexibleFrom: 4,
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string', versions: '0-2' },
    members: {
      type: '[]struct',
      versions: '3+',
      fields: {
        memberId: { type: 'string' },
        groupInstanceId: { type: 'string', nullable: true, default: null },
        reason: { type: 'string', versions: '5+', nullable: true, default: null, ignorable: true },
      },
    },
  },
} as const satisfies MessageTable

export type LeaveGroupRequest = MessageOf<typeof leaveGroupRequest>

export const leaveGroupResponse = {
  name: 'LeaveGroupResponse',
  versions: [0, 5],
  flexibleFrom: 4,
  fields: {
    throttleTimeMs: { type: 'int32', versions: '1+', default: 0, ignorable: true },
    errorCode: { type: 'int16' },
    members: {
      type: '[]struct',
      versions: '3+',
      fields: {
        memberId: { type: 'string' },
        groupInstanceId: { type: 'string', nullable: true },
        errorCode: { type: 'int16' },
      },
    },
  },
} as const satisfies MessageTable

export type LeaveGroupResponse = MessageOf<typeof leaveGroupResponse>
