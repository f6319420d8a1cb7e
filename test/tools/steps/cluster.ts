import { anyTool, tool, type ToolSection } from '../tool-step.ts'

const REASSIGN = 'reassign.ReassignPartitionsCommand'
const ELECT = 'LeaderElectionCommand'
const FEATURES = 'FeatureCommand'
const QUORUM = 'MetadataQuorumCommand'

const plan = (replicas: readonly number[]): Readonly<Record<string, string>> => ({
  'plan.json': JSON.stringify({ version: 1, partitions: [{ topic: 'c', partition: 0, replicas }] }),
  'topics.json': JSON.stringify({ version: 1, topics: [{ topic: 'c' }] }),
  'election.json': JSON.stringify({ partitions: [{ topic: 'c', partition: 1 }] }),
})

/** APIs of security, share groups, streams groups and Raft, and those of telemetry, which Kafka has only with a plugin. */
const notThere =
  /^(?:Sasl|\w+(?:Acls|Token|ScramCredentials|RaftVoter|Telemetry|TelemetrySubscriptions)\(|\w*Share|Streams|UNKNOWN)/

export const cluster: ToolSection = {
  name: 'cluster',
  steps: [
    tool('create topic', 'TopicCommand', '--create --topic c --partitions 2'),
    tool('log dirs of a broker that is not there', 'LogDirsCommand', '--describe --broker-list 7', {
      code: 1,
    }),
    tool(
      'generate a plan',
      REASSIGN,
      '--topics-to-move-json-file DIR/topics.json --broker-list 1 --generate',
      { files: plan([1]) },
    ),
    tool('reassign', REASSIGN, '--reassignment-json-file DIR/plan.json --execute', { files: plan([1]) }),
    tool('verify reassignment', REASSIGN, '--reassignment-json-file DIR/plan.json --verify', {
      files: plan([1]),
    }),
    tool(
      'reassign to a broker that is not there',
      REASSIGN,
      '--reassignment-json-file DIR/plan.json --execute',
      { files: plan([7]), code: 1 },
    ),
    tool('cancel reassignment', REASSIGN, '--reassignment-json-file DIR/plan.json --cancel', {
      files: plan([1]),
    }),
    tool('list reassignments', REASSIGN, '--list'),
    tool('create a topic of one partition', 'TopicCommand', '--create --topic d'),
    tool('produce to it', 'ConsoleProducer', '--topic d', { input: 'one\n' }),
    tool('log dirs', 'LogDirsCommand', '--describe --topic-list d'),
    tool('elect leaders', ELECT, '--election-type preferred --all-topic-partitions'),
    tool('elect a leader', ELECT, '--election-type preferred --topic c --partition 0'),
    tool(
      'elect leaders of a file',
      ELECT,
      '--election-type preferred --path-to-json-file DIR/election.json',
      { files: plan([1]) },
    ),
    tool('elect an unclean leader', ELECT, '--election-type unclean --topic c --partition 0'),
    tool(
      'elect a leader of a topic that is not there',
      ELECT,
      '--election-type preferred --topic nope --partition 0',
      { code: 1 },
    ),
    tool('quorum status', QUORUM, 'describe --status', {
      measures: true,
      differs: {
        lines: /^CurrentVoters/,
        because: 'the quorum is this node, without kraft.version',
      },
    }),
    tool('quorum replication', QUORUM, 'describe --replication', { measures: true }),
    tool('quorum replication for humans', QUORUM, 'describe --replication --human-readable', {
      measures: true,
    }),
    tool(
      'remove a controller',
      QUORUM,
      'remove-controller --controller-id 9 --controller-directory-id AAAAAAAAAAAAAAAAAAAAAQ',
      { code: 1, differs: { lines: /./, because: 'the quorum is this node, without kraft.version' } },
    ),
    tool('features', FEATURES, 'describe', {
      differs: {
        lines: /^Feature: (?:share|streams|kraft|eligible)\S*version/,
        because: 'what these features promise is not there',
      },
    }),
    tool('try to upgrade a feature', FEATURES, 'upgrade --feature transaction.version=2 --dry-run'),
    tool('downgrade a feature', FEATURES, 'downgrade --feature transaction.version=1'),
    tool('upgrade a feature', FEATURES, 'upgrade --feature transaction.version=2'),
    tool('upgrade a feature too far', FEATURES, 'upgrade --feature transaction.version=99', {
      code: 1,
      differs: { lines: /only supports versions/, because: 'no controller is named' },
    }),
    tool('disable a feature', FEATURES, 'disable --feature group.version'),
    tool('enable a feature', FEATURES, 'upgrade --feature group.version=1'),
    tool('upgrade a feature that is not there', FEATURES, 'upgrade --feature nope.version=1', {
      code: 1,
      differs: { lines: /does not support/, because: 'no controller is named' },
    }),
    anyTool('cluster id', 'ClusterTool', 'cluster-id --bootstrap-server BROKER'),
    anyTool('endpoints', 'ClusterTool', 'list-endpoints --bootstrap-server BROKER'),
    anyTool(
      'endpoints with fenced brokers',
      'ClusterTool',
      'list-endpoints --bootstrap-server BROKER --include-fenced-brokers',
    ),
    anyTool(
      'unregister a broker that is not there',
      'ClusterTool',
      'unregister --bootstrap-server BROKER --id 7',
      { code: 1 },
    ),
    tool('api versions', 'BrokerApiVersionsCommand', '', {
      differs: {
        lines: notThere,
        because: 'APIs that are not there are not advertised; the metrics of clients are always received',
      },
    }),
  ],
}
