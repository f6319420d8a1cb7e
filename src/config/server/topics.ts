import { defineProperties } from '../property.ts'

const INT_MAX = 2_147_483_647

/** Creating topics and reading them. The defaults of topic configs (`log.*`) come from the topic table. */
export const topicCreationProperties = defineProperties({
  'auto.create.topics.enable': {
    type: 'boolean',
    default: 'true',
    importance: 'high',
    doc: 'Creates a topic when a client that allows it asks for the metadata of one that does not exist.',
  },
  'num.partitions': {
    type: 'int',
    default: '1',
    min: 1,
    importance: 'medium',
    doc: 'Partitions of a topic that is created without a number.',
  },
  'default.replication.factor': {
    type: 'int',
    default: '1',
    min: 1,
    max: 32_767,
    importance: 'medium',
    doc: 'Replicas of a topic that is created without a number.',
  },
  'fetch.max.bytes': {
    type: 'bytes',
    default: '55MiB',
    min: 1024,
    max: INT_MAX,
    importance: 'medium',
    doc: 'Most bytes in one Fetch response, whatever the consumer asks for. A first batch that is larger is still returned.',
  },
  'max.incremental.fetch.session.cache.slots': {
    type: 'int',
    default: '1000',
    min: 0,
    importance: 'medium',
    doc: 'Fetch sessions to remember (KIP-227). A consumer without one sends its whole list of partitions each time.',
  },
})
