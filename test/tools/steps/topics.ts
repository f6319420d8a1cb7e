import { tool, type ToolSection } from '../tool-step.ts'

const TOPICS = 'TopicCommand'
const CONFIGS = 'kafka.admin.ConfigCommand'

export const topics: ToolSection = {
  name: 'topics',
  steps: [
    tool('create topic', TOPICS, '--create --topic t --partitions 2'),
    tool(
      'create topic with configs',
      TOPICS,
      '--create --topic u --config retention.ms=5 --config cleanup.policy=compact,delete',
    ),
    tool('create topic again', TOPICS, '--create --topic t', { code: 1 }),
    tool('create topic again if it is not there', TOPICS, '--create --topic t --if-not-exists'),
    tool('create topic with too many replicas', TOPICS, '--create --topic v --replication-factor 3', {
      code: 1,
      differs: { lines: /cordoned|are registered\./, because: 'directories can not be cordoned' },
    }),
    tool('create topic with a replica assignment', TOPICS, '--create --topic v --replica-assignment 1,1,1'),
    tool('create topic with a bad name', TOPICS, '--create --topic a/b', { code: 1 }),
    tool('create topic with a name like another', TOPICS, '--create --topic a.b'),
    tool('create topic with a name that collides', TOPICS, '--create --topic a_b', { code: 1 }),
    tool('create topic with no partitions', TOPICS, '--create --topic w --partitions 0', { code: 1 }),
    tool('create topic with a bad config', TOPICS, '--create --topic w --config retention.ms=soon', {
      code: 1,
    }),
    tool('list topics', TOPICS, '--list'),
    tool('list topics without internal ones', TOPICS, '--list --exclude-internal'),
    tool('list topics by pattern', TOPICS, '--list --topic [tu]'),
    tool('grow topic', TOPICS, '--alter --topic t --partitions 3'),
    tool('shrink topic', TOPICS, '--alter --topic t --partitions 1', { code: 1 }),
    tool('grow topic that is not there', TOPICS, '--alter --topic nope --partitions 3', { code: 1 }),
    tool('describe topic', TOPICS, '--describe --topic t'),
    tool('describe topic with configs', TOPICS, '--describe --topic u'),
    tool(
      'describe topics of a page each',
      TOPICS,
      '--describe --partition-size-limit-per-response 1 --topic t',
    ),
    tool('describe topic that is not there', TOPICS, '--describe --topic nope', { code: 1 }),
    tool('describe topic that need not be there', TOPICS, '--describe --topic nope --if-exists'),
    tool('describe topics with overrides', TOPICS, '--describe --topics-with-overrides --exclude-internal'),
    tool('describe under-replicated', TOPICS, '--describe --under-replicated-partitions'),
    tool('describe unavailable', TOPICS, '--describe --unavailable-partitions'),
    tool('describe under min isr', TOPICS, '--describe --under-min-isr-partitions'),
    tool('describe at min isr', TOPICS, '--describe --at-min-isr-partitions --topic [tu]'),
    tool(
      'set topic config',
      CONFIGS,
      '--alter --entity-type topics --entity-name t --add-config retention.ms=1000000',
    ),
    tool('describe topic config', CONFIGS, '--describe --entity-type topics --entity-name t'),
    tool('describe all topics’ configs', CONFIGS, '--describe --entity-type topics'),
    tool(
      'describe all configs of a topic',
      CONFIGS,
      '--describe --entity-type topics --entity-name t --all',
      { differs: { lines: /^(?:compaction|search)\./, because: 'some configs are our own' } },
    ),
    tool('append to a list', CONFIGS, '--alter --topic t --add-config cleanup.policy=[compact,delete]'),
    tool('describe topic config by its short name', CONFIGS, '--describe --topic t'),
    tool('delete topic config', CONFIGS, '--alter --topic t --delete-config retention.ms,cleanup.policy'),
    tool('delete topic config again', CONFIGS, '--alter --topic t --delete-config retention.ms'),
    tool('unknown topic config', CONFIGS, '--alter --topic t --add-config nope=1', { code: 1 }),
    tool('bad topic config', CONFIGS, '--alter --topic t --add-config retention.ms=x', { code: 1 }),
    tool('config of a topic that is not there', CONFIGS, '--alter --topic nope --add-config retention.ms=1', {
      code: 1,
    }),
    tool('describe config of a topic that is not there', CONFIGS, '--describe --topic nope'),
    tool('delete topic', TOPICS, '--delete --topic t'),
    tool('delete topic again', TOPICS, '--delete --topic t', { code: 1 }),
    tool('delete topics by pattern', TOPICS, '--delete --topic [uv]'),
    tool('list what is left', TOPICS, '--list --exclude-internal'),
  ],
}
