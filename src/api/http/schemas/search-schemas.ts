/** JSON schemas of searches. */

const time = {
  type: ['string', 'integer'],
  examples: ['now-15m', '2026-11-21T12:00:00Z', 1795276512566],
} as const

const anyObject = { type: 'object', additionalProperties: true } as const

export const searchBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    query: {
      type: ['string', 'object'],
      description:
        'Text in Lucene’s syntax (level:error AND host:web*), or an object in Elasticsearch’s query DSL. Default: everything.',
    },
    topics: {
      type: ['array', 'string'],
      items: { type: 'string' },
      description:
        'Names or patterns ("web-*", "-web-test"); text is split at commas. Default: every topic but the internal ones.',
    },
    from: {
      ...time,
      description: 'Records from this time on: ISO 8601, milliseconds, or date math ("now-15m").',
    },
    to: { ...time, description: 'Records before this time.' },
    size: { type: 'integer', minimum: 0, maximum: 1_000_000, description: 'Hits wanted. Default: 10.' },
    offset: { type: 'integer', minimum: 0, description: 'Hits left out before them.' },
    sort: {
      type: 'array',
      maxItems: 16,
      description: 'Default: newest first; by relevance with "scored".',
      items: {
        type: ['object', 'string'],
        required: ['field'],
        additionalProperties: false,
        properties: {
          field: {
            type: 'string',
            description: 'A field, or _score, _timestamp, _offset, _partition, _doc.',
          },
          order: { enum: ['asc', 'desc'] },
          missing: { type: ['string', 'number'], description: '"first", "last" (the default) or a value.' },
          mode: { enum: ['min', 'max'] },
        },
      },
    },
    scored: {
      type: 'boolean',
      description: 'Scores hits by relevance (BM25), and sorts by it unless "sort" says otherwise.',
    },
    after: {
      type: 'array',
      description: 'The next page: "sort" of the last hit, then its topic, partition and offset.',
      items: { type: ['string', 'number', 'boolean', 'null'] },
    },
    aggregations: { ...anyObject, description: 'Aggregations as Elasticsearch takes them.' },
    highlight: {
      type: ['boolean', 'object'],
      description: 'true for all fields that the query is about, or an object as Elasticsearch takes it.',
    },
    postFilter: {
      ...anyObject,
      description: 'A query that hits must match, too; aggregations do not see it.',
    },
    collapse: { type: 'string', description: 'Only the best hit of each value of this field.' },
    minScore: { type: 'number' },
    explain: { type: 'boolean', description: 'Says how the score of each hit came about.' },
    trackTotalHits: {
      type: ['boolean', 'integer'],
      description: 'Up to how many hits the total is exact; true: always. Default: 10000.',
    },
    freshness: {
      enum: ['wait', 'any'],
      description:
        '"wait": the answer has every record that was acknowledged before the request. "any": what is indexed already.',
    },
    timeout: {
      type: ['integer', 'string'],
      description: 'Milliseconds, or a text such as "5s". Default: search.timeout.ms.',
    },
    documents: { type: 'boolean', description: 'false leaves keys, values and headers out.' },
  },
  examples: [
    { query: 'level:error AND host:web*', topics: ['logs'], from: 'now-15m' },
    {
      query: { bool: { must: [{ match: { message: 'timeout' } }], filter: [{ term: { level: 'error' } }] } },
      aggregations: { by_service: { terms: { field: 'service' } } },
      size: 0,
    },
  ],
} as const

export const searchHit = {
  type: 'object',
  properties: {
    topic: { type: 'string' },
    partition: { type: 'integer' },
    offset: { type: 'integer' },
    timestamp: { type: ['integer', 'null'] },
    time: { type: ['string', 'null'] },
    key: { description: 'See `keyEncoding`.' },
    keyEncoding: { enum: ['json', 'text', 'base64', null] },
    value: {
      description: 'The JSON value, text, or bytes in base64: `valueEncoding` says which; null: no value.',
    },
    valueEncoding: { enum: ['json', 'text', 'base64', null] },
    headers: {
      type: 'array',
      items: {
        type: 'object',
        properties: { key: { type: 'string' }, value: {}, valueEncoding: { enum: ['text', 'base64', null] } },
      },
    },
    score: { type: ['number', 'null'] },
    sort: { type: 'array' },
    highlight: { type: ['object', 'null'] },
    explanation: { type: ['object', 'null'] },
  },
} as const

const coverage = {
  type: 'array',
  description:
    'Which offsets the answer covers. `complete` means: all that a consumer could have read when the request came in.',
  items: {
    type: 'object',
    properties: {
      topic: { type: 'string' },
      partition: { type: 'integer' },
      from: { type: 'integer' },
      to: { type: 'integer', description: 'Exclusive.' },
      complete: { type: 'boolean' },
      reason: { type: ['string', 'null'] },
    },
  },
} as const

export const searchAnswer = {
  type: 'object',
  properties: {
    tookMs: { type: 'number' },
    total: { type: 'object', properties: { value: { type: 'integer' }, exact: { type: 'boolean' } } },
    maxScore: { type: ['number', 'null'] },
    hits: { type: 'array', items: searchHit },
    aggregations: { type: ['object', 'null'], description: 'As Elasticsearch answers.' },
    coverage,
    complete: { type: 'boolean', description: 'Whether every part of `coverage` is complete.' },
    hints: { type: 'array', items: { type: 'string' } },
  },
} as const

const topicsParameter = {
  type: 'string',
  description: 'Names or patterns, separated by commas. Default: every topic but the internal ones.',
} as const

export const fieldsQuery = {
  type: 'object',
  additionalProperties: false,
  properties: { topics: topicsParameter },
} as const

export const fieldsAnswer = {
  type: 'object',
  properties: {
    fields: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          types: { type: 'array', items: { enum: ['text', 'keyword', 'long', 'double', 'date', 'boolean'] } },
          docCount: { type: 'integer', description: 'Records that have the field.' },
        },
      },
    },
  },
} as const

export const valuesQuery = {
  type: 'object',
  additionalProperties: false,
  required: ['field'],
  properties: {
    topics: topicsParameter,
    field: { type: 'string' },
    prefix: { type: 'string' },
    limit: { type: 'integer', minimum: 1, maximum: 1000, description: 'Default: 20.' },
  },
} as const

export const valuesAnswer = {
  type: 'object',
  properties: {
    values: {
      type: 'array',
      items: { type: 'object', properties: { value: { type: 'string' }, count: { type: 'integer' } } },
    },
  },
} as const

export const tailQuery = {
  type: 'object',
  additionalProperties: false,
  properties: { topics: topicsParameter, query: { type: 'string', description: 'In Lucene’s syntax.' } },
} as const

export const statusAnswer = {
  type: 'object',
  properties: {
    partitions: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          topic: { type: 'string' },
          partition: { type: 'integer' },
          indexedTo: { type: 'integer', description: 'Every offset below is indexed.' },
          end: { type: 'integer', description: 'The last stable offset.' },
          lagRecords: { type: 'integer' },
          lagBytes: { type: 'integer' },
          lagMs: { type: 'number', description: 'How long ago the index last had everything.' },
          files: { type: 'integer' },
          fileBytes: { type: 'integer' },
          tailBytes: { type: 'integer', description: 'Memory of what is in no file yet.' },
        },
      },
    },
  },
} as const

export const rebuildBody = {
  type: 'object',
  additionalProperties: false,
  required: ['topics'],
  properties: { topics: { type: ['array', 'string'], items: { type: 'string' } } },
} as const

export const rebuildAnswer = {
  type: 'object',
  properties: { partitions: { type: 'integer', description: 'How many are made anew.' } },
} as const
