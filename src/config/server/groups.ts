import { defineProperties } from '../property.ts'

const INT_MAX = 2_147_483_647

/** Consumer groups and their offsets. */
export const groupProperties = defineProperties({
  'offsets.topic.num.partitions': {
    type: 'int',
    default: '50',
    min: 1,
    importance: 'high',
    doc: 'Partitions of __consumer_offsets. It only counts when that topic is created and must not change afterwards.',
  },
  'offsets.retention.minutes': {
    type: 'int',
    default: '10080',
    min: 1,
    unit: 'minutes',
    importance: 'high',
    doc: 'How long the offsets of a group without members, or of a topic that the group no longer reads, are kept.',
  },
  'offsets.retention.check.interval.ms': {
    type: 'duration-ms',
    default: '10min',
    min: 1,
    importance: 'low',
    doc: 'Time between two looks for offsets that have expired.',
  },
  'offset.metadata.max.bytes': {
    type: 'bytes',
    default: '4096',
    min: 0,
    max: INT_MAX,
    importance: 'low',
    doc: 'Largest text that a client may store with a committed offset.',
  },
  'group.min.session.timeout.ms': {
    type: 'duration-ms',
    default: '6s',
    min: 0,
    max: INT_MAX,
    importance: 'medium',
    doc: 'Shortest session timeout that a member of a classic group may ask for.',
  },
  'group.max.session.timeout.ms': {
    type: 'duration-ms',
    default: '30min',
    min: 0,
    max: INT_MAX,
    importance: 'medium',
    doc: 'Longest session timeout that a member of a classic group may ask for.',
  },
  'group.initial.rebalance.delay.ms': {
    type: 'duration-ms',
    default: '3s',
    min: 0,
    max: INT_MAX,
    importance: 'medium',
    doc: 'Time that the first rebalance of an empty group waits for further members. Set it to 0 in tests for a quick start.',
  },
  'group.max.size': {
    type: 'int',
    default: '2147483647',
    min: 1,
    importance: 'medium',
    doc: 'Most members of one classic group.',
  },
})
