/** RemoveRaftVoter 0 (KIP-853). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const removeRaftVoterRequest = {
  name: 'RemoveRaftVoterRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    clusterId: { type: 'string', nullable: true },
    voterId: { type: 'int32' },
    voterDirectoryId: { type: 'uuid' },
  },
} as const satisfies MessageTable

export type RemoveRaftVoterRequest = MessageOf<typeof removeRaftVoterRequest>

export const removeRaftVoterResponse = {
  name: 'RemoveRaftVoterResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true },
  },
} as const satisfies MessageTable

export type RemoveRaftVoterResponse = MessageOf<typeof removeRaftVoterResponse>
