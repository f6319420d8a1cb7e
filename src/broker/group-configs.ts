import type { BrokerLayers } from '../config/broker-layers.ts'
import { groupConfigNumber } from '../config/resource-properties.ts'
import type { ConsumerGroupConfig, ConsumerGroupConfigs } from '../coordinator/group/group-options.ts'
import type { Metadata } from '../metadata/metadata.ts'
import { resourceConfigs } from '../metadata/resource-configs.ts'

/** The configs in force for a group: its own over the broker's. Heartbeats ask for them, so they are kept until something changes. */
export function groupConfigs(metadata: Metadata, layers: () => BrokerLayers): ConsumerGroupConfigs {
  let known = new Map<string, ConsumerGroupConfig>()
  let standard: ConsumerGroupConfig | null = null
  metadata.subscribe((delta) => {
    if (delta.brokerConfigs.size === 0 && delta.resourceConfigs.size === 0) return
    known = new Map()
    standard = null
  })
  return (groupId) => {
    const own = resourceConfigs(metadata.image, 'group', groupId)
    if (own.size === 0) return (standard ??= resolve({}, layers()))
    const cached = known.get(groupId)
    if (cached !== undefined) return cached
    const config = resolve(Object.fromEntries(own), layers())
    known.set(groupId, config)
    return config
  }
}

function resolve(own: Readonly<Record<string, string>>, layers: BrokerLayers): ConsumerGroupConfig {
  return {
    sessionTimeoutMs: groupConfigNumber('consumer.session.timeout.ms', own, layers),
    heartbeatIntervalMs: groupConfigNumber('consumer.heartbeat.interval.ms', own, layers),
    assignmentIntervalMs: groupConfigNumber('consumer.assignment.interval.ms', own, layers),
  }
}
