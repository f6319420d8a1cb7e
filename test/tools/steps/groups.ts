import { anyTool, member, noSequence, release, tool, type ToolSection, type ToolStep } from '../tool-step.ts'

const GROUPS = 'consumer.group.ConsumerGroupCommand'
const CONSUMER = 'consumer.ConsoleConsumer'

/** What has epochs in it: those of a new group start at 2 in Kafka 4.4, at 1 here. */
const epochs = { measures: true }

const consume = (group: string, protocol: string, count: number): ToolStep =>
  tool(
    `consume as ${group}`,
    CONSUMER,
    `--topic g --group ${group} --from-beginning --max-messages ${count} --command-property group.protocol=${protocol}`,
  )

const reset = (form: string, options?: Parameters<typeof tool>[3]): ToolStep =>
  tool(`reset offsets ${form}`, GROUPS, `--reset-offsets ${form}`, options)

export const groups: ToolSection = {
  name: 'groups',
  steps: [
    tool('create topic', 'TopicCommand', '--create --topic g --partitions 3'),
    tool(
      'produce',
      'ConsoleProducer',
      '--topic g --reader-property parse.key=true --reader-property key.separator=:',
      {
        input: 'a:1\nb:2\nc:3\nd:4\ne:5\nf:6\ng:7\nh:8\n',
      },
    ),
    consume('old', 'classic', 8),
    consume('new', 'consumer', 8),
    anyTool(
      'dump what is known of new',
      'DumpLogSegments',
      '--files SEGMENT(__consumer_offsets,10) --offsets-decoder',
      {
        measures: true,
        differs: noSequence,
      },
    ),
    tool('list all groups', 'GroupsCommand', '--list'),
    tool('list groups by type', 'GroupsCommand', '--list --group-type consumer'),
    tool('list groups by protocol', 'GroupsCommand', '--list --protocol consumer'),
    tool('list share groups', 'consumer.group.ShareGroupCommand', '--list'),
    tool('list streams groups', 'streams.StreamsGroupCommand', '--list'),
    tool('list consumer groups', GROUPS, '--list'),
    tool('list consumer groups with type and state', GROUPS, '--list --state --type'),
    tool('list empty classic groups', GROUPS, '--list --state Empty --type classic'),
    ...['old', 'new'].flatMap((group) => [
      tool(`describe ${group}`, GROUPS, `--describe --group ${group}`),
      tool(`describe ${group} verbosely`, GROUPS, `--describe --group ${group} --offsets --verbose`),
      tool(`describe members of ${group}`, GROUPS, `--describe --group ${group} --members --verbose`, epochs),
      tool(`describe state of ${group}`, GROUPS, `--describe --group ${group} --state --verbose`, epochs),
    ]),
    tool('describe all groups', GROUPS, '--describe --all-groups'),
    tool('describe a group that is not there', GROUPS, '--describe --group nope'),
    tool('describe members of a group that is not there', GROUPS, '--describe --group nope --members'),
    tool('validate a pattern', GROUPS, '--validate-regex a.*[b'),
    member('m1', 'old', 'g', 'classic'),
    member('m2', 'new', 'g', 'consumer'),
    member('m3', 'new', 'g', 'consumer', 'static-3'),
    ...['old', 'new'].flatMap((group) => [
      tool(`describe ${group} with members`, GROUPS, `--describe --group ${group} --verbose`),
      tool(`describe the members of ${group}`, GROUPS, `--describe --group ${group} --members`),
      tool(
        `describe the members of ${group} verbosely`,
        GROUPS,
        `--describe --group ${group} --members --verbose`,
        epochs,
      ),
      tool(`describe the state of ${group}`, GROUPS, `--describe --group ${group} --state`),
      reset(`--group ${group} --topic g --to-earliest --execute`),
      tool(`delete ${group} with members`, GROUPS, `--delete --group ${group}`),
      tool(`delete offsets of ${group} with members`, GROUPS, `--delete-offsets --group ${group} --topic g`),
    ]),
    tool('list groups with members', GROUPS, '--list --state Stable'),
    release('m1'),
    release('m2'),
    release('m3'),
  ],
}

const forms = [
  '--to-earliest',
  '--to-latest',
  '--to-current',
  '--shift-by -1',
  '--shift-by 1',
  '--shift-by -100',
  '--to-offset 1',
  '--to-offset 100',
  '--by-duration PT1H',
  '--by-duration PT0S',
  '--to-datetime 2020-01-01T00:00:00.000',
  '--to-datetime 2020-01-01T00:00:00.000+02:00',
  '--to-datetime 2100-01-01T00:00:00Z',
]

export const resets: ToolSection = {
  name: 'reset-offsets',
  steps: [
    tool('create topic', 'TopicCommand', '--create --topic r --partitions 3'),
    tool(
      'produce',
      'ConsoleProducer',
      '--topic r --reader-property parse.key=true --reader-property key.separator=:',
      {
        input: 'a:1\nb:2\nc:3\nd:4\ne:5\nf:6\ng:7\nh:8\n',
      },
    ),
    ...(['classic', 'consumer'] as const).map((protocol) =>
      tool(
        `consume, ${protocol}`,
        CONSUMER,
        `--topic r --group r-${protocol} --from-beginning --max-messages 8 --command-property group.protocol=${protocol}`,
      ),
    ),
    ...forms.map((form) => reset(`--group r-consumer --topic r ${form} --dry-run`)),
    ...forms.map((form) => reset(`--group r-classic --topic r ${form} --execute`)),
    reset('--group r-consumer --topic r:0,2 --to-earliest --execute'),
    reset('--group r-consumer --all-topics --to-current --export --dry-run'),
    reset('--group r-consumer --from-file DIR/offsets.csv --dry-run', {
      files: { 'offsets.csv': 'r,0,0\nr,1,1\n' },
    }),
    reset('--group r-consumer --from-file DIR/offsets.csv --execute', {
      files: { 'offsets.csv': 'r,0,0\nr,1,1\n' },
    }),
    reset('--group r-consumer --group r-classic --from-file DIR/offsets.csv --execute', {
      files: { 'offsets.csv': 'r-consumer,r,0,1\nr-classic,r,1,1\n' },
    }),
    tool('describe after that', GROUPS, '--describe --group r-consumer --group r-classic'),
    reset('--group r-consumer --group r-classic --all-topics --to-latest --export --execute'),
    reset('--all-groups --topic r --to-earliest --dry-run'),
    reset('--all-groups --all-topics --to-latest --execute'),
    reset('--group fresh --topic r --to-latest --execute'),
    reset('--group r-consumer --topic nope --to-latest --execute'),
    reset('--group r-consumer --topic r:9 --to-latest --execute'),
    tool('describe a group that was made by a reset', GROUPS, '--describe --group fresh'),
    tool('delete offsets', GROUPS, '--delete-offsets --group r-consumer --topic r'),
    tool('delete offsets again', GROUPS, '--delete-offsets --group r-consumer --topic r'),
    tool(
      'delete offsets of a topic that is not there',
      GROUPS,
      '--delete-offsets --group r-consumer --topic nope',
    ),
    tool('delete offsets of a group that is not there', GROUPS, '--delete-offsets --group nope --topic r'),
    tool('delete groups', GROUPS, '--delete --group r-consumer --group r-classic --group fresh'),
    tool('delete groups again', GROUPS, '--delete --group r-consumer'),
    tool('list what is left', GROUPS, '--list'),
  ],
}
