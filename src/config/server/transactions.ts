import { defineProperties } from '../property.ts'

const INT_MAX = 2_147_483_647

/** Transactions and those who write in them. */
export const transactionProperties = defineProperties({
  'transaction.state.log.num.partitions': {
    type: 'int',
    default: '50',
    min: 1,
    importance: 'high',
    doc: 'Partitions of __transaction_state. It only counts when that topic is created and must not change afterwards.',
  },
  'transaction.max.timeout.ms': {
    type: 'duration-ms',
    default: '15min',
    min: 1,
    max: INT_MAX,
    importance: 'high',
    doc: 'Longest transaction.timeout.ms that a producer may ask for. One that asks for more is refused, so that nobody keeps readers of committed records waiting for longer.',
  },
  'transactional.id.expiration.ms': {
    type: 'duration-ms',
    default: '7d',
    min: 1,
    max: INT_MAX,
    importance: 'high',
    doc: 'How long a transactional id that nobody uses is remembered.',
  },
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': {
    type: 'duration-ms',
    default: '10s',
    min: 1,
    max: INT_MAX,
    importance: 'low',
    doc: 'Time between two looks for transactions that have been open for longer than their timeout, which are aborted then.',
  },
  'transaction.remove.expired.transaction.cleanup.interval.ms': {
    type: 'duration-ms',
    default: '1h',
    min: 1,
    max: INT_MAX,
    importance: 'low',
    doc: 'Time between two looks for transactional ids that have expired.',
  },
})
