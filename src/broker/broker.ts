import type { BrokerLayers } from '../config/broker-layers.ts'
import type { ResolvedConfig } from '../config/resolved-config.ts'
import type { GroupCoordinator } from '../coordinator/group-coordinator.ts'
import type { TransactionCoordinator } from '../coordinator/transaction-coordinator.ts'
import type { Env } from '../env/env.ts'
import type { LogManager } from '../log/log-manager.ts'
import type { Metadata } from '../metadata/metadata.ts'
import type { Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { AdvertisedAddress } from './advertised-address.ts'
import type { BrokerMetrics } from './broker-metrics.ts'
import type { ConfigAdmin } from './config-admin.ts'
import type { FetchSessions } from './fetch-sessions.ts'
import type { ProducerIds } from './producer-ids.ts'
import type { TopicAdmin } from './topic-admin.ts'
import type { TopicTable } from './topic-table.ts'
import type { TransactionMarkers } from './transaction-markers.ts'

/** Everything a request handler works with. Built once by the composition root. */
export interface Broker {
  readonly env: Env
  readonly nodeId: number
  readonly clusterId: string
  /** The configuration of the process, without what AlterConfigs laid over it. */
  readonly config: ResolvedConfig
  /** The configuration with the dynamic broker configs of now. */
  layers(): BrokerLayers
  readonly metadata: Metadata
  readonly logs: LogManager
  readonly topics: TopicTable
  readonly topicAdmin: TopicAdmin
  readonly configAdmin: ConfigAdmin
  readonly groups: GroupCoordinator
  readonly transactions: TransactionCoordinator
  readonly transactionMarkers: TransactionMarkers
  readonly producerIds: ProducerIds
  readonly fetchSessions: FetchSessions
  readonly advertised: AdvertisedAddress
  /** Whether requests of this API are handled, which is what makes it advertised. */
  readonly implements: (apiKey: number) => boolean
  readonly log: Log
  readonly metrics: Metrics
  readonly brokerMetrics: BrokerMetrics
}
