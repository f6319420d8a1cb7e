/**
 * Produce 3-13. 3 carries batch v2 and the transactional id, 7 allows zstd (KIP-110), 8 names bad records one
 * by one (KIP-467), 9 is flexible, 10 hints at the new leader (KIP-951), 11 and 12 follow KIP-890 (abortable
 * errors, implicit partition adds), 13 speaks topic ids (KIP-516). ApiVersions also lists 0-2, which no
 * longer exist: old librdkafka derives compression support from them (KAFKA-18659).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const produceRequest = {
  name: 'ProduceRequest',
  versions: [3, 13],
  flexibleFrom: 9,
  fields: {
    transactionalId: { type: 'string', nullable: true, default: null },
    acks: { type: 'int16' },
    timeoutMs: { type: 'int32' },
    topicData: {
      type: '[]struct',
      fields: {
        name: { type: 'string', versions: '3-12', ignorable: true },
        topicId: { type: 'uuid', versions: '13+', ignorable: true },
        partitionData: {
          type: '[]struct',
          fields: {
            index: { type: 'int32' },
            records: { type: 'records', nullable: true },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type ProduceRequest = MessageOf<typeof produceRequest>

export const produceResponse = {
  name: 'ProduceResponse',
  versions: [3, 13],
  flexibleFrom: 9,
  fields: {
    responses: {
      type: '[]struct',
      fields: {
        name: { type: 'string', versions: '3-12', ignorable: true },
        topicId: { type: 'uuid', versions: '13+', ignorable: true },
        partitionResponses: {
          type: '[]struct',
          fields: {
            index: { type: 'int32' },
            errorCode: { type: 'int16' },
            baseOffset: { type: 'int64' },
            logAppendTimeMs: { type: 'int64', default: -1 },
            logStartOffset: { type: 'int64', versions: '5+', default: -1, ignorable: true },
            recordErrors: {
              type: '[]struct',
              versions: '8+',
              ignorable: true,
              fields: {
                batchIndex: { type: 'int32' },
                batchIndexErrorMessage: { type: 'string', nullable: true, default: null },
              },
            },
            errorMessage: { type: 'string', versions: '8+', nullable: true, default: null, ignorable: true },
            currentLeader: {
              type: 'struct',
              versions: '10+',
              tag: 0,
              fields: {
                leaderId: { type: 'int32', default: -1 },
                leaderEpoch: { type: 'int32', default: -1 },
              },
            },
          },
        },
      },
    },
    throttleTimeMs: { type: 'int32', default: 0 },
    nodeEndpoints: {
      type: '[]struct',
      versions: '10+',
      tag: 0,
      fields: {
        nodeId: { type: 'int32' },
        host: { type: 'string' },
        port: { type: 'int32' },
        rack: { type: 'string', nullable: true, default: null },
      },
    },
  },
} as const satisfies MessageTable

export type ProduceResponse = MessageOf<typeof produceResponse>
