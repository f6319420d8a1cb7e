/** Heartbeat 0-4. 1 adds the throttle time, 3 static members (KIP-345), 4 is flexible. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const heartbeatRequest = {
  name: 'HeartbeatRequest',
  versions: [0, 4],
  flexibleFrom: 4,
  fields: {
    groupId: { type: 'string' },
    generationId: { type: 'int32' },
    memberId: { type: 'string' },
    groupInstanceId: { type: 'string', versions: '3+', nullable: true, default: null },
  },
} as const satisfies MessageTable

export type HeartbeatRequest = MessageOf<typeof heartbeatRequest>

export const heartbeatResponse = {
  name: 'HeartbeatResponse',
  versions: [0, 4],
  flexibleFrom: 4,
  fields: {
    throttleTimeMs: { type: 'int32', versions: '1+', default: 0, ignorable: true },
    errorCode: { type: 'int16' },
  },
} as const satisfies MessageTable

export type HeartbeatResponse = MessageOf<typeof heartbeatResponse>
