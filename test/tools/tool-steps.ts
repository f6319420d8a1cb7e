/** One run of one of Kafka's command line tools. `BROKER` stands for the address, `DIR` for a folder of its own. */
export interface ToolStep {
  readonly name: string
  /** Main class. */
  readonly tool: string
  readonly args: readonly string[]
  /** What is typed. */
  readonly input?: string
  /** Files that the step reads, by name in `DIR`. */
  readonly files?: Readonly<Record<string, string>>
  /** Why its output is another than on Apache Kafka, in which case it only has to end alike. */
  readonly differs?: string
}

const TOOLS = 'org.apache.kafka.tools.'
const bootstrap = ['--bootstrap-server', 'BROKER'] as const

function step(name: string, tool: string, args: string, more: Partial<ToolStep> = {}): ToolStep {
  return {
    name,
    tool: tool.includes('.admin.') ? tool : TOOLS + tool,
    args: [...bootstrap, ...args.split(' ').filter((word) => word !== '')],
    ...more,
  }
}

const GROUPS = 'consumer.group.ConsumerGroupCommand'
const reset = (form: string): ToolStep =>
  step(`reset offsets ${form}`, GROUPS, `--reset-offsets --group g --topic t ${form} --dry-run`)

const assignment = JSON.stringify({ version: 1, partitions: [{ topic: 't', partition: 0, replicas: [1] }] })

/** In order: later steps use what earlier ones made. */
export const toolSteps: readonly ToolStep[] = [
  step('create topic', 'TopicCommand', '--create --topic t --partitions 2'),
  step('create topic again', 'TopicCommand', '--create --topic t'),
  step('list topics', 'TopicCommand', '--list'),
  step('grow topic', 'TopicCommand', '--alter --topic t --partitions 3'),
  step('describe topic', 'TopicCommand', '--describe --topic t'),
  step(
    'produce',
    'ConsoleProducer',
    '--topic t --reader-property parse.key=true --reader-property key.separator=:',
    {
      input: 'a:1\nb:2\nc:3\nd:4\n',
    },
  ),
  step(
    'consume',
    'consumer.ConsoleConsumer',
    '--topic t --group g --from-beginning --max-messages 4 --command-property group.protocol=classic',
  ),
  step(
    'consume, consumer protocol',
    'consumer.ConsoleConsumer',
    '--topic t --group h --from-beginning --max-messages 4 --command-property group.protocol=consumer',
  ),
  step('list groups', 'GroupsCommand', '--list'),
  step('list consumer groups with type and state', GROUPS, '--list --state --type'),
  step('describe group', GROUPS, '--describe --group g'),
  step('describe consumer group', GROUPS, '--describe --group h'),
  step('describe group members', GROUPS, '--describe --group h --members --verbose'),
  step('describe group state', GROUPS, '--describe --group h --state'),
  step('describe unknown group', GROUPS, '--describe --group nope'),
  reset('--to-earliest'),
  reset('--to-latest'),
  reset('--to-current'),
  reset('--shift-by -1'),
  reset('--to-offset 1'),
  reset('--by-duration PT1H'),
  reset('--to-datetime 2020-01-01T00:00:00.000'),
  step('reset offsets from file', GROUPS, '--reset-offsets --group g --from-file DIR/offsets.csv --dry-run', {
    files: { 'offsets.csv': 't,0,0\nt,1,0\n' },
  }),
  step('reset offsets for real', GROUPS, '--reset-offsets --group h --all-topics --to-earliest --execute'),
  step('delete offsets', GROUPS, '--delete-offsets --group h --topic t'),
  step('delete group', GROUPS, '--delete --group h'),
  step(
    'set group config',
    'kafka.admin.ConfigCommand',
    '--alter --entity-type groups --entity-name g --add-config consumer.session.timeout.ms=50000',
  ),
  step(
    'describe group config',
    'kafka.admin.ConfigCommand',
    '--describe --entity-type groups --entity-name g',
  ),
  step(
    'set topic config',
    'kafka.admin.ConfigCommand',
    '--alter --entity-type topics --entity-name t --add-config retention.ms=1000000',
  ),
  step(
    'describe topic config',
    'kafka.admin.ConfigCommand',
    '--describe --entity-type topics --entity-name t',
  ),
  step(
    'bad topic config',
    'kafka.admin.ConfigCommand',
    '--alter --entity-type topics --entity-name t --add-config nope=1',
    {
      differs: 'the error names a similar config',
    },
  ),
  step(
    'set quota',
    'kafka.admin.ConfigCommand',
    '--alter --entity-type clients --entity-name c --add-config producer_byte_rate=1000',
  ),
  step('describe quota', 'kafka.admin.ConfigCommand', '--describe --entity-type clients --entity-name c'),
  step(
    'set client metrics',
    'ClientMetricsCommand',
    '--alter --name m --metrics org.apache.kafka.producer. --interval 5000',
  ),
  step('describe client metrics', 'ClientMetricsCommand', '--describe --name m'),
  step('list client metrics', 'ClientMetricsCommand', '--list'),
  step('get offsets', 'GetOffsetShell', '--topic t'),
  step('delete records', 'DeleteRecordsCommand', '--offset-json-file DIR/records.json', {
    files: {
      'records.json': JSON.stringify({ version: 1, partitions: [{ topic: 't', partition: 0, offset: 0 }] }),
    },
  }),
  step('log dirs', 'LogDirsCommand', '--describe --topic-list t', {
    differs: 'other paths, free space and sizes on disk',
  }),
  step('reassign', 'reassign.ReassignPartitionsCommand', '--reassignment-json-file DIR/plan.json --execute', {
    differs: 'the log directory is another',
    files: { 'plan.json': assignment },
  }),
  step(
    'verify reassignment',
    'reassign.ReassignPartitionsCommand',
    '--reassignment-json-file DIR/plan.json --verify',
    {
      files: { 'plan.json': assignment },
    },
  ),
  step('list reassignments', 'reassign.ReassignPartitionsCommand', '--list'),
  step('elect leaders', 'LeaderElectionCommand', '--election-type preferred --all-topic-partitions'),
  step('elect a leader', 'LeaderElectionCommand', '--election-type preferred --topic t --partition 0'),
  step('quorum status', 'MetadataQuorumCommand', 'describe --status', {
    differs: 'the metadata log is another',
  }),
  step('quorum replication', 'MetadataQuorumCommand', 'describe --replication', {
    differs: 'the metadata log is another',
  }),
  step('features', 'FeatureCommand', 'describe', {
    differs:
      'share.version, streams.version, kraft.version and eligible.leader.replicas.version are not there',
  }),
  step('list transactions', 'TransactionsCommand', 'list'),
  step('api versions', 'BrokerApiVersionsCommand', '', {
    differs: 'APIs that are not implemented are not advertised',
  }),
  step('delete topic', 'TopicCommand', '--delete --topic t'),
]
