/** JSON schemas of the server itself, and of problems. */

export const clusterDetail = {
  type: 'object',
  properties: {
    clusterId: { type: 'string' },
    version: { type: 'string' },
    controllerId: { type: 'integer' },
    nodeId: { type: 'integer', description: 'The node that answers.' },
    brokers: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          nodeId: { type: 'integer' },
          rack: { type: ['string', 'null'] },
          endpoints: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                listener: { type: 'string' },
                host: { type: 'string' },
                port: { type: 'integer' },
              },
            },
          },
        },
      },
    },
    topicCount: { type: 'integer' },
    partitionCount: { type: 'integer' },
    groupCount: { type: 'integer' },
    bytes: { type: 'integer', description: 'Bytes of all partitions on disk.' },
  },
} as const

const rate = { type: 'number', description: 'Per second.' } as const

export const clusterActivity = {
  type: 'object',
  required: ['periodMs', 'samples'],
  properties: {
    periodMs: { type: 'integer' },
    samples: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          time: { type: 'integer', description: 'End of the period, milliseconds since 1970.' },
          recordsIn: rate,
          bytesIn: rate,
          bytesOut: rate,
          errors: { ...rate, description: 'Error codes in answers to Kafka clients, per second.' },
          lag: { type: 'integer', description: 'Records behind the committed offsets, over all groups.' },
        },
      },
    },
  },
} as const

export const readiness = {
  type: 'object',
  required: ['ready', 'checks'],
  properties: {
    ready: { type: 'boolean' },
    checks: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          check: { type: 'string', examples: ['server', 'disk', 'partitions'] },
          ok: { type: 'boolean' },
          detail: { type: 'string' },
        },
      },
    },
  },
} as const

export const problemSchema = {
  $id: 'Problem',
  title: 'Problem',
  description: 'RFC 9457. Compare `code`: it is stable, the texts are not.',
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'retriable'],
  properties: {
    type: { type: 'string', examples: ['urn:chronik:problem:unknown-topic-or-partition'] },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', examples: ['UNKNOWN_TOPIC_OR_PARTITION'] },
    detail: { type: 'string' },
    instance: { type: 'string' },
    retriable: { type: 'boolean', description: 'The same request may succeed later.' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { at: { type: 'string' }, detail: { type: 'string' } } },
    },
    position: {
      type: 'integer',
      description: 'Of a query: the character at which it is wrong, from 0.',
    },
    appended: {
      type: 'integer',
      description: 'Of a stream of records: how many were appended before the problem.',
    },
  },
} as const
