import { defineProperties } from '../property.ts'

/** Who this node is and where its state lives. */
export const nodeProperties = defineProperties({
  'node.id': {
    type: 'int',
    default: '1',
    min: 0,
    importance: 'high',
    kafkaAliases: ['broker.id'],
    doc: 'Id of this node, unique in the cluster and never changed, because partitions refer to it.',
  },
  'cluster.id': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Id of the cluster, 22 characters of base64url. Without it, the first start makes one and keeps it in the data directory.',
  },
  'broker.rack': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Rack or availability zone of this node. Replicas are spread over racks, and consumers may read from the nearest one.',
  },
  'data.dir': {
    type: 'string',
    default: './data',
    importance: 'high',
    kafkaAliases: ['log.dirs', 'log.dir'],
    doc: 'Directory of all state: write-ahead log, segments, metadata. A relative path starts at the current directory.',
  },
  'disk.reserve.bytes': {
    type: 'bytes',
    default: '512MiB',
    min: 0,
    dynamic: true,
    importance: 'medium',
    doc: 'With less than this free on the disk of data.dir, produce requests are refused (retriable) while reads and deletions go on.',
  },
  'shutdown.grace.ms': {
    type: 'duration-ms',
    default: '25s',
    min: 0,
    max: 3_600_000,
    importance: 'medium',
    doc: 'Longest time that a stop waits for requests in progress and for connections to drain. Keep it below the supervisor’s own limit (Kubernetes: 30 s).',
  },
})
