import { tool, type ToolSection } from '../tool-step.ts'

const PRODUCER = 'ConsoleProducer'
const CONSUMER = 'consumer.ConsoleConsumer'
const OFFSETS = 'GetOffsetShell'
const DELETE = 'DeleteRecordsCommand'

const keyed = '--reader-property parse.key=true --reader-property key.separator=:'

const everything =
  '--formatter-property print.timestamp=true --formatter-property print.key=true --formatter-property print.offset=true ' +
  '--formatter-property print.partition=true --formatter-property print.headers=true'

const upTo = (offset: number): Readonly<Record<string, string>> => ({
  'records.json': JSON.stringify({
    version: 1,
    partitions: [{ topic: 'records', partition: 0, offset }],
  }),
})

export const records: ToolSection = {
  name: 'records',
  steps: [
    tool('create topic', 'TopicCommand', '--create --topic records --partitions 3'),
    tool('produce with keys', PRODUCER, `--topic records ${keyed}`, {
      input: 'a:1\nb:2\nc:3\nd:4\ne:5\nf:6\ng:7\nh:8\n',
    }),
    tool(
      'produce with headers and nulls',
      PRODUCER,
      '--topic records --reader-property parse.key=true --reader-property parse.headers=true ' +
        '--reader-property key.separator=: --reader-property headers.delimiter=| --reader-property null.marker=NULL',
      { input: 'h1:v1,h2:v2|k:value\nh1:NULL|k2:NULL\n' },
    ),
    tool('produce compressed', PRODUCER, `--topic records --compression-codec zstd --sync ${keyed}`, {
      input: 'i:zstd\n',
    }),
    tool('produce without acks', PRODUCER, `--topic records --command-property acks=0 --sync ${keyed}`, {
      input: 'j:none\n',
    }),
    tool(
      'produce what is too large',
      PRODUCER,
      '--topic records --sync --command-property max.request.size=3000000',
      {
        input: `${'x'.repeat(1_100_000)}\n`,
        code: 1,
        differs: { lines: /RecordTooLargeException/, because: 'the message names the sizes' },
      },
    ),
    tool(
      'consume one partition',
      CONSUMER,
      `--topic records --partition 0 --offset earliest --timeout-ms 2000 ${everything}`,
    ),
    tool(
      'consume from an offset',
      CONSUMER,
      `--topic records --partition 0 --offset 1 --max-messages 1 ${everything}`,
    ),
    tool(
      'consume as a classic group',
      CONSUMER,
      `--topic records --group rc --from-beginning --max-messages 10 --command-property group.protocol=classic ${everything}`,
    ),
    tool(
      'consume as a consumer group',
      CONSUMER,
      `--topic records --group rh --from-beginning --max-messages 10 --command-property group.protocol=consumer ${everything}`,
    ),
    tool(
      'consume by pattern',
      CONSUMER,
      '--include recor.* --group rp --from-beginning --max-messages 10 --command-property group.protocol=consumer',
    ),
    tool(
      'consume committed only',
      CONSUMER,
      '--topic records --from-beginning --max-messages 10 --isolation-level read_committed',
    ),
    tool(
      'consume a topic that is not there',
      CONSUMER,
      '--topic nope --timeout-ms 1500 --command-property allow.auto.create.topics=false',
    ),
    tool('latest offsets', OFFSETS, '--topic records'),
    tool('earliest offsets', OFFSETS, '--topic records --time earliest'),
    tool('offset of the largest timestamp', OFFSETS, '--topic-partitions records:2 --time max-timestamp'),
    tool('earliest local offsets', OFFSETS, '--topic records --time earliest-local'),
    tool('latest tiered offsets', OFFSETS, '--topic records --time latest-tiered'),
    tool('offsets to be tiered', OFFSETS, '--topic records --time earliest-pending-upload'),
    tool('offsets by timestamp', OFFSETS, '--topic records --time 1000'),
    tool('offsets beyond all timestamps', OFFSETS, '--topic records --time 4000000000000'),
    tool('offsets of partitions', OFFSETS, '--topic-partitions records:0-2'),
    tool('offsets of a topic that is not there', OFFSETS, '--topic nope', { code: 1 }),
    tool('delete records', DELETE, '--offset-json-file DIR/records.json', { files: upTo(1) }),
    tool('delete records again', DELETE, '--offset-json-file DIR/records.json', { files: upTo(1) }),
    tool('delete records beyond the end', DELETE, '--offset-json-file DIR/records.json', {
      files: upTo(100_000),
    }),
    tool('delete all records', DELETE, '--offset-json-file DIR/records.json', { files: upTo(-1) }),
    tool('earliest offsets after that', OFFSETS, '--topic records --time earliest'),
  ],
}

export const performance: ToolSection = {
  name: 'performance',
  slow: true,
  steps: [
    tool('create topic', 'TopicCommand', '--create --topic speed'),
    tool(
      'producer performance',
      'ProducerPerformance',
      '--topic speed --num-records 20000 --record-size 100 --throughput -1',
      { measures: true },
    ),
    tool(
      'consumer performance',
      'ConsumerPerformance',
      '--topic speed --num-records 20000 --from-latest --timeout 2000',
      { measures: true },
    ),
    tool(
      'end-to-end latency',
      'EndToEndLatency',
      '--topic speed --num-records 200 --producer-acks all --record-size 100',
      { measures: true },
    ),
    tool('offsets after that', OFFSETS, '--topic speed'),
  ],
}
