/**
 * The layout of the metadata keys. Values are JSON.
 *
 * | key | value |
 * |---|---|
 * | `/cluster` | `{clusterId}` |
 * | `/broker/<id>` | `{incarnation, registrations, endpoints, rack}`; written by registrations only, never deleted |
 * | `/topic/<topicId>` | `{name, partitions, configs, internal}`; the topic exists exactly when this key does |
 * | `/topic-name/<name, with "." as "_">` | `{topicId}`; one key for all names that collide, so that only one can exist |
 * | `/part/<topicId>/<partition>` | `[leader, leaderEpoch, partitionEpoch, leaderRegistrations, replicas, isr, elr]` |
 * | `/topic-deleted/<topicId>` | `{}`; the topic was deleted, and the files of its partitions may still be there |
 * | `/cfg/broker/<id, or nothing for all>` | `{configs}` |
 * | `/features` | `{levels}`, the finalized level of each feature that somebody has set |
 * | `/cfg/group/<id>`, `/cfg/client-metrics/<name>`, `/cfg/quota/<entity>` | `{configs}`; gone when nothing is set |
 * | `/id/producer` | `{next}`, the first producer id that was never handed out |
 */
export const ROOT = '/'
export const CLUSTER_KEY = '/cluster'
export const PRODUCER_ID_KEY = '/id/producer'
export const FEATURES_KEY = '/features'

const BROKER = '/broker/'
const TOPIC = '/topic/'
const TOPIC_NAME = '/topic-name/'
const PARTITION = '/part/'
const BROKER_CONFIG = '/cfg/broker/'

/** What has configs besides topics and brokers. Quotas of an entity are configs too, as in Kafka. */
export type ResourceKind = 'group' | 'client-metrics' | 'quota'

const RESOURCE_CONFIG: Readonly<Record<ResourceKind, string>> = {
  group: '/cfg/group/',
  'client-metrics': '/cfg/client-metrics/',
  quota: '/cfg/quota/',
}

export type MetadataKey =
  | { readonly kind: 'cluster' }
  | { readonly kind: 'producer-ids' }
  | { readonly kind: 'features' }
  | { readonly kind: 'broker'; readonly brokerId: number }
  | { readonly kind: 'broker-config'; readonly name: string }
  | { readonly kind: 'resource-config'; readonly resource: ResourceKind; readonly name: string }
  | { readonly kind: 'topic'; readonly topicId: string }
  | { readonly kind: 'topic-name' }
  | { readonly kind: 'partition'; readonly topicId: string; readonly partition: number }
  /** A key of another module, which watches it itself. */
  | { readonly kind: 'other' }

export function brokerKey(brokerId: number): string {
  return BROKER + brokerId
}

export function topicKey(topicId: string): string {
  return TOPIC + topicId
}

/** Names that differ only in "." against "_" share this key. */
export function topicNameKey(name: string): string {
  return TOPIC_NAME + collisionName(name)
}

/** The name with "." as "_": metric names cannot tell the two apart, therefore two such topics cannot coexist. */
export function collisionName(name: string): string {
  return name.replaceAll('.', '_')
}

export const DELETED_TOPICS = '/topic-deleted/'

export function deletedTopicKey(topicId: string): string {
  return DELETED_TOPICS + topicId
}

export function partitionPrefix(topicId: string): string {
  return `${PARTITION}${topicId}/`
}

export function partitionKey(topicId: string, partition: number): string {
  return `${PARTITION}${topicId}/${partition}`
}

/** `name` is a broker's id, or empty for the defaults of all brokers. */
export function brokerConfigKey(name: string): string {
  return BROKER_CONFIG + name
}

/** Names may hold any character; keys are ASCII. */
export function resourceConfigKey(kind: ResourceKind, name: string): string {
  return RESOURCE_CONFIG[kind] + encodeURIComponent(name)
}

/** How a resource is found in an image. */
export function resourceId(kind: ResourceKind, name: string): string {
  return `${kind}/${name}`
}

export function parseKey(key: string): MetadataKey {
  if (key.startsWith(PARTITION)) {
    const slash = key.lastIndexOf('/')
    return {
      kind: 'partition',
      topicId: key.slice(PARTITION.length, slash),
      partition: Number(key.slice(slash + 1)),
    }
  }
  if (key.startsWith(TOPIC)) return { kind: 'topic', topicId: key.slice(TOPIC.length) }
  if (key.startsWith(TOPIC_NAME)) return { kind: 'topic-name' }
  if (key.startsWith(BROKER)) return { kind: 'broker', brokerId: Number(key.slice(BROKER.length)) }
  if (key.startsWith(BROKER_CONFIG)) return { kind: 'broker-config', name: key.slice(BROKER_CONFIG.length) }
  for (const resource of ['group', 'client-metrics', 'quota'] as const) {
    const prefix = RESOURCE_CONFIG[resource]
    if (key.startsWith(prefix))
      return { kind: 'resource-config', resource, name: decodeURIComponent(key.slice(prefix.length)) }
  }
  if (key === CLUSTER_KEY) return { kind: 'cluster' }
  if (key === FEATURES_KEY) return { kind: 'features' }
  if (key === PRODUCER_ID_KEY) return { kind: 'producer-ids' }
  return { kind: 'other' }
}
