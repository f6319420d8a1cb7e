/** ElectLeaders 0-2 (KIP-183). 1 adds unclean elections (KIP-460), 2 is flexible. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const electLeadersRequest = {
  name: 'ElectLeadersRequest',
  versions: [0, 2],
  flexibleFrom: 2,
  fields: {
    electionType: { type: 'int8', versions: '1+' },
    topicPartitions: {
      type: '[]struct',
      nullable: true,
      fields: {
        topic: { type: 'string' },
        partitions: { type: '[]int32' },
      },
    },
    timeoutMs: { type: 'int32', default: 60000 },
  },
} as const satisfies MessageTable

export type ElectLeadersRequest = MessageOf<typeof electLeadersRequest>

export const electLeadersResponse = {
  name: 'ElectLeadersResponse',
  versions: [0, 2],
  flexibleFrom: 2,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16', versions: '1+' },
    replicaElectionResults: {
      type: '[]struct',
      fields: {
        topic: { type: 'string' },
        partitionResult: {
          type: '[]struct',
          fields: {
            partitionId: { type: 'int32' },
            errorCode: { type: 'int16' },
            errorMessage: { type: 'string', nullable: true },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type ElectLeadersResponse = MessageOf<typeof electLeadersResponse>
