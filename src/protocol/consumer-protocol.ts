import type { MessageInput, MessageOf, MessageTable } from './schema.ts'
import { decodeVersioned, encodePrefixed } from './versioned-message.ts'

/**
 * What consumers of a classic group tell each other through the coordinator: int16 version, then the fields. 1 adds
 * the owned partitions (KIP-429), 2 the generation (KIP-792), 3 the rack (KIP-881). The coordinator itself looks in
 * only to answer about subscriptions.
 */
export const consumerProtocolSubscription = {
  name: 'ConsumerProtocolSubscription',
  versions: [0, 3],
  fields: {
    topics: { type: '[]string' },
    userData: { type: 'bytes', nullable: true, default: null },
    ownedPartitions: {
      type: '[]struct',
      versions: '1+',
      ignorable: true,
      fields: {
        topic: { type: 'string' },
        partitions: { type: '[]int32' },
      },
    },
    generationId: { type: 'int32', versions: '2+', default: -1, ignorable: true },
    rackId: { type: 'string', versions: '3+', nullable: true, default: null, ignorable: true },
  },
} as const satisfies MessageTable

export const consumerProtocolAssignment = {
  name: 'ConsumerProtocolAssignment',
  versions: [0, 3],
  fields: {
    assignedPartitions: {
      type: '[]struct',
      fields: {
        topic: { type: 'string' },
        partitions: { type: '[]int32' },
      },
    },
    userData: { type: 'bytes', nullable: true, default: null },
  },
} as const satisfies MessageTable

export type ConsumerProtocolSubscription = MessageOf<typeof consumerProtocolSubscription>
export type ConsumerProtocolAssignment = MessageOf<typeof consumerProtocolAssignment>

/** Decodes a member's subscription; later versions than 3 are read as 3, as Kafka's own consumers do. */
export function decodeSubscription(buffer: Buffer): ConsumerProtocolSubscription {
  return decodeVersioned(consumerProtocolSubscription, buffer, 'as-last')
}

/** Decodes a member's assignment; later versions than 3 are read as 3, as Kafka's own consumers do. */
export function decodeAssignment(buffer: Buffer): ConsumerProtocolAssignment {
  return decodeVersioned(consumerProtocolAssignment, buffer, 'as-last')
}

export function encodeSubscription(
  version: number,
  subscription: MessageInput<typeof consumerProtocolSubscription>,
): Buffer {
  return encodePrefixed(consumerProtocolSubscription, version, subscription)
}

export function encodeAssignment(
  version: number,
  assignment: MessageInput<typeof consumerProtocolAssignment>,
): Buffer {
  return encodePrefixed(consumerProtocolAssignment, version, assignment)
}
