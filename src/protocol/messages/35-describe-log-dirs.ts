/**
 * DescribeLogDirs 1-5 (KIP-113). 2 is flexible, 3 adds an error of its own, 4 total and usable bytes
 * (KIP-827), 5 tells cordoned directories.
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const describeLogDirsRequest = {
  name: 'DescribeLogDirsRequest',
  versions: [1, 5],
  flexibleFrom: 2,
  fields: {
    topics: {
      type: '[]struct',
      nullable: true,
      fields: {
        topic: { type: 'string' },
        partitions: { type: '[]int32' },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeLogDirsRequest = MessageOf<typeof describeLogDirsRequest>

export const describeLogDirsResponse = {
  name: 'DescribeLogDirsResponse',
  versions: [1, 5],
  flexibleFrom: 2,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16', versions: '3+', ignorable: true },
    results: {
      type: '[]struct',
      fields: {
        errorCode: { type: 'int16' },
        logDir: { type: 'string' },
        topics: {
          type: '[]struct',
          fields: {
            name: { type: 'string' },
            partitions: {
              type: '[]struct',
              fields: {
                partitionIndex: { type: 'int32' },
                partitionSize: { type: 'int64' },
                offsetLag: { type: 'int64' },
                isFutureKey: { type: 'bool' },
              },
            },
          },
        },
        totalBytes: { type: 'int64', versions: '4+', default: -1, ignorable: true },
        usableBytes: { type: 'int64', versions: '4+', default: -1, ignorable: true },
        isCordoned: { type: 'bool', versions: '5+', default: false, ignorable: true },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeLogDirsResponse = MessageOf<typeof describeLogDirsResponse>
