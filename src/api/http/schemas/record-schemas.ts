import { WAIT_MS_MAX } from '../http-limits.ts'
import { valueFormats } from '../records/outgoing-record.ts'

/** JSON schemas of records. */

const anyValue = { type: ['string', 'number', 'boolean', 'object', 'array', 'null'] } as const

const headersIn = {
  description:
    'Either {"name": "text"} or, for names that repeat and for bytes, [{"key": "name", "value": "text"}, {"key": "name", "valueBase64": "AAE="}].',
  type: ['object', 'array', 'null'],
} as const

export const incomingRecordSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    key: {
      ...anyValue,
      description:
        'A string is stored as its text, other JSON as compact JSON. Records with the same key go to the same partition, the one that Kafka’s clients choose.',
    },
    keyBase64: { type: ['string', 'null'], description: 'The key as bytes, instead of `key`.' },
    value: {
      ...anyValue,
      description:
        'As `key`. null stores a record without a value, which deletes the key in a compacted topic. Either `value` or `valueBase64` must be there.',
    },
    valueBase64: { type: ['string', 'null'], description: 'The value as bytes, instead of `value`.' },
    headers: headersIn,
    partition: {
      type: ['integer', 'null'],
      minimum: 0,
      description: 'Default: by the key, or the next one without a key.',
    },
    timestamp: {
      type: ['integer', 'string', 'null'],
      description: 'Milliseconds since 1970, or ISO 8601 with a zone. Default: the server’s clock.',
    },
  },
} as const

export const produceBody = {
  type: 'object',
  required: ['records'],
  additionalProperties: false,
  properties: { records: { type: 'array', minItems: 1, items: incomingRecordSchema } },
  examples: [
    {
      records: [
        { key: 'customer-7', value: { order: 1, total: 9.5 }, headers: { source: 'curl' } },
        { value: 'plain text' },
        { keyBase64: 'AAE=', valueBase64: '3q2+7w==', partition: 0, timestamp: '2026-01-31T12:00:00Z' },
      ],
    },
  ],
} as const

export const produceQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    acks: {
      type: 'string',
      enum: ['all', '-1'],
      description: 'For those who are used to it: the answer always comes when the records are durable.',
    },
  },
} as const

const recordResult = {
  type: 'object',
  required: ['partition'],
  properties: {
    partition: { type: 'integer' },
    offset: { type: 'integer', description: 'There when the record was appended.' },
    error: {
      type: 'object',
      description: 'There when it was not.',
      properties: { code: { type: 'string' }, detail: { type: 'string' }, retriable: { type: 'boolean' } },
    },
  },
} as const

export const produceAnswer = {
  type: 'object',
  required: ['topic', 'appended', 'failed', 'records'],
  properties: {
    topic: { type: 'string' },
    appended: { type: 'integer' },
    failed: { type: 'integer' },
    records: {
      type: 'array',
      description: 'One result for each record, in the order of the request.',
      items: recordResult,
    },
  },
  examples: [{ topic: 'orders', appended: 1, failed: 0, records: [{ partition: 2, offset: 17 }] }],
} as const

export const streamAnswer = {
  type: 'object',
  properties: {
    topic: { type: 'string' },
    appended: { type: 'integer' },
    partitions: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          partition: { type: 'integer' },
          appended: { type: 'integer' },
          firstOffset: { type: 'integer' },
          lastOffset: { type: 'integer', description: 'Records of others may lie between the two.' },
        },
      },
    },
  },
} as const

export const readQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    partition: { type: 'integer', minimum: 0, description: 'Default: all partitions, merged by timestamp.' },
    offset: {
      type: 'string',
      description:
        'Where to begin: an offset (with `partition`, or in a topic that has one), a negative number to count from the end, "start" or "end". Default: start.',
      examples: ['start', '-10'],
    },
    timestamp: {
      type: 'string',
      description:
        'Instead of `offset`: at the first record with this timestamp or a later one. Milliseconds since 1970, or ISO 8601 with a zone.',
      examples: ['2026-01-31T12:00:00Z'],
    },
    limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 100, description: 'Most records.' },
    maxBytes: {
      type: 'integer',
      minimum: 1,
      maximum: 16 << 20,
      default: 1 << 20,
      description:
        'Most bytes of keys, values and headers; a first record that is larger comes all the same.',
    },
    waitMs: {
      type: 'integer',
      minimum: 0,
      maximum: WAIT_MS_MAX,
      default: 0,
      description: 'When there is no record yet: how long to wait for one.',
    },
    format: {
      type: 'string',
      enum: valueFormats,
      default: 'auto',
      description:
        'How keys and values are shown: "text" as strings, "json" as the JSON that they are, "auto" JSON objects and arrays as such and other text as strings, "base64" as bytes. What is no UTF-8 always comes as keyBase64 or valueBase64.',
    },
  },
} as const

export const outgoingRecordSchema = {
  type: 'object',
  required: ['partition', 'offset', 'timestamp', 'time', 'headers', 'size'],
  properties: {
    partition: { type: 'integer' },
    offset: { type: 'integer' },
    timestamp: { type: ['integer', 'null'], description: 'Milliseconds since 1970.' },
    time: { type: ['string', 'null'], description: 'The same in ISO 8601.' },
    key: anyValue,
    keyBase64: { type: 'string' },
    value: anyValue,
    valueBase64: { type: 'string' },
    headers: {
      type: 'array',
      items: {
        type: 'object',
        required: ['key'],
        properties: {
          key: { type: 'string' },
          value: { type: ['string', 'null'] },
          valueBase64: { type: 'string' },
        },
      },
    },
    size: { type: 'integer', description: 'Bytes of key, value and headers.' },
  },
} as const

export const readAnswer = {
  type: 'object',
  required: ['topic', 'records', 'partitions'],
  properties: {
    topic: { type: 'string' },
    records: { type: 'array', items: outgoingRecordSchema },
    partitions: {
      type: 'array',
      description: 'Each partition that was read.',
      items: {
        type: 'object',
        properties: {
          partition: { type: 'integer' },
          nextOffset: { type: 'integer', description: 'Where the next read goes on.' },
          logStartOffset: { type: 'integer' },
          highWatermark: { type: 'integer', description: 'Offset after the last record that can be read.' },
        },
      },
    },
  },
} as const
