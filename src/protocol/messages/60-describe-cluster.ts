/**
 * DescribeCluster 0-2 (KIP-700). 1 tells broker from controller endpoints (KIP-919), 2 can include fenced
 * brokers (KIP-1073).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const describeClusterRequest = {
  name: 'DescribeClusterRequest',
  versions: [0, 2],
  flexibleFrom: 0,
  fields: {
    includeClusterAuthorizedOperations: { type: 'bool' },
    endpointType: { type: 'int8', versions: '1+', default: 1 },
    includeFencedBrokers: { type: 'bool', versions: '2+' },
  },
} as const satisfies MessageTable

export type DescribeClusterRequest = MessageOf<typeof describeClusterRequest>

export const describeClusterResponse = {
  name: 'DescribeClusterResponse',
  versions: [0, 2],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true, default: null },
    endpointType: { type: 'int8', versions: '1+', default: 1 },
    clusterId: { type: 'string' },
    controllerId: { type: 'int32', default: -1 },
    brokers: {
      type: '[]struct',
      fields: {
        brokerId: { type: 'int32' },
        host: { type: 'string' },
        port: { type: 'int32' },
        rack: { type: 'string', nullable: true, default: null },
        isFenced: { type: 'bool', versions: '2+' },
      },
    },
    clusterAuthorizedOperations: { type: 'int32', default: -2147483648 },
  },
} as const satisfies MessageTable

export type DescribeClusterResponse = MessageOf<typeof describeClusterResponse>
