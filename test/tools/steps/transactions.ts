import { release, tool, transaction, type ToolSection } from '../tool-step.ts'

const TRANSACTIONS = 'TransactionsCommand'

export const transactions: ToolSection = {
  name: 'transactions',
  steps: [
    tool('create topic', 'TopicCommand', '--create --topic x --partitions 1'),
    transaction('tx-1', 'x'),
    tool('list transactions', TRANSACTIONS, 'list'),
    tool('list transactions by pattern', TRANSACTIONS, 'list --transactional-id-pattern tx-.*'),
    tool('list long transactions', TRANSACTIONS, 'list --duration-filter 3600000'),
    tool('list transactions by a bad pattern', TRANSACTIONS, 'list --transactional-id-pattern (', {
      code: 1,
    }),
    tool('describe transaction', TRANSACTIONS, 'describe --transactional-id tx-1', { measures: true }),
    tool('describe a transaction that is not there', TRANSACTIONS, 'describe --transactional-id nope', {
      code: 1,
    }),
    tool('describe producers', TRANSACTIONS, 'describe-producers --topic x --partition 0'),
    tool(
      'describe producers of a broker',
      TRANSACTIONS,
      'describe-producers --topic x --partition 0 --broker-id 1',
    ),
    tool('find hanging transactions', TRANSACTIONS, 'find-hanging --broker-id 1'),
    tool('find hanging transactions of a topic', TRANSACTIONS, 'find-hanging --broker-id 1 --topic x'),
    tool(
      'find transactions open for no time',
      TRANSACTIONS,
      'find-hanging --broker-id 1 --max-transaction-timeout 0',
    ),
    tool(
      'committed records',
      'consumer.ConsoleConsumer',
      '--topic x --from-beginning --timeout-ms 1500 --isolation-level read_committed',
    ),
    tool('uncommitted records', 'consumer.ConsoleConsumer', '--topic x --from-beginning --max-messages 1'),
    tool(
      'abort where no transaction begins',
      TRANSACTIONS,
      'abort --topic x --partition 0 --start-offset 5',
      { code: 1 },
    ),
    tool('abort transaction', TRANSACTIONS, 'abort --topic x --partition 0 --start-offset 0'),
    tool('describe producers after that', TRANSACTIONS, 'describe-producers --topic x --partition 0'),
    tool('offsets after that', 'GetOffsetShell', '--topic x'),
    release('tx-1'),
    transaction('tx-1', 'x'),
    tool('describe the next transaction', TRANSACTIONS, 'describe --transactional-id tx-1', {
      measures: true,
    }),
    tool('force its end', TRANSACTIONS, 'forceTerminateTransaction --transactionalId tx-1'),
    release('tx-1'),
  ],
}
