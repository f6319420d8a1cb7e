import type { ResponseOf } from '../protocol/api-keys.ts'
import type { ClusterClient } from './cluster-client.ts'
import { errorOf, throwFor, type Outcome } from './results.ts'

export type ConfigResourceKind = 'topic' | 'broker' | 'group'

const resourceTypes: Readonly<Record<ConfigResourceKind, number>> = { topic: 2, broker: 4, group: 32 }

export interface ConfigResource {
  readonly kind: ConfigResourceKind
  readonly name: string
}

/** Where a config's value comes from, by the numbers of DescribeConfigs. */
const sources = [
  'UNKNOWN',
  'DYNAMIC_TOPIC_CONFIG',
  'DYNAMIC_BROKER_CONFIG',
  'DYNAMIC_DEFAULT_BROKER_CONFIG',
  'STATIC_BROKER_CONFIG',
  'DEFAULT_CONFIG',
  'DYNAMIC_BROKER_LOGGER_CONFIG',
  'DYNAMIC_CLIENT_METRICS_CONFIG',
  'DYNAMIC_GROUP_CONFIG',
] as const

export interface ConfigEntry {
  readonly name: string
  /** Null when it is not set, or secret. */
  readonly value: string | null
  readonly source: (typeof sources)[number]
  readonly readOnly: boolean
  readonly sensitive: boolean
}

/** All configs of a resource, sorted by name. */
export async function describeConfigs(
  client: ClusterClient,
  resource: ConfigResource,
): Promise<ConfigEntry[]> {
  const body = {
    resources: [
      { resourceType: resourceTypes[resource.kind], resourceName: resource.name, configurationKeys: null },
    ],
  }
  // The configs of a broker are its own affair; those of anything else every broker knows.
  const response =
    resource.kind === 'broker' && resource.name !== ''
      ? await client.node(Number(resource.name), 'DescribeConfigs', body)
      : await client.any('DescribeConfigs', body, throwForFirst)
  throwForFirst(response)
  const entries = (response.results[0]?.configs ?? []).map((config) => ({
    name: config.name,
    value: config.value,
    source: sources[config.configSource] ?? 'UNKNOWN',
    readOnly: config.readOnly,
    sensitive: config.isSensitive,
  }))
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function throwForFirst({ results }: ResponseOf<'DescribeConfigs'>): void {
  throwFor(results[0]?.errorCode ?? 0, results[0]?.errorMessage)
}

export interface ConfigChange {
  readonly operation: 'set' | 'delete' | 'append' | 'subtract'
  readonly name: string
  /** Null for `delete`. */
  readonly value: string | null
}

const operations: Readonly<Record<ConfigChange['operation'], number>> = {
  set: 0,
  delete: 1,
  append: 2,
  subtract: 3,
}

/** Changes single configs of resources, or with `validateOnly` says whether it could. */
export async function alterConfigs(
  client: ClusterClient,
  resources: readonly ConfigResource[],
  changes: readonly ConfigChange[],
  validateOnly = false,
): Promise<Outcome[]> {
  const response = await client.any('IncrementalAlterConfigs', {
    resources: resources.map(({ kind, name }) => ({
      resourceType: resourceTypes[kind],
      resourceName: name,
      configs: changes.map(({ operation, name, value }) => ({
        name,
        configOperation: operations[operation],
        value,
      })),
    })),
    validateOnly,
  })
  return response.responses.map(({ resourceName, errorCode, errorMessage }) => ({
    name: resourceName,
    error: errorOf(errorCode, errorMessage),
  }))
}
