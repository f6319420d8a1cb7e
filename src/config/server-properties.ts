import type { PropertyTable, ValueOf } from './property.ts'
import { connectionProperties } from './server/connections.ts'
import { groupProperties } from './server/groups.ts'
import { httpProperties } from './server/http.ts'
import { listenerProperties } from './server/listeners.ts'
import { nodeProperties } from './server/node.ts'
import { quotaProperties } from './server/quotas.ts'
import { searchProperties } from './server/search.ts'
import { storageProperties } from './server/storage.ts'
import { telemetryProperties } from './server/telemetry.ts'
import { topicCreationProperties } from './server/topics.ts'
import { transactionProperties } from './server/transactions.ts'

/**
 * The settings of the server that `get` serves. Where Kafka has a broker config for a thing, the setting has its name.
 * The broker-wide defaults of topic configs (`log.retention.ms` and so on) are not here: see `topic-defaults.ts`.
 */
export const serverProperties = {
  ...nodeProperties,
  ...listenerProperties,
  ...connectionProperties,
  ...httpProperties,
  ...storageProperties,
  ...topicCreationProperties,
  ...groupProperties,
  ...quotaProperties,
  ...searchProperties,
  ...transactionProperties,
  ...telemetryProperties,
}

export type ServerPropertyName = keyof typeof serverProperties

export type ServerValue<N extends ServerPropertyName> = ValueOf<(typeof serverProperties)[N]>

/** The same rows by topic, for the reference page. */
export const serverSections: readonly { readonly title: string; readonly properties: PropertyTable }[] = [
  { title: 'Node', properties: nodeProperties },
  { title: 'Listeners', properties: listenerProperties },
  { title: 'Connections and requests', properties: connectionProperties },
  { title: 'HTTP', properties: httpProperties },
  { title: 'Storage', properties: storageProperties },
  { title: 'Topics', properties: topicCreationProperties },
  { title: 'Groups', properties: groupProperties },
  { title: 'Quotas', properties: quotaProperties },
  { title: 'Search', properties: searchProperties },
  { title: 'Transactions', properties: transactionProperties },
  { title: 'Messages and metrics', properties: telemetryProperties },
]
