/** AddRaftVoter 0-1 (KIP-853). 1 can wait until the change is committed. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const addRaftVoterRequest = {
  name: 'AddRaftVoterRequest',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    clusterId: { type: 'string', nullable: true },
    timeoutMs: { type: 'int32' },
    voterId: { type: 'int32' },
    voterDirectoryId: { type: 'uuid' },
    listeners: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        host: { type: 'string' },
        port: { type: 'uint16' },
      },
    },
    ackWhenCommitted: { type: 'bool', versions: '1+', default: true },
  },
} as const satisfies MessageTable

export type AddRaftVoterRequest = MessageOf<typeof addRaftVoterRequest>

export const addRaftVoterResponse = {
  name: 'AddRaftVoterResponse',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true },
  },
} as const satisfies MessageTable

export type AddRaftVoterResponse = MessageOf<typeof addRaftVoterResponse>
