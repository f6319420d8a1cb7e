/** Which powers of two of ticks (microseconds, bytes, pieces) become `le` bounds of an exposed histogram. */
export interface Octaves {
  readonly from: number
  readonly to: number
  readonly step: number
}

export interface MetricRow {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  /** Of a histogram: `seconds` are observed in milliseconds and exposed in seconds. */
  readonly unit?: 'seconds' | 'bytes' | 'pieces'
  readonly octaves?: Octaves
}

function defineMetrics<const T extends Readonly<Record<string, MetricRow>>>(table: T): T {
  return table
}

/** 64 µs to 34 s in steps of 2. */
const FINE_TIMES: Octaves = { from: 6, to: 25, step: 1 }
/** 64 µs to 17 s in steps of 4, for families with many series. */
const COARSE_TIMES: Octaves = { from: 6, to: 24, step: 2 }
const SIZES: Octaves = { from: 8, to: 26, step: 2 }
const PIECES: Octaves = { from: 2, to: 16, step: 2 }

/** Names and labels of danielqsj/kafka_exporter, so that the dashboards and alerts made for it keep working. */
const kafkaExporterMetrics = defineMetrics({
  kafka_brokers: { type: 'gauge', labels: [], help: 'Brokers in the cluster.' },
  kafka_broker_info: {
    type: 'gauge',
    labels: ['id', 'address'],
    help: 'Always 1; tells the address of each broker.',
  },
  kafka_topic_partitions: { type: 'gauge', labels: ['topic'], help: 'Partitions of the topic.' },
  kafka_topic_partition_current_offset: {
    type: 'gauge',
    labels: ['partition', 'topic'],
    help: 'Offset after the last record that consumers can read (high watermark).',
  },
  kafka_topic_partition_oldest_offset: {
    type: 'gauge',
    labels: ['partition', 'topic'],
    help: 'Offset of the first record that is still there (log start offset).',
  },
  kafka_topic_partition_leader: {
    type: 'gauge',
    labels: ['partition', 'topic'],
    help: 'Id of the partition’s leader, -1 without one.',
  },
  kafka_topic_partition_leader_is_preferred: {
    type: 'gauge',
    labels: ['partition', 'topic'],
    help: '1 when the leader is the first of the assigned replicas.',
  },
  kafka_topic_partition_replicas: {
    type: 'gauge',
    labels: ['partition', 'topic'],
    help: 'Assigned replicas of the partition.',
  },
  kafka_topic_partition_in_sync_replica: {
    type: 'gauge',
    labels: ['partition', 'topic'],
    help: 'In-sync replicas of the partition.',
  },
  kafka_topic_partition_under_replicated_partition: {
    type: 'gauge',
    labels: ['partition', 'topic'],
    help: '1 when fewer replicas are in sync than are assigned.',
  },
  kafka_consumergroup_current_offset: {
    type: 'gauge',
    labels: ['consumergroup', 'partition', 'topic'],
    help: 'Offset that the group committed.',
  },
  kafka_consumergroup_current_offset_sum: {
    type: 'gauge',
    labels: ['consumergroup', 'topic'],
    help: 'Offsets that the group committed, added up over the topic’s partitions.',
  },
  kafka_consumergroup_lag: {
    type: 'gauge',
    labels: ['consumergroup', 'partition', 'topic'],
    help: 'Records between the group’s committed offset and the end of the partition.',
  },
  kafka_consumergroup_lag_sum: {
    type: 'gauge',
    labels: ['consumergroup', 'topic'],
    help: 'Lag of the group, added up over the topic’s partitions.',
  },
  kafka_consumergroup_members: { type: 'gauge', labels: ['consumergroup'], help: 'Members of the group.' },
})

const networkMetrics = defineMetrics({
  chronik_connections_active: { type: 'gauge', labels: ['listener'], help: 'Open client connections.' },
  chronik_connections_total: { type: 'counter', labels: ['listener'], help: 'Client connections accepted.' },
  chronik_connections_rejected_total: {
    type: 'counter',
    labels: ['listener', 'reason'],
    help: 'Client connections refused: a limit, a ban, shutting down.',
  },
  chronik_connections_closed_total: {
    type: 'counter',
    labels: ['listener', 'reason'],
    help: 'Client connections that ended: by the client, idle, a broken frame, an error.',
  },
  chronik_tls_handshake_failures_total: {
    type: 'counter',
    labels: ['listener'],
    help: 'Peers that failed the TLS handshake.',
  },
  chronik_frame_errors_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Requests that could not be read: too large, too slow, malformed, not Kafka’s protocol.',
  },
  chronik_received_bytes_total: {
    type: 'counter',
    labels: ['listener'],
    help: 'Bytes received from clients.',
  },
  chronik_sent_bytes_total: { type: 'counter', labels: ['listener'], help: 'Bytes sent to clients.' },
  chronik_backpressure_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Times that reading from a connection paused: pending output, requests in flight, memory.',
  },
  chronik_requests_total: { type: 'counter', labels: ['api'], help: 'Requests handled.' },
  chronik_api_version_requests_total: {
    type: 'counter',
    labels: ['api', 'version', 'software'],
    help: 'Requests handled, by version of the API and by the name that the client software gives itself (ApiVersions 3 and above; else "unknown").',
  },
  chronik_request_errors_total: {
    type: 'counter',
    labels: ['api', 'error'],
    help: 'Error codes in responses, one for each partition or resource that has one.',
  },
  chronik_requests_pending: {
    type: 'gauge',
    labels: [],
    help: 'Requests that were received and not yet answered.',
  },
  chronik_request_memory_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Bytes of requests being received or handled; its limit is queued.max.request.bytes.',
  },
  chronik_request_seconds: {
    type: 'histogram',
    labels: ['api'],
    unit: 'seconds',
    octaves: FINE_TIMES,
    help: 'Time from the last byte of a request to the last byte of its response.',
  },
  chronik_request_phase_seconds: {
    type: 'histogram',
    labels: ['api', 'phase'],
    unit: 'seconds',
    octaves: COARSE_TIMES,
    help: 'The same time by phase: queue (before the handler), local (in the handler), remote (waiting for durability, replicas or data), send.',
  },
  chronik_purgatory_waiting: {
    type: 'gauge',
    labels: ['kind'],
    help: 'Requests that wait for data, replicas or members.',
  },
  chronik_http_requests_total: {
    type: 'counter',
    labels: ['method', 'route', 'status'],
    help: 'Requests answered over HTTP, by the pattern of the route ("none" where there is no route).',
  },
  chronik_http_request_seconds: {
    type: 'histogram',
    labels: ['route'],
    unit: 'seconds',
    octaves: COARSE_TIMES,
    help: 'Time from the head of an HTTP request to the end of its answer.',
  },
  chronik_http_requests_active: {
    type: 'gauge',
    labels: [],
    help: 'HTTP requests in progress, waiting ones included.',
  },
  chronik_transactional_ids: { type: 'gauge', labels: ['state'], help: 'Transactional ids by state.' },
  chronik_fetch_sessions: { type: 'gauge', labels: [], help: 'Incremental fetch sessions in memory.' },
})

const topicMetrics = defineMetrics({
  chronik_topic_received_bytes_total: {
    type: 'counter',
    labels: ['topic'],
    help: 'Bytes of batches appended to the topic.',
  },
  chronik_topic_received_records_total: {
    type: 'counter',
    labels: ['topic'],
    help: 'Records appended to the topic.',
  },
  chronik_topic_received_batches_total: {
    type: 'counter',
    labels: ['topic'],
    help: 'Batches appended to the topic.',
  },
  chronik_topic_rejected_batches_total: {
    type: 'counter',
    labels: ['topic', 'error'],
    help: 'Batches that were refused.',
  },
  chronik_topic_sent_bytes_total: {
    type: 'counter',
    labels: ['topic'],
    help: 'Bytes of the topic’s batches sent to consumers.',
  },
  chronik_topic_fetches_total: {
    type: 'counter',
    labels: ['topic'],
    help: 'Partition reads that gave data.',
  },
})

const storageMetrics = defineMetrics({
  chronik_wal_commit_seconds: {
    type: 'histogram',
    labels: [],
    unit: 'seconds',
    octaves: FINE_TIMES,
    help: 'Time of a group commit: write and fdatasync.',
  },
  chronik_wal_sync_seconds: {
    type: 'histogram',
    labels: [],
    unit: 'seconds',
    octaves: FINE_TIMES,
    help: 'Time of fdatasync alone.',
  },
  chronik_wal_direct_bytes_total: {
    type: 'counter',
    labels: [],
    help: 'Bytes of large appends that were committed in segment files, without going through the write-ahead log.',
  },
  chronik_wal_group_bytes: {
    type: 'histogram',
    labels: [],
    unit: 'bytes',
    octaves: SIZES,
    help: 'Bytes in a group commit.',
  },
  chronik_wal_group_batches: {
    type: 'histogram',
    labels: [],
    unit: 'pieces',
    octaves: PIECES,
    help: 'Record batches in a group commit.',
  },
  chronik_wal_written_bytes_total: {
    type: 'counter',
    labels: [],
    help: 'Bytes written to the write-ahead log.',
  },
  chronik_wal_pending_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Bytes that wait for a group commit or are in one.',
  },
  chronik_wal_live_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Bytes of write-ahead log files that are in use, which is what a start after a crash reads.',
  },
  chronik_segment_written_bytes_total: {
    type: 'counter',
    labels: [],
    help: 'Bytes written to segment files.',
  },
  chronik_segment_sync_seconds: {
    type: 'histogram',
    labels: [],
    unit: 'seconds',
    octaves: FINE_TIMES,
    help: 'Time of fdatasync of one segment file, for a checkpoint.',
  },
  chronik_checkpoint_seconds: {
    type: 'histogram',
    labels: [],
    unit: 'seconds',
    octaves: COARSE_TIMES,
    help: 'Time of a checkpoint: data to segment files, fdatasync, the checkpoint file.',
  },
  chronik_cleaner_runs_total: {
    type: 'counter',
    labels: [],
    help: 'Compactions of a partition, each pass counted.',
  },
  chronik_cleaner_run_seconds: {
    type: 'histogram',
    labels: [],
    unit: 'seconds',
    octaves: COARSE_TIMES,
    help: 'Time of a compaction of a partition.',
  },
  chronik_cleaner_read_bytes_total: {
    type: 'counter',
    labels: [],
    help: 'Bytes of segments that compaction read, to learn keys and to write them anew.',
  },
  chronik_cleaner_written_bytes_total: {
    type: 'counter',
    labels: [],
    help: 'Bytes of segments that compaction wrote.',
  },
  chronik_cleaner_removed_bytes_total: {
    type: 'counter',
    labels: [],
    help: 'Bytes by which compaction made segments smaller.',
  },
  chronik_cleaner_removed_records_total: {
    type: 'counter',
    labels: [],
    help: 'Records that compaction removed, markers of transactions included.',
  },
  chronik_cleaner_max_dirty_ratio: {
    type: 'gauge',
    labels: [],
    help: 'Largest dirty share of a compacted log at the last look, 0 to 1 (Kafka’s max-dirty-percent).',
  },
  chronik_cleaner_max_compaction_delay_seconds: {
    type: 'gauge',
    labels: [],
    help: 'How long the log that waits longest should have been compacted by max.compaction.lag.ms (Kafka’s max-compaction-delay-secs).',
  },
  chronik_cleaner_uncleanable_partitions: {
    type: 'gauge',
    labels: [],
    help: 'Partitions that are not compacted any more because one of their segments is damaged (Kafka’s uncleanable-partitions-count).',
  },
  chronik_cleaner_last_run_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Time of the last compaction (Kafka’s max-clean-time-secs, of one thread).',
  },
  chronik_cleaner_last_run_buffer_ratio: {
    type: 'gauge',
    labels: [],
    help: 'Share of log.cleaner.dedupe.buffer.size that the last compaction needed, 0 to 1 (Kafka’s max-buffer-utilization-percent).',
  },
  chronik_cleaner_last_run_recopy_ratio: {
    type: 'gauge',
    labels: [],
    help: 'Bytes written by bytes read anew in the last compaction, 0 to 1 (Kafka’s cleaner-recopy-percent).',
  },
  chronik_log_reads_total: {
    type: 'counter',
    labels: ['source'],
    help: 'Reads of a partition by where the bytes came from: memory, file.',
  },
  chronik_log_cache_bytes: { type: 'gauge', labels: [], help: 'Memory that holds the newest records.' },
  chronik_log_segments: { type: 'gauge', labels: [], help: 'Segments of all partitions on local disk.' },
  chronik_disk_free_bytes: { type: 'gauge', labels: [], help: 'Free bytes on the disk of data.dir.' },
})

const searchMetrics = defineMetrics({
  chronik_search_requests_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Searches by how they ended: ok, incomplete (not every record was indexed in time), invalid_query, or the limit or failure that stopped them.',
  },
  chronik_search_seconds: {
    type: 'histogram',
    labels: [],
    unit: 'seconds',
    octaves: FINE_TIMES,
    help: 'Time from a search to its answer, waiting until the newest records are indexed included.',
  },
  chronik_search_active: { type: 'gauge', labels: [], help: 'Searches under way, waiting ones included.' },
  chronik_search_lag_records: {
    type: 'gauge',
    labels: ['topic', 'partition'],
    help: 'Offsets below the last stable offset that are not indexed yet.',
  },
  chronik_search_lag_bytes: {
    type: 'gauge',
    labels: ['topic', 'partition'],
    help: 'Bytes of segment files that are not indexed yet.',
  },
  chronik_search_lag_seconds: {
    type: 'gauge',
    labels: ['topic', 'partition'],
    help: 'Time since the index last had everything.',
  },
  chronik_search_index_bytes: { type: 'gauge', labels: ['topic'], help: 'Bytes of index files.' },
  chronik_search_tail_bytes: {
    type: 'gauge',
    labels: ['topic'],
    help: 'Memory of indexed records that are in no index file yet.',
  },
  chronik_search_merges_total: { type: 'counter', labels: [], help: 'Merges of index files.' },
  chronik_search_rebuilds_total: {
    type: 'counter',
    labels: [],
    help: 'Index files or whole indexes that were thrown away to be made anew.',
  },
  chronik_search_skipped_batches_total: {
    type: 'counter',
    labels: [],
    help: 'Record batches that can not be searched, because they are damaged or can not be decompressed.',
  },
  chronik_search_worker_restarts_total: {
    type: 'counter',
    labels: [],
    help: 'Search workers that died and were replaced.',
  },
})

/** Names that prom-client gives these in every Node program, for the dashboards that know them. */
const processMetrics = defineMetrics({
  process_cpu_user_seconds_total: { type: 'counter', labels: [], help: 'User CPU time of the process.' },
  process_cpu_system_seconds_total: { type: 'counter', labels: [], help: 'System CPU time of the process.' },
  process_start_time_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Start of the process, seconds since 1970.',
  },
  process_resident_memory_bytes: { type: 'gauge', labels: [], help: 'Resident memory of the process.' },
  nodejs_heap_size_total_bytes: { type: 'gauge', labels: [], help: 'JavaScript heap, reserved.' },
  nodejs_heap_size_used_bytes: { type: 'gauge', labels: [], help: 'JavaScript heap, used.' },
  nodejs_external_memory_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Memory outside the heap, buffers included.',
  },
  nodejs_eventloop_lag_mean_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Mean delay of the event loop since the last scrape.',
  },
  nodejs_eventloop_lag_p50_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Median delay of the event loop since the last scrape.',
  },
  nodejs_eventloop_lag_p99_seconds: {
    type: 'gauge',
    labels: [],
    help: '99th percentile of the delay of the event loop since the last scrape.',
  },
  nodejs_eventloop_lag_max_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Greatest delay of the event loop since the last scrape.',
  },
  chronik_event_loop_utilization: {
    type: 'gauge',
    labels: [],
    help: 'Share of the time since the last scrape in which the event loop was busy, 0 to 1.',
  },
  chronik_build_info: {
    type: 'gauge',
    labels: ['version', 'node'],
    help: 'Always 1; tells the version of Chronik and of Node.',
  },
  chronik_log_messages_total: {
    type: 'counter',
    labels: ['level'],
    help: 'Messages written to the server’s log.',
  },
  chronik_metrics_overflow_total: {
    type: 'counter',
    labels: ['metric'],
    help: 'Label combinations beyond metrics.max.series, which were counted together or left out.',
  },
})

/** Every metric of the server. */
export const metricTable = {
  ...kafkaExporterMetrics,
  ...networkMetrics,
  ...topicMetrics,
  ...storageMetrics,
  ...searchMetrics,
  ...processMetrics,
}

export type MetricName = keyof typeof metricTable

/** The same rows by topic, for the reference page. */
export const metricSections: readonly {
  readonly title: string
  readonly metrics: Readonly<Record<string, MetricRow>>
}[] = [
  { title: 'Topics and groups, as kafka_exporter names them', metrics: kafkaExporterMetrics },
  { title: 'Connections and requests', metrics: networkMetrics },
  { title: 'Traffic by topic', metrics: topicMetrics },
  { title: 'Storage', metrics: storageMetrics },
  { title: 'Search', metrics: searchMetrics },
  { title: 'Process', metrics: processMetrics },
]
