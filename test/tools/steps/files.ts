import { anyTool, noSequence, release, tool, transaction, type ToolSection } from '../tool-step.ts'

const DUMP = 'DumpLogSegments'

const formatter = (name: string): string =>
  `--formatter org.apache.kafka.tools.consumer.${name}MessageFormatter`

export const files: ToolSection = {
  name: 'files',
  steps: [
    tool('create topic', 'TopicCommand', '--create --topic f --partitions 1'),
    tool(
      'produce',
      'ConsoleProducer',
      '--topic f --reader-property parse.key=true --reader-property key.separator=:',
      {
        input: 'a:1\nb:2\n',
      },
    ),
    tool('produce compressed', 'ConsoleProducer', '--topic f --compression-codec lz4', {
      input: 'one\ntwo\n',
    }),
    tool('consume', 'consumer.ConsoleConsumer', '--topic f --group fg --from-beginning --max-messages 4'),
    transaction('f-tx', 'f'),
    release('f-tx'),
    anyTool('dump a segment', DUMP, '--files SEGMENT(f,0)'),
    anyTool(
      'dump a segment with its records',
      DUMP,
      '--files SEGMENT(f,0) --print-data-log --deep-iteration',
    ),
    // The coordinators' partitions are the hash codes of the ids, modulo 50.
    anyTool('dump the commits of a group', DUMP, '--files SEGMENT(__consumer_offsets,15) --offsets-decoder', {
      differs: noSequence,
    }),
    anyTool(
      'dump the states of a transaction',
      DUMP,
      '--files SEGMENT(__transaction_state,43) --transaction-log-decoder',
      { differs: noSequence },
    ),
    tool(
      'consume commits',
      'consumer.ConsoleConsumer',
      `--topic __consumer_offsets --partition 15 --offset earliest --timeout-ms 1500 ${formatter('Offsets')}`,
    ),
    tool(
      'consume members',
      'consumer.ConsoleConsumer',
      `--topic __consumer_offsets --partition 15 --offset earliest --timeout-ms 1500 ${formatter('GroupMetadata')}`,
    ),
    tool(
      'consume states of transactions',
      'consumer.ConsoleConsumer',
      `--topic __transaction_state --partition 43 --offset earliest --timeout-ms 1500 ${formatter('TransactionLog')}`,
    ),
  ],
}
