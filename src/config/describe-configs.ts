import { layerValues, type BrokerLayers, type KafkaConfigs } from './broker-layers.ts'
import { brokerConfigSynonyms, brokerProperties, type BrokerProperty } from './broker-properties.ts'
import { configSource, kafkaTypeId, type ConfigSource } from './kafka-type.ts'
import { parseKafkaValue } from './kafka-value.ts'
import { knownSettings } from './known-settings.ts'
import { effectiveTopicText } from './topic-config.ts'
import { topicProperties, type TopicProperty } from './topic-properties.ts'

export interface ConfigSynonym {
  readonly name: string
  readonly value: string | null
  readonly source: ConfigSource
}

/** One config of a DescribeConfigs response. The handler drops synonyms and documentation that were not asked for. */
export interface ConfigDescription {
  readonly name: string
  /** Null when it is not set or secret. */
  readonly value: string | null
  /** What the value would be without anybody having set it. */
  readonly default: string | null
  readonly source: ConfigSource
  readonly sensitive: boolean
  readonly readOnly: boolean
  /** ConfigType byte. */
  readonly type: number
  readonly documentation: string
  /** The places where a value was found, strongest first; Kafka leaves it empty where only another name has one. */
  readonly synonyms: readonly ConfigSynonym[]
}

/** Every public config of a topic, sorted by name (ConfigHelper.createTopicConfigEntry). */
export function describeTopicConfigs(overrides: KafkaConfigs, layers: BrokerLayers): ConfigDescription[] {
  return Object.entries<TopicProperty>(topicProperties)
    .filter(([, property]) => property.internal !== true)
    .map(([name, property]) => {
      const value = effectiveTopicText(name, property, overrides, layers)
      const own = Object.hasOwn(overrides, name)
        ? [{ name, value, source: configSource.DYNAMIC_TOPIC_CONFIG }]
        : []
      const first = property.brokerConfigs[0]
      const synonyms = [...own, ...(first === undefined ? [] : brokerSynonyms(first.name, layers, false))]
      return {
        name,
        value,
        default: defaultText(name, property, property.default),
        source: synonyms[0]?.source ?? configSource.DEFAULT_CONFIG,
        sensitive: false,
        readOnly: false,
        type: kafkaTypeId(property.kafkaType),
        documentation: property.doc,
        synonyms,
      }
    })
}

/** Every public config of this broker, sorted by name (ConfigHelper.createBrokerConfigEntry). */
export function describeBrokerConfigs(layers: BrokerLayers): ConfigDescription[] {
  return [...brokerProperties.values()].map((property) => describeBroker(property, layers))
}

/** What is set for all brokers: the resource with the empty name lists nothing else. */
export function describeClusterBrokerConfigs(
  cluster: KafkaConfigs,
  layers: BrokerLayers,
): ConfigDescription[] {
  return Object.keys(cluster)
    .sort()
    .flatMap((name) => {
      const property = brokerProperties.get(name)
      if (property === undefined) return []
      const only = { ...describeBroker(property, { ...layers, cluster, broker: {} }) }
      const source = configSource.DYNAMIC_DEFAULT_BROKER_CONFIG
      return [{ ...only, synonyms: only.synonyms.filter((synonym) => synonym.source === source) }]
    })
}

function describeBroker(property: BrokerProperty, layers: BrokerLayers): ConfigDescription {
  const { name } = property
  const sensitive = property.kafkaType === 'password'
  const values = layerValues(layers, name)
  const synonyms = brokerSynonyms(name, layers, sensitive)
  const standard = values.find((value) => value.source === configSource.DEFAULT_CONFIG)
  const own = property.setting === name ? knownSettings.get(name) : undefined
  return {
    name,
    value: sensitive ? null : defaultText(name, property, values[0]?.text ?? null),
    default: sensitive ? null : defaultText(name, property, standard?.text ?? null),
    source: synonyms[0]?.source ?? configSource.DEFAULT_CONFIG,
    sensitive,
    readOnly: property.update === 'read-only' || (own !== undefined && own.dynamic !== true),
    type: kafkaTypeId(property.kafkaType),
    documentation: property.doc,
    synonyms,
  }
}

/**
 * The values under all names of one config, by layer, then by rank. Kafka drops those before the first with the name
 * itself, so `log.retention.ms` that only `log.retention.hours` gives a value shows none.
 */
function brokerSynonyms(name: string, layers: BrokerLayers, sensitive: boolean): ConfigSynonym[] {
  const found = brokerConfigSynonyms(name).flatMap((synonym) =>
    layerValues(layers, synonym).map(({ source, text }) => ({
      name: synonym,
      value: sensitive ? null : text,
      source,
    })),
  )
  const byLayer = found.sort((a, b) => a.source - b.source)
  const start = byLayer.findIndex((synonym) => synonym.name === name)
  return start === -1 ? [] : byLayer.slice(start)
}

function defaultText(
  name: string,
  property: TopicProperty | BrokerProperty,
  text: string | null,
): string | null {
  if (text === null) return null
  const parsed = parseKafkaValue(name, property, text)
  return parsed.kind === 'value' ? parsed.text : text
}
