/** The two protocols of consumer groups (KIP-848 is `consumer`). */
export type GroupProtocol = 'classic' | 'consumer'

/** librdkafka's own names of the ways in which brokers are set up for a test. */
export type Scenario = 'default' | 'noautocreate'

export interface RunnerTest {
  readonly name: string
  readonly scenario: Scenario
  /** Whether it creates topics with three replicas, which get one here. */
  readonly threeReplicas?: boolean
  /** The only part of it that is run, by the name of its function. */
  readonly part?: string
  /** The version of Kafka that the test is told, where it is not the one it speaks to. */
  readonly brokerVersion?: string
  /** Whether it takes so long, or measures such short times, that continuous integration leaves it out. */
  readonly slow?: boolean
  /** Why it is not on the list of those that pass, by group protocol. The list only grows: an entry here goes, none comes. */
  readonly unlisted: Readonly<Partial<Record<GroupProtocol, string>>>
}

/** Of the tests that need a broker: those that are not run, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  '0016_client_swname': 'compares with JMX metrics of Kafka, and without those with nothing',
  '0097_ssl_verify': 'needs TLS',
  '0101_fetch_from_follower': 'needs three brokers in racks',
  '0115_producer_auth': 'needs ACLs',
  '0119_consumer_auth': 'needs ACLs',
  '0126_oauthbearer_oidc': 'needs SASL',
  '0135_sasl_credentials': 'needs SASL',
  '0139_offset_validation_mock': 'runs against a broker of its own',
  '0142_reauthentication': 'needs SASL',
  '0150_telemetry_mock': 'runs against a broker of its own',
}

const EAGER = 'counts on eager rebalancing, which this protocol has not; fails on Apache Kafka 4.4 too'
const OLD_FORMAT = 'skips itself: record format 1 was removed in Apache Kafka 4.0'

/** In the order of their numbers. */
export const tests: readonly RunnerTest[] = [
  test('0001_multiobj'),
  test('0002_unkpart'),
  test('0003_msgmaxsize'),
  test('0005_order'),
  test('0007_autotopic'),
  test('0008_reqacks'),
  test('0011_produce_batch'),
  test('0012_produce_consume'),
  test('0013_null_msgs'),
  test('0014_reconsume_191'),
  test('0015_offsets_seek'),
  test('0017_compression'),
  test('0018_cgrp_term'),
  test('0019_list_groups'),
  test('0020_destroy_hang'),
  test('0021_rkt_destroy'),
  test('0022_consume_batch'),
  test('0026_consume_pause', { slow: true }),
  test('0029_assign_offset'),
  test('0030_offset_commit', { slow: true }),
  test('0031_get_offsets'),
  test('0033_regex_subscribe', { slow: true }),
  test('0034_offset_reset'),
  test('0035_api_version'),
  test('0036_partial_fetch'),
  test('0038_performance', { slow: true }),
  test('0039_event_dr'),
  test('0040_io_event'),
  test('0041_fetch_max_bytes'),
  test('0042_many_topics'),
  test('0044_partition_cnt'),
  test('0045_subscribe_update', { slow: true }),
  test('0045_subscribe_update_topic_remove', {
    slow: true,
    scenario: 'noautocreate',
    unlisted: { consumer: EAGER },
  }),
  test('0045_subscribe_update_non_exist_and_partchange', {
    slow: true,
    scenario: 'noautocreate',
    unlisted: { consumer: EAGER },
  }),
  test('0045_resubscribe_with_regex', {
    slow: true,
    unlisted: {
      consumer:
        'wants the topics that an expression matches one heartbeat after those with a name, as Kafka has them; here they come together',
    },
  }),
  test('0045_subscribe_many_updates', { slow: true }),
  test('0048_partitioner'),
  test('0049_consume_conn_close'),
  test('0050_subscribe_adds'),
  test('0051_assign_adds'),
  test('0052_msg_timestamps'),
  test('0053_stats'),
  test('0054_offset_time'),
  test('0055_producer_latency', { slow: true }),
  test('0056_balanced_group_mt'),
  test('0057_invalid_topic'),
  test('0059_bsearch'),
  test('0060_op_prio'),
  test('0061_consumer_lag'),
  test('0063_clusterid'),
  test('0064_interceptors'),
  test('0065_yield'),
  test('0067_empty_topic'),
  test('0068_produce_timeout'),
  test('0069_consumer_add_parts'),
  test('0070_null_empty'),
  test('0073_headers'),
  test('0075_retry'),
  test('0076_produce_retry', { slow: true }),
  test('0077_compaction', { slow: true }),
  // One by one, without CreateAcls, DescribeAcls, DeleteAcls and UserScramCredentials, which need SASL and ACLs.
  admin('unclean_destroy'),
  admin('CreateTopics'),
  admin('DeleteTopics'),
  admin('CreatePartitions'),
  admin('AlterConfigs'),
  admin('IncrementalAlterConfigs'),
  admin('DescribeConfigs'),
  admin('DescribeConfigs_groups'),
  admin('DeleteRecords'),
  admin('ListConsumerGroups'),
  admin('DescribeConsumerGroups', { unlisted: { consumer: 'is not run with this protocol' } }),
  admin('DescribeTopics'),
  admin('DescribeCluster'),
  admin('DeleteGroups'),
  admin('DeleteConsumerGroupOffsets'),
  admin('ListOffsets'),
  admin('AlterConsumerGroupOffsets'),
  admin('ListConsumerGroupOffsets'),
  test('0082_fetch_max_bytes'),
  test('0083_cb_event'),
  test('0084_destroy_flags', { unlisted: { consumer: 'skips itself with this protocol' } }),
  test('0085_headers'),
  test('0086_purge_remote'),
  test('0088_produce_metadata_timeout'),
  test('0089_max_poll_interval', { slow: true }),
  test('0090_idempotence'),
  test('0091_max_poll_interval_timeout', { slow: true }),
  test('0092_mixed_msgver', { unlisted: { classic: OLD_FORMAT, consumer: OLD_FORMAT } }),
  test('0093_holb_consumer', { slow: true }),
  test('0094_idempotence_msg_timeout', { slow: true }),
  test('0098_consumer_txn', { slow: true, threeReplicas: true }),
  test('0099_commit_metadata'),
  test('0102_static_group_rebalance', { slow: true }),
  test('0103_transactions', { threeReplicas: true }),
  test('0107_topic_recreate', { slow: true, scenario: 'noautocreate', threeReplicas: true }),
  // Told an older version, it leaves out the part that needs ACLs.
  test('0109_auto_create_topics', { brokerVersion: '2.0.0.0' }),
  test('0110_batch_size'),
  test('0111_delay_create_topics', { scenario: 'noautocreate', threeReplicas: true }),
  test('0112_assign_unknown_part'),
  test('0113_cooperative_rebalance', { slow: true }),
  test('0114_sticky_partitioning'),
  test('0118_commit_rebalance'),
  test('0122_buffer_cleaning_after_rebalance', { slow: true }),
  test('0123_connections_max_idle'),
  test('0125_immediate_flush'),
  test('0127_fetch_queue_backoff', { slow: true }),
  test('0129_fetch_aborted_msgs'),
  test('0130_store_offsets'),
  test('0132_strategy_ordering', {
    unlisted: { consumer: 'skips itself: orders the assignors of the classic protocol' },
  }),
  test('0137_barrier_batch_consume', { slow: true }),
  test('0140_commit_metadata'),
]

function test(name: string, more: Partial<RunnerTest> = {}): RunnerTest {
  return { name, scenario: 'default', unlisted: {}, ...more }
}

function admin(operation: string, more: Partial<RunnerTest> = {}): RunnerTest {
  return test('0081_admin', { part: `do_test_${operation}`, ...more })
}

/** What a test is called in results. */
export function titleOf({ name, part }: RunnerTest): string {
  return part === undefined ? name : `${name} ${part}`
}
