import { KafkaError } from '../protocol/errors.ts'
import { single } from './bulk-transaction.ts'
import type { Configs, MetadataImage, TopicImage } from './image.ts'
import { brokerConfigKey, topicKey } from './keys.ts'
import type { Decision } from './metadata.ts'
import { topicNamed } from './topics.ts'
import { encodeBrokerConfigs, encodeTopic } from './values.ts'

/** One AlterableConfig of IncrementalAlterConfigs. APPEND and SUBTRACT work on lists, separated by commas. */
export interface ConfigAlteration {
  readonly operation: 'SET' | 'DELETE' | 'APPEND' | 'SUBTRACT'
  readonly name: string
  /** Null is allowed for DELETE only. */
  readonly value: string | null
}

/** What the configuration tables know; the metadata itself knows no config by name. */
export interface ConfigRules {
  /** Throws INVALID_CONFIG when a name is unknown or a value is refused. Gets everything that would be set. */
  readonly checkConfigs: (configs: Configs) => void
  /** Whether the config is a list. */
  readonly isList: (name: string) => boolean
  /** The value in effect while none is set here, or null: what APPEND and SUBTRACT start from. */
  readonly inherited: (name: string) => string | null
}

function listOf(value: string): string[] {
  return value.split(',').filter((item) => item !== '')
}

function altered(
  current: string | undefined,
  alteration: ConfigAlteration,
  rules: ConfigRules,
): string | null {
  const { operation, name, value } = alteration
  if (operation === 'DELETE') return null
  if (value === null) throw new KafkaError('INVALID_REQUEST', `Null value not supported for : ${name}`)
  if (operation === 'SET') return value
  if (!rules.isList(name)) {
    throw new KafkaError('INVALID_CONFIG', `Can't ${operation} to key ${name} because its type is not LIST.`)
  }
  const before = listOf(current ?? rules.inherited(name) ?? '')
  const items = new Set(listOf(value))
  const after =
    operation === 'APPEND' ? [...new Set(before).union(items)] : before.filter((item) => !items.has(item))
  return after.join(',')
}

/**
 * The configs after the alterations. Throws INVALID_REQUEST for duplicate names and missing values, INVALID_CONFIG for a
 * list operation on what is no list, and what the rules throw.
 */
export function alterConfigs(
  current: Configs,
  alterations: readonly ConfigAlteration[],
  rules: ConfigRules,
): Configs {
  const names = new Set(alterations.map(({ name }) => name))
  if (names.size < alterations.length)
    throw new KafkaError('INVALID_REQUEST', 'Error due to duplicate config keys')
  const configs = new Map(current)
  for (const alteration of alterations) {
    const value = altered(current.get(alteration.name), alteration, rules)
    if (value === null) configs.delete(alteration.name)
    else configs.set(alteration.name, value)
  }
  rules.checkConfigs(configs)
  return configs
}

function storeTopicConfigs(topic: TopicImage, configs: Configs): Decision<Configs> {
  const key = topicKey(topic.topicId)
  const value = encodeTopic({ ...topic, partitions: topic.partitions.length, configs })
  const change = single([{ key, modRevision: topic.modRevision }], [{ kind: 'put', key, value }])
  return { change, result: configs }
}

/** IncrementalAlterConfigs of a topic. Throws UNKNOWN_TOPIC_OR_PARTITION and what {@link alterConfigs} throws. */
export function alterTopicConfigs(
  image: MetadataImage,
  name: string,
  alterations: readonly ConfigAlteration[],
  rules: ConfigRules,
): Decision<Configs> {
  const topic = topicNamed(image, name)
  return storeTopicConfigs(topic, alterConfigs(topic.configs, alterations, rules))
}

/** AlterConfigs of a topic: what is not named returns to its default. */
export function replaceTopicConfigs(
  image: MetadataImage,
  name: string,
  configs: Configs,
  rules: Pick<ConfigRules, 'checkConfigs'>,
): Decision<Configs> {
  const topic = topicNamed(image, name)
  rules.checkConfigs(configs)
  return storeTopicConfigs(topic, configs)
}

/** Stores the dynamic configs of a broker, or of all brokers when `broker` is empty. */
export function setBrokerConfigs(image: MetadataImage, broker: string, configs: Configs): Decision<Configs> {
  const key = brokerConfigKey(broker)
  const modRevision = image.brokerConfigs.get(broker)?.modRevision ?? 0
  const change = single([{ key, modRevision }], [{ kind: 'put', key, value: encodeBrokerConfigs(configs) }])
  return { change, result: configs }
}
