import { advertisedAddress } from '../broker/advertised-address.ts'
import type { Broker } from '../broker/broker.ts'
import { BrokerMetrics } from '../broker/broker-metrics.ts'
import { brokerLayersOf, ConfigAdmin } from '../broker/config-admin.ts'
import { handlerFor } from '../broker/handlers.ts'
import { FetchSessions } from '../broker/fetch-sessions.ts'
import { InternalTopicLog } from '../broker/internal-topic-log.ts'
import { ProducerIds } from '../broker/producer-ids.ts'
import { OFFSETS_TOPIC, TopicAdmin } from '../broker/topic-admin.ts'
import { TopicTable } from '../broker/topic-table.ts'
import type { ResolvedConfig } from '../config/resolved-config.ts'
import type { GroupOptions } from '../coordinator/group/group-options.ts'
import { defaultGroupOptions } from '../coordinator/group/group-options.ts'
import { GroupCoordinator } from '../coordinator/group-coordinator.ts'
import type { Env } from '../env/env.ts'
import { initializeCluster, registerBroker } from '../metadata/brokers.ts'
import { randomUuid } from '../metadata/uuid.ts'
import { collectServerMetrics } from './server-metrics.ts'
import type { Parts } from './open-parts.ts'

export interface AssembledBroker {
  readonly broker: Broker
  /** Resolves when every group is in memory; requests for groups that are not are answered with COORDINATOR_LOAD_IN_PROGRESS. */
  readonly groupsLoaded: Promise<unknown>
  readonly unloadGroups: () => void
}

/** Registers this node and builds what request handlers work with. */
export async function assembleBroker(
  config: ResolvedConfig,
  env: Env,
  parts: Parts,
): Promise<AssembledBroker> {
  const { metadata, logs, metrics } = parts
  const nodeId = config.get('node.id')
  const { result: clusterId } = await metadata.change((image) =>
    initializeCluster(image, config.get('cluster.id'), env.random),
  )
  await register(config, env, parts)
  const layers = (): ReturnType<typeof brokerLayersOf> => brokerLayersOf(config, metadata.image, nodeId)
  const log = parts.logSystem.component('broker')
  const topics = new TopicTable(metadata, logs, layers, (error) =>
    log.error('a deleted topic could not be removed from disk', { error }),
  )
  const configAdmin = new ConfigAdmin(metadata, layers)
  const groups = groupCoordinator(config, env, parts, topics)
  const brokerMetrics = new BrokerMetrics(metrics, 'kafka')
  topics.onDeleted((topic) => {
    brokerMetrics.forgetTopic(topic.name)
    groups.topicsDeleted([topic.name]).catch((error: unknown) => {
      log.warn('offsets of a deleted topic are still there', { topic: topic.name, error })
    })
  })
  const broker: Broker = {
    env,
    nodeId,
    clusterId,
    config,
    layers,
    metadata,
    logs,
    topics,
    topicAdmin: new TopicAdmin({
      metadata,
      random: env.random,
      layers,
      configs: configAdmin,
      filesGone: () => topics.takeFilesGone(),
    }),
    configAdmin,
    groups,
    producerIds: new ProducerIds(metadata, nodeId),
    fetchSessions: new FetchSessions(
      config.get('max.incremental.fetch.session.cache.slots'),
      env.clock,
      env.random,
    ),
    advertised: advertisedAddress(config.get('advertise')),
    implements: (apiKey) => handlerFor(apiKey) !== undefined,
    log,
    metrics,
    brokerMetrics,
  }
  collectServerMetrics(broker, parts)
  return { broker, ...loadGroups(broker) }
}

async function register(config: ResolvedConfig, env: Env, parts: Parts): Promise<void> {
  const { host, port } = config.get('kafka.listen')
  const securityProtocol = config.get('tls.enable') ? 'SSL' : 'PLAINTEXT'
  const registration = {
    brokerId: config.get('node.id'),
    incarnation: randomUuid(env.random),
    endpoints: [{ listener: securityProtocol, host, port, securityProtocol }],
    rack: config.get('broker.rack'),
  }
  await parts.metadata.change((image) => registerBroker(image, registration))
}

function groupCoordinator(
  config: ResolvedConfig,
  env: Env,
  parts: Parts,
  topics: TopicTable,
): GroupCoordinator {
  const existing = parts.metadata.image.topicsByName.get(OFFSETS_TOPIC)?.partitions.length
  const log = parts.logSystem.component('group')
  return new GroupCoordinator({
    log: new InternalTopicLog(env, OFFSETS_TOPIC, topics, parts.logs),
    clock: env.clock,
    scheduler: env.scheduler,
    random: env.random,
    options: groupOptions(config),
    partitions: existing ?? config.get('offsets.topic.num.partitions'),
    failed: (error, partition) => log.error('the group coordinator failed', { error, partition }),
  })
}

function groupOptions(config: ResolvedConfig): GroupOptions {
  return {
    ...defaultGroupOptions,
    sessionTimeoutMinMs: config.get('group.min.session.timeout.ms'),
    sessionTimeoutMaxMs: config.get('group.max.session.timeout.ms'),
    initialRebalanceDelayMs: config.get('group.initial.rebalance.delay.ms'),
    groupMaxSize: config.get('group.max.size'),
    offsetMetadataMaxBytes: config.get('offset.metadata.max.bytes'),
    offsetsRetentionMs: config.get('offsets.retention.minutes') * 60_000,
    offsetsRetentionCheckIntervalMs: config.get('offsets.retention.check.interval.ms'),
  }
}

/** Loads the partitions of the offsets topic that exist, and those of one that is created later. */
function loadGroups(broker: Broker): { groupsLoaded: Promise<unknown>; unloadGroups: () => void } {
  const { topics, groups, log } = broker
  const loaded = new Set<number>()
  const load = (count: number): Promise<unknown> => {
    const loading: Promise<void>[] = []
    for (let partition = 0; partition < count; partition++) {
      if (loaded.has(partition)) continue
      loaded.add(partition)
      loading.push(groups.load(partition))
    }
    return Promise.all(loading)
  }
  topics.onCreated((topic) => {
    if (topic.name !== OFFSETS_TOPIC) return
    load(topic.logs.length).catch((error: unknown) => log.error('groups could not be loaded', { error }))
  })
  return {
    groupsLoaded: load(topics.named(OFFSETS_TOPIC)?.logs.length ?? 0),
    unloadGroups: () => {
      for (const partition of loaded) groups.unload(partition)
      groups[Symbol.dispose]()
    },
  }
}
