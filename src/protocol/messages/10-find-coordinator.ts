/**
 * FindCoordinator 0-6. 1 adds the key type (transactions), 3 is flexible, 4 asks for several keys (KIP-699),
 * 5 may answer TRANSACTION_ABORTABLE (KIP-890), 6 knows share coordinators, keyed group:topicId:partition
 * (KIP-932).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const findCoordinatorRequest = {
  name: 'FindCoordinatorRequest',
  versions: [0, 6],
  flexibleFrom: 3,
  fields: {
    key: { type: 'string', versions: '0-3' },
    keyType: { type: 'int8', versions: '1+', default: 0 },
    coordinatorKeys: { type: '[]string', versions: '4+' },
  },
} as const satisfies MessageTable

export type FindCoordinatorRequest = MessageOf<typeof findCoordinatorRequest>

export const findCoordinatorResponse = {
  name: 'FindCoordinatorResponse',
  versions: [0, 6],
  flexibleFrom: 3,
  fields: {
    throttleTimeMs: { type: 'int32', versions: '1+', default: 0, ignorable: true },
    errorCode: { type: 'int16', versions: '0-3' },
    errorMessage: { type: 'string', versions: '1-3', nullable: true, ignorable: true },
    nodeId: { type: 'int32', versions: '0-3' },
    host: { type: 'string', versions: '0-3' },
    port: { type: 'int32', versions: '0-3' },
    coordinators: {
      type: '[]struct',
      versions: '4+',
      fields: {
        key: { type: 'string' },
        nodeId: { type: 'int32' },
        host: { type: 'string' },
        port: { type: 'int32' },
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true },
      },
    },
  },
} as const satisfies MessageTable

export type FindCoordinatorResponse = MessageOf<typeof findCoordinatorResponse>
