/** Settings of the group coordinator. Times are milliseconds; names in parentheses are Kafka's. */
export interface GroupOptions {
  /** (group.min.session.timeout.ms) */
  readonly sessionTimeoutMinMs: number
  /** (group.max.session.timeout.ms) */
  readonly sessionTimeoutMaxMs: number
  /** How long the first rebalance of an empty group waits for more members (group.initial.rebalance.delay.ms). */
  readonly initialRebalanceDelayMs: number
  /** Members of one group (group.max.size). */
  readonly groupMaxSize: number
  /** How long a new member may wait in JoinGroup: it has no session yet. Kafka's constant is five minutes. */
  readonly newMemberJoinTimeoutMs: number
  /** Characters of the metadata of one committed offset (offset.metadata.max.bytes). */
  readonly offsetMetadataMaxBytes: number
  /** How long offsets outlive their group (offsets.retention.minutes). */
  readonly offsetsRetentionMs: number
  /** (offsets.retention.check.interval.ms) */
  readonly offsetsRetentionCheckIntervalMs: number
  /** How long a request waits for its records to become durable (offsets.commit.timeout.ms). */
  readonly commitTimeoutMs: number
  /** Largest batch of records appended at once, bytes. It must fit `max.message.bytes` of the internal topic. */
  readonly appendMaxBytes: number
  /** Bytes of records of one partition that may wait to become durable before requests are turned away. */
  readonly pendingMaxBytes: number
  readonly consumer: ConsumerGroupOptions
}

/** What may turn into what while it has members (group.consumer.migration.policy). */
export type MigrationPolicy = 'bidirectional' | 'upgrade' | 'downgrade' | 'disabled'

/** Settings of groups of the consumer protocol. Names in parentheses are Kafka's, after `group.consumer.`. */
export interface ConsumerGroupOptions {
  /** (session.timeout.ms) */
  readonly sessionTimeoutMs: number
  /** (heartbeat.interval.ms) */
  readonly heartbeatIntervalMs: number
  /** Least time between two target assignments of a group (assignment.interval.ms). */
  readonly assignmentIntervalMs: number
  /** Members of one group (max.size). */
  readonly groupMaxSize: number
  /** Names of the assignors that members may ask for; the first is used when none does (assignors). */
  readonly assignors: readonly string[]
  /** (migration.policy) */
  readonly migrationPolicy: MigrationPolicy
  /** After which the topics of a regular expression are looked up anew in any case (regex.refresh.interval.ms). */
  readonly regexRefreshIntervalMs: number
}

/** What can be set for a single group. */
export type ConsumerGroupConfig = Pick<
  ConsumerGroupOptions,
  'sessionTimeoutMs' | 'heartbeatIntervalMs' | 'assignmentIntervalMs'
>

/** The configs in force for a group, by its id. */
export type ConsumerGroupConfigs = (groupId: string) => ConsumerGroupConfig

/** Kafka's defaults, where Kafka has the setting. */
export const defaultGroupOptions: GroupOptions = {
  sessionTimeoutMinMs: 6_000,
  sessionTimeoutMaxMs: 1_800_000,
  initialRebalanceDelayMs: 3_000,
  groupMaxSize: 2_147_483_647,
  newMemberJoinTimeoutMs: 300_000,
  offsetMetadataMaxBytes: 4_096,
  offsetsRetentionMs: 10_080 * 60_000,
  offsetsRetentionCheckIntervalMs: 600_000,
  commitTimeoutMs: 5_000,
  appendMaxBytes: 900_000,
  pendingMaxBytes: 64 * 1024 * 1024,
  consumer: {
    sessionTimeoutMs: 45_000,
    heartbeatIntervalMs: 5_000,
    assignmentIntervalMs: 1_000,
    groupMaxSize: 2_147_483_647,
    assignors: ['uniform', 'range'],
    migrationPolicy: 'bidirectional',
    regexRefreshIntervalMs: 600_000,
  },
}
