import { defineProperties } from '../property.ts'

const INT_MAX = 2_147_483_647

/** Limits of the HTTP port. */
export const httpProperties = defineProperties({
  'http.max.connections': {
    type: 'int',
    default: '1000',
    min: 1,
    max: INT_MAX,
    importance: 'medium',
    doc: 'Most connections to the HTTP port at one time; further ones are closed at once.',
  },
  'http.max.requests': {
    type: 'int',
    default: '256',
    min: 1,
    max: INT_MAX,
    importance: 'medium',
    doc: 'HTTP requests that may be in progress, waiting ones included. Further ones are answered with 503 and Retry-After.',
  },
  'http.max.body.bytes': {
    type: 'bytes',
    default: '2MiB',
    min: 1024,
    max: INT_MAX,
    importance: 'medium',
    doc: 'Largest body of one HTTP request, and largest line of a stream of records. A record of Kafka’s default limit of 1 MiB fits in base64.',
  },
  'http.body.timeout.ms': {
    type: 'duration-ms',
    default: '30s',
    min: 100,
    max: INT_MAX,
    importance: 'low',
    doc: 'Time that a client has to send the body of a request that is no stream of records.',
  },
  'http.head.timeout.ms': {
    type: 'duration-ms',
    default: '10s',
    min: 100,
    max: INT_MAX,
    importance: 'low',
    doc: 'Time that a client has to send the head of a request.',
  },
  'http.idle.timeout.ms': {
    type: 'duration-ms',
    default: '60s',
    // Reads may wait for 30 seconds, and would look like dead connections.
    min: 35_000,
    max: INT_MAX,
    importance: 'low',
    doc: 'A connection with a request in progress on which nothing moves for so long is closed.',
  },
  'http.keep.alive.ms': {
    type: 'duration-ms',
    default: '65s',
    min: 1,
    max: INT_MAX,
    importance: 'low',
    doc: 'How long a connection without a request stays open.',
  },
})
