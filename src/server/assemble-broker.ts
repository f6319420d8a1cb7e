import { advertisedAddress } from '../broker/advertised-address.ts'
import type { Broker } from '../broker/broker.ts'
import { BrokerMetrics } from '../broker/broker-metrics.ts'
import { ClientTelemetry } from '../broker/client-telemetry/client-telemetry.ts'
import { brokerLayersOf, ConfigAdmin } from '../broker/config-admin.ts'
import { handlerFor } from '../broker/handlers.ts'
import { FetchSessions } from '../broker/fetch-sessions.ts'
import { InternalTopicLog } from '../broker/internal-topic-log.ts'
import { quotasOf } from '../broker/quota-table.ts'
import { LagTimes } from '../broker/lag-times.ts'
import { ProducerIds } from '../broker/producer-ids.ts'
import { OFFSETS_TOPIC, TopicAdmin, TRANSACTIONS_TOPIC } from '../broker/topic-admin.ts'
import { groupConfigs } from '../broker/group-configs.ts'
import { topicCatalog } from '../broker/topic-catalog.ts'
import { type TopicEntry, TopicTable } from '../broker/topic-table.ts'
import { TransactionMarkers } from '../broker/transaction-markers.ts'
import type { BrokerLayers } from '../config/broker-layers.ts'
import type { ResolvedConfig } from '../config/resolved-config.ts'
import type { GroupOptions } from '../coordinator/group/group-options.ts'
import { defaultGroupOptions } from '../coordinator/group/group-options.ts'
import { GroupCoordinator } from '../coordinator/group-coordinator.ts'
import { TransactionCoordinator } from '../coordinator/transaction-coordinator.ts'
import {
  defaultTransactionOptions,
  type TransactionOptions,
} from '../coordinator/transaction/transaction-options.ts'
import type { Env } from '../env/env.ts'
import { initializeCluster, registerBroker } from '../metadata/brokers.ts'
import { finalizedLevel } from '../metadata/features.ts'
import { randomUuid } from '../metadata/uuid.ts'
import { collectServerMetrics } from './server-metrics.ts'
import type { Parts } from './open-parts.ts'

export interface AssembledBroker {
  readonly broker: Broker
  /**
   * Resolves when every group and transaction is in memory; requests for those that are not are answered with
   * COORDINATOR_LOAD_IN_PROGRESS.
   */
  readonly coordinatorsLoaded: Promise<unknown>
  readonly unloadCoordinators: () => void
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
  const groups = groupCoordinator(config, env, parts, topics, layers)
  const brokerMetrics = new BrokerMetrics(metrics, 'kafka')
  topics.onDeleted((topic) => {
    brokerMetrics.forgetTopic(topic.name)
    groups.topicsDeleted([topic.name]).catch((error: unknown) => {
      log.warn('offsets of a deleted topic are still there', { topic: topic.name, error })
    })
  })
  const producerIds = new ProducerIds(metadata, nodeId)
  const transactionMarkers = new TransactionMarkers({ env, topics, logs, groups, log })
  const transactions = transactionCoordinator(config, env, parts, { topics, producerIds, transactionMarkers })
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
    lagTimes: new LagTimes(topics, env.clock),
    transactions,
    transactionMarkers,
    producerIds,
    fetchSessions: new FetchSessions(
      config.get('max.incremental.fetch.session.cache.slots'),
      env.clock,
      env.random,
    ),
    quotas: quotasOf(metadata, {
      count: config.get('quota.window.num'),
      sizeMs: config.get('quota.window.size.seconds') * 1_000,
    }),
    clientTelemetry: new ClientTelemetry(env.clock, env.random, () => metadata.image),
    advertised: advertisedAddress(config.get('advertise')),
    implements: (apiKey) => handlerFor(apiKey) !== undefined,
    log,
    metrics,
    brokerMetrics,
  }
  collectServerMetrics(broker, parts)
  return { broker, ...loadCoordinators(broker) }
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
  layers: () => BrokerLayers,
): GroupCoordinator {
  const existing = parts.metadata.image.topicsByName.get(OFFSETS_TOPIC)?.partitions.length
  const log = parts.logSystem.component('group')
  return new GroupCoordinator({
    log: new InternalTopicLog(env, OFFSETS_TOPIC, topics, parts.logs),
    clock: env.clock,
    scheduler: env.scheduler,
    random: env.random,
    options: groupOptions(config),
    topics: topicCatalog(topics, parts.metadata),
    consumerConfigs: groupConfigs(parts.metadata, layers),
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
    consumer: {
      sessionTimeoutMs: config.get('group.consumer.session.timeout.ms'),
      heartbeatIntervalMs: config.get('group.consumer.heartbeat.interval.ms'),
      assignmentIntervalMs: config.get('group.consumer.assignment.interval.ms'),
      groupMaxSize: config.get('group.consumer.max.size'),
      assignors: config.get('group.consumer.assignors'),
      migrationPolicy: config.get('group.consumer.migration.policy'),
      regexRefreshIntervalMs: config.get('group.consumer.regex.refresh.interval.ms'),
    },
  }
}

interface TransactionParts {
  readonly topics: TopicTable
  readonly producerIds: ProducerIds
  readonly transactionMarkers: TransactionMarkers
}

function transactionCoordinator(
  config: ResolvedConfig,
  env: Env,
  { metadata, logs, logSystem }: Parts,
  { topics, producerIds, transactionMarkers }: TransactionParts,
): TransactionCoordinator {
  const existing = metadata.image.topicsByName.get(TRANSACTIONS_TOPIC)?.partitions.length
  const log = logSystem.component('transaction')
  return new TransactionCoordinator({
    log: new InternalTopicLog(env, TRANSACTIONS_TOPIC, topics, logs),
    clock: env.clock,
    scheduler: env.scheduler,
    options: transactionOptions(config),
    partitions: existing ?? config.get('transaction.state.log.num.partitions'),
    takeProducerId: () => producerIds.take(),
    version: () => finalizedLevel(metadata.image, 'transaction.version'),
    coordinatorEpoch: (partition) => topics.named(TRANSACTIONS_TOPIC)?.leaderEpochs[partition] ?? 0,
    writeMarkers: (marker, partitions) => transactionMarkers.writeFor(marker, partitions),
    failed: (error, detail) => log.error('the transaction coordinator failed', { error, ...detail }),
  })
}

function transactionOptions(config: ResolvedConfig): TransactionOptions {
  return {
    ...defaultTransactionOptions,
    timeoutMaxMs: config.get('transaction.max.timeout.ms'),
    idExpirationMs: config.get('transactional.id.expiration.ms'),
    abortIntervalMs: config.get('transaction.abort.timed.out.transaction.cleanup.interval.ms'),
    expirationIntervalMs: config.get('transaction.remove.expired.transaction.cleanup.interval.ms'),
  }
}

/**
 * Loads the partitions of the coordinators' topics that exist, and those of one that is created later. Groups come first: markers of
 * transactions that are loaded are written to them.
 */
function loadCoordinators(broker: Broker): {
  coordinatorsLoaded: Promise<unknown>
  unloadCoordinators: () => void
} {
  const { topics, groups, transactions, log } = broker
  const loadGroups = (topic: TopicEntry | undefined): Promise<unknown> =>
    Promise.all((topic?.logs ?? []).map((_, partition) => groups.load(partition)))
  const loadTransactions = (topic: TopicEntry | undefined): Promise<unknown> =>
    Promise.all((topic?.logs ?? []).map((_, partition) => transactions.load(partition)))
  topics.onCreated((topic) => {
    const loading =
      topic.name === OFFSETS_TOPIC
        ? loadGroups(topic)
        : topic.name === TRANSACTIONS_TOPIC
          ? loadTransactions(topic)
          : Promise.resolve()
    loading.catch((error: unknown) =>
      log.error('a coordinator could not be loaded', { topic: topic.name, error }),
    )
  })
  const coordinatorsLoaded = loadGroups(topics.named(OFFSETS_TOPIC)).then(() =>
    loadTransactions(topics.named(TRANSACTIONS_TOPIC)),
  )
  return {
    coordinatorsLoaded,
    unloadCoordinators: () => {
      transactions[Symbol.dispose]()
      groups[Symbol.dispose]()
    },
  }
}
