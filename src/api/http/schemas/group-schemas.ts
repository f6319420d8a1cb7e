/** JSON schemas of consumer groups. */

export const groupParams = {
  type: 'object',
  properties: { id: { type: 'string', minLength: 1, description: 'Group id.' } },
  required: ['id'],
} as const

const groupSummaryProperties = {
  groupId: { type: 'string' },
  kind: { type: 'string', description: 'The protocol of its members: classic, or that of KIP-848.' },
  state: {
    type: 'string',
    examples: ['Stable', 'Empty', 'PreparingRebalance', 'CompletingRebalance', 'Dead'],
  },
  protocolType: {
    type: 'string',
    description: '"consumer" for consumers; empty for those that only commit offsets.',
  },
  memberCount: { type: 'integer' },
  lag: { type: 'integer', description: 'Records behind the committed offsets, over all partitions.' },
  lagSeconds: {
    type: ['number', 'null'],
    description: 'Age of the oldest record that is not committed, over all partitions; null when not known.',
  },
} as const

export const listGroupsQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    after: { type: 'string', description: 'Only ids after this one: `nextAfter` of the page before.' },
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 1000,
      description: 'Most groups in one answer.',
    },
  },
} as const

export const groupList = {
  type: 'object',
  required: ['groups', 'nextAfter'],
  properties: {
    groups: { type: 'array', items: { type: 'object', properties: groupSummaryProperties } },
    nextAfter: {
      type: ['string', 'null'],
      description: 'Send it as `after` for the next page; null on the last one.',
    },
  },
} as const

export const groupDetail = {
  type: 'object',
  properties: {
    ...groupSummaryProperties,
    protocol: { type: 'string', description: 'The assignor.' },
    generation: { type: 'integer' },
    members: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          memberId: { type: 'string' },
          groupInstanceId: { type: ['string', 'null'] },
          clientId: { type: 'string' },
          clientHost: { type: 'string' },
        },
      },
    },
    offsets: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          topic: { type: 'string' },
          partition: { type: 'integer' },
          committedOffset: { type: 'integer' },
          highWatermark: { type: ['integer', 'null'], description: 'Null when the partition is gone.' },
          lag: { type: ['integer', 'null'] },
          lagSeconds: {
            type: ['number', 'null'],
            description:
              'Age of the first record that is not committed; 0 when there is none, null when not known.',
          },
          metadata: { type: ['string', 'null'], description: 'What the client committed with it.' },
        },
      },
    },
  },
} as const
