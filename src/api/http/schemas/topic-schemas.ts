/** JSON schemas of topics. They check requests, describe answers in the OpenAPI document, and give the handlers their types. */

export const topicParams = {
  type: 'object',
  properties: { name: { type: 'string', minLength: 1, description: 'Name of the topic.' } },
  required: ['name'],
} as const

const configValues = {
  type: 'object',
  description: 'Topic configs by name, such as {"retention.ms": "86400000", "cleanup.policy": "compact"}.',
  additionalProperties: { type: ['string', 'number', 'boolean'] },
  examples: [{ 'retention.ms': 86_400_000 }],
} as const

export const createTopicBody = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: {
      type: 'string',
      description: 'Letters, digits, ".", "_" and "-", at most 249 of them.',
      examples: ['orders'],
    },
    partitions: { type: 'integer', minimum: 1, description: 'Default: num.partitions of the server.' },
    replicationFactor: {
      type: 'integer',
      minimum: 1,
      description: 'Default: default.replication.factor of the server.',
    },
    configs: configValues,
    validateOnly: { type: 'boolean', description: 'Check the request and create nothing.' },
  },
  examples: [{ name: 'orders', partitions: 3, configs: { 'retention.ms': 86_400_000 } }],
} as const

export const alterConfigsBody = {
  type: 'object',
  description:
    'New values by config name; null sets a config back to its default. Configs that are not named stay as they are.',
  minProperties: 1,
  additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
  examples: [{ 'retention.ms': 3_600_000, 'cleanup.policy': null }],
} as const

export const listTopicsQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    internal: {
      type: 'boolean',
      default: false,
      description: 'Also list topics that the server keeps for itself.',
    },
    prefix: { type: 'string', description: 'Only topics whose name begins with this.' },
    after: { type: 'string', description: 'Only names after this one: `nextAfter` of the page before.' },
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 1000,
      description: 'Most topics in one answer.',
    },
  },
} as const

const topicSummaryProperties = {
  name: { type: 'string' },
  topicId: {
    type: 'string',
    description: 'UUID in Kafka’s text form. A topic that is created again gets another one.',
  },
  internal: { type: 'boolean' },
  partitionCount: { type: 'integer' },
  replicationFactor: { type: 'integer' },
  bytes: { type: 'integer', description: 'Bytes on disk, over all partitions.' },
  records: {
    type: 'integer',
    description:
      'Offsets from the start to the high watermark, over all partitions; of a compacted topic some hold no record any more.',
  },
} as const

export const topicList = {
  type: 'object',
  required: ['topics', 'nextAfter'],
  properties: {
    topics: { type: 'array', items: { type: 'object', properties: topicSummaryProperties } },
    nextAfter: {
      type: ['string', 'null'],
      description: 'Send it as `after` for the next page; null on the last one.',
    },
  },
} as const

const partition = {
  type: 'object',
  properties: {
    partition: { type: 'integer' },
    leader: { type: 'integer', description: 'Node id, -1 without a leader.' },
    leaderEpoch: { type: 'integer' },
    replicas: { type: 'array', items: { type: 'integer' } },
    isr: { type: 'array', items: { type: 'integer' } },
    logStartOffset: { type: 'integer', description: 'Offset of the first record that is still there.' },
    highWatermark: { type: 'integer', description: 'Offset after the last record that can be read.' },
    bytes: { type: 'integer' },
    offline: { type: ['string', 'null'], description: 'Why the partition cannot be served, or null.' },
  },
} as const

export const topicDetail = {
  type: 'object',
  properties: {
    ...topicSummaryProperties,
    configs: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Configs that were set on the topic itself.',
    },
    partitions: { type: 'array', items: partition },
  },
} as const

export const createdTopic = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    topicId: { type: 'string' },
    partitionCount: { type: 'integer' },
    replicationFactor: { type: 'integer' },
    configs: { type: 'object', additionalProperties: { type: 'string' } },
    created: { type: 'boolean', description: 'False with validateOnly.' },
  },
} as const

export const topicConfigs = {
  type: 'object',
  properties: {
    topic: { type: 'string' },
    configs: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          value: { type: ['string', 'null'] },
          default: { type: ['string', 'null'] },
          set: { type: 'boolean', description: 'Whether it was set on the topic itself.' },
          documentation: { type: 'string' },
        },
      },
    },
  },
} as const
