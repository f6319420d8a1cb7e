import type { Broker } from '../broker/broker.ts'
import { collectProcessMetrics } from '../telemetry/process-metrics.ts'
import { version } from '../util/version.ts'
import { sampleGroups } from './group-metrics.ts'
import { sampleTransactions } from './transaction-metrics.ts'
import type { Parts } from './open-parts.ts'

/** Values that exist anyway are read when somebody scrapes, and cost nothing in between. */
export function collectServerMetrics(broker: Broker, parts: Parts): void {
  const { metrics, metadata, logs, topics } = broker
  collectProcessMetrics(metrics, parts.eventLoop, broker.env.clock, version)
  metrics.collect((sample) => {
    sample('kafka_brokers', metadata.image.brokers.size)
    sample('chronik_wal_pending_bytes', logs.committer.pendingBytes)
    sample('chronik_wal_live_bytes', logs.usage.walBytes)
    sample('chronik_log_cache_bytes', logs.usage.tailBytes)
    sample('chronik_fetch_sessions', broker.fetchSessions.size)
    let segments = 0
    for (const topic of topics.all) {
      sample('kafka_topic_partitions', topic.logs.length, { topic: topic.name })
      for (const log of topic.logs) {
        const labels = { topic: topic.name, partition: String(log.partition) }
        segments += log.segments.length
        sample('kafka_topic_partition_current_offset', log.highWatermark, labels)
        sample('kafka_topic_partition_oldest_offset', log.logStartOffset, labels)
        sample('kafka_topic_partition_leader', log.offline === null ? broker.nodeId : -1, labels)
        sample('kafka_topic_partition_replicas', 1, labels)
        sample('kafka_topic_partition_in_sync_replica', log.offline === null ? 1 : 0, labels)
        sample('kafka_topic_partition_under_replicated_partition', log.offline === null ? 0 : 1, labels)
      }
    }
    sample('chronik_log_segments', segments)
    sampleGroups(broker, sample)
    sampleTransactions(broker, sample)
  })
}
