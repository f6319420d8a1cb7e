/** JSON schemas of compaction. */

export const compactionQuery = {
  type: 'object',
  additionalProperties: false,
  properties: { topic: { type: 'string', description: 'Only the partitions of this topic.' } },
} as const

export const compactBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    partition: {
      type: 'integer',
      minimum: 0,
      description: 'Only this partition; all of them when it is left out.',
    },
  },
  examples: [{}, { partition: 0 }],
} as const

const reportProperties = {
  endedMs: { type: 'integer', description: 'When it ended, ms since 1970.' },
  durationMs: { type: 'number' },
  passes: { type: 'integer', description: 'More than one when the keys did not fit into memory.' },
  bytesBefore: { type: 'integer', description: 'Bytes of the partition before.' },
  bytesAfter: { type: 'integer' },
  recordsRead: { type: 'integer', description: 'Of the last pass.' },
  recordsKept: { type: 'integer' },
} as const

export const compacted = {
  type: 'object',
  properties: {
    topic: { type: 'string' },
    partitions: {
      type: 'array',
      items: { type: 'object', properties: { partition: { type: 'integer' }, ...reportProperties } },
    },
  },
} as const

const status = {
  type: 'object',
  properties: {
    topic: { type: 'string' },
    partition: { type: 'integer' },
    strategy: { type: 'string', enum: ['key', 'time', 'hybrid'] },
    running: { type: 'boolean' },
    cleanedOffset: { type: 'integer', description: 'Compaction has been through everything below.' },
    cleanBytes: { type: 'integer', description: 'Bytes of segments that were compacted.' },
    dirtyBytes: { type: 'integer', description: 'Bytes of segments that may be compacted and were not.' },
    dirtyRatio: { type: 'number', description: 'Compared with min.cleanable.dirty.ratio.' },
    last: {
      type: ['object', 'null'],
      properties: reportProperties,
      description: 'The last one since the start.',
    },
    problem: { type: ['string', 'null'], description: 'Why the partition is left alone, or null.' },
  },
} as const

export const compactionStatus = {
  type: 'object',
  properties: {
    cleaner: {
      type: 'object',
      properties: {
        enabled: { type: 'boolean' },
        backoffMs: { type: 'integer' },
        dedupeBufferBytes: { type: 'integer' },
        ioBufferBytes: { type: 'integer' },
        maxBytesPerSecond: { type: ['number', 'null'], description: 'null: no limit.' },
      },
    },
    partitions: { type: 'array', items: status },
  },
} as const
