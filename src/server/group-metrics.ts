import type { Broker } from '../broker/broker.ts'
import type { Sample } from '../telemetry/metrics.ts'

/** Members, committed offsets and lag of every group, under kafka_exporter's names; lag in seconds is that of the last look. */
export function sampleGroups(broker: Broker, sample: Sample): void {
  for (const group of broker.groups.snapshots()) {
    const consumergroup = group.groupId
    sample('kafka_consumergroup_members', group.members.length, { consumergroup })
    const sums = new Map<string, { offset: number; lag: number }>()
    for (const { topic, partition, offset: committed } of group.offsets) {
      const end = broker.topics.named(topic)?.logs[partition]?.highWatermark
      const labels = { consumergroup, topic, partition: String(partition) }
      sample('kafka_consumergroup_current_offset', committed, labels)
      const lag = end === undefined ? 0 : Math.max(end - committed, 0)
      if (end !== undefined) sample('kafka_consumergroup_lag', lag, labels)
      const seconds = broker.lagTimes.lagSeconds(consumergroup, topic, partition, committed)
      if (seconds !== null) sample('kafka_consumergroup_lag_seconds', seconds, labels)
      const sum = sums.get(topic) ?? { offset: 0, lag: 0 }
      sums.set(topic, { offset: sum.offset + committed, lag: sum.lag + lag })
    }
    for (const [topic, sum] of sums) {
      sample('kafka_consumergroup_current_offset_sum', sum.offset, { consumergroup, topic })
      sample('kafka_consumergroup_lag_sum', sum.lag, { consumergroup, topic })
    }
  }
  broker.lagTimes.refresh(broker.groups.snapshots(), 'all').catch((error: unknown) => {
    broker.log.warn('how far groups are behind in time could not be looked up', { error })
  })
}
