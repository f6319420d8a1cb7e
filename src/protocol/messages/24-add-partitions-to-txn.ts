/**
 * AddPartitionsToTxn 0-5. 2 may answer PRODUCER_FENCED (KIP-588), 3 is flexible, 4 batches transactions and
 * verifies, for brokers only, 5 may answer TRANSACTION_ABORTABLE (both KIP-890).
 */
import type { Fields, MessageOf, MessageTable } from '../schema.ts'

const addPartitionsToTxnTopicFields = {
  name: { type: 'string' },
  partitions: { type: '[]int32' },
} as const satisfies Fields

export const addPartitionsToTxnRequest = {
  name: 'AddPartitionsToTxnRequest',
  versions: [0, 5],
  flexibleFrom: 3,
  fields: {
    transactions: {
      type: '[]struct',
      versions: '4+',
      fields: {
        transactionalId: { type: 'string' },
        producerId: { type: 'int64' },
        producerEpoch: { type: 'int16' },
        verifyOnly: { type: 'bool', default: false },
        topics: { type: '[]struct', fields: addPartitionsToTxnTopicFields },
      },
    },
    v3AndBelowTransactionalId: { type: 'string', versions: '0-3' },
    v3AndBelowProducerId: { type: 'int64', versions: '0-3' },
    v3AndBelowProducerEpoch: { type: 'int16', versions: '0-3' },
    v3AndBelowTopics: { type: '[]struct', versions: '0-3', fields: addPartitionsToTxnTopicFields },
  },
} as const satisfies MessageTable

export type AddPartitionsToTxnRequest = MessageOf<typeof addPartitionsToTxnRequest>

const addPartitionsToTxnTopicResultFields = {
  name: { type: 'string' },
  resultsByPartition: {
    type: '[]struct',
    fields: {
      partitionIndex: { type: 'int32' },
      partitionErrorCode: { type: 'int16' },
    },
  },
} as const satisfies Fields

export const addPartitionsToTxnResponse = {
  name: 'AddPartitionsToTxnResponse',
  versions: [0, 5],
  flexibleFrom: 3,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16', versions: '4+', ignorable: true },
    resultsByTransaction: {
      type: '[]struct',
      versions: '4+',
      fields: {
        transactionalId: { type: 'string' },
        topicResults: { type: '[]struct', fields: addPartitionsToTxnTopicResultFields },
      },
    },
    resultsByTopicV3AndBelow: {
      type: '[]struct',
      versions: '0-3',
      fields: addPartitionsToTxnTopicResultFields,
    },
  },
} as const satisfies MessageTable

export type AddPartitionsToTxnResponse = MessageOf<typeof addPartitionsToTxnResponse>
