import { analyzerNames } from './analyzer-names.ts'
import { layerValues, type BrokerLayers, type KafkaConfigs } from './broker-layers.ts'
import { ConfigError } from './config-error.ts'
import { configSource } from './kafka-type.ts'
import { parseKafkaValue, type KafkaScalar } from './kafka-value.ts'
import type { ValueOf } from './property.ts'
import { didYouMean } from '../util/suggest.ts'
import { topicProperties, type TopicProperty, type TopicPropertyName } from './topic-properties.ts'

type CamelCase<S extends string> = S extends `${infer Head}.${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S

/**
 * All configs of a topic in force, with names in camel case: `retention.ms` is `retentionMs`. 64-bit numbers beyond
 * 2^53, which mean "no limit", are the greatest safe integer.
 */
export type TopicConfig = {
  readonly [N in TopicPropertyName as CamelCase<N>]: ValueOf<(typeof topicProperties)[N]>
}

const rows: readonly (readonly [string, TopicProperty])[] = Object.entries(topicProperties)
const byName: ReadonlyMap<string, TopicProperty> = new Map(rows)

/** The configs in force for a topic: its own over the broker's (dynamic and static) over Kafka's defaults. */
export function resolveTopicConfig(overrides: KafkaConfigs, layers: BrokerLayers): TopicConfig {
  const resolved: Record<string, KafkaScalar | null> = {}
  for (const [name, property] of rows) {
    const text = effectiveTopicText(name, property, overrides, layers)
    resolved[camelCase(name)] = text === null ? null : readStored(name, property, text)
  }
  // Every row was visited, and parsed by its own type.
  return resolved as TopicConfig
}

/** The value in force as DescribeConfigs shows it. */
export function effectiveTopicText(
  name: string,
  property: TopicProperty,
  overrides: KafkaConfigs,
  layers: BrokerLayers,
): string | null {
  if (Object.hasOwn(overrides, name)) return canonical(name, property, overrides[name] ?? '')
  return (
    brokerText(property, layers) ??
    (property.default === null ? null : canonical(name, property, property.default))
  )
}

/** The topic's default from the broker's configs: the first synonym that someone set, in the topic config's unit. */
function brokerText(property: TopicProperty, layers: BrokerLayers): string | null {
  for (const { name, factor } of property.brokerConfigs) {
    const set = layerValues(layers, name).find((value) => value.source !== configSource.DEFAULT_CONFIG)
    if (set === undefined) continue
    if (factor === 1) return canonical(name, property, set.text)
    const amount = BigInt(set.text)
    // Kafka takes any negative number of hours or minutes for "no limit".
    return amount < 0n ? '-1' : (amount * BigInt(factor)).toString()
  }
  return null
}

function canonical(name: string, property: TopicProperty, raw: string): string {
  const parsed = parseKafkaValue(name, property, raw)
  return parsed.kind === 'value' ? parsed.text : raw
}

function readStored(name: string, property: TopicProperty, text: string): KafkaScalar {
  const parsed = parseKafkaValue(name, property, text)
  if (parsed.kind === 'value') return parsed.value
  throw new ConfigError([{ code: 'CONFIG_INVALID_VALUE', key: name, value: text, message: parsed.message }])
}

function camelCase(name: string): string {
  return name.replaceAll(/\.([a-z])/g, (_match, letter: string) => letter.toUpperCase())
}

/**
 * What is wrong with the configs that a topic is to have (all of them, not only the changed ones), as the message of
 * INVALID_CONFIG, or null. The texts are Kafka's (ConfigDef, LogConfig), since clients show and tests expect them.
 */
export function validateTopicConfigs(overrides: KafkaConfigs, layers: BrokerLayers): string | null {
  for (const [name, raw] of Object.entries(overrides)) {
    const property = byName.get(name)
    if (property === undefined) return `Unknown topic config name: ${name}${didYouMean(name, byName.keys())}`
    const parsed = parseKafkaValue(name, property, raw)
    if (parsed.kind === 'problem') return parsed.message
    if (name.endsWith('.replication.throttled.replicas') && !isReplicaList(parsed.text)) {
      return `Invalid value ${parsed.text} for configuration ${name}: ${name} must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...`
    }
  }
  return validateTogether(resolveTopicConfig(overrides, layers), layers)
}

/** A field's name may have colons, an analyzer's may not. */
function analyzerPairProblem(pair: string): string | null {
  const colon = pair.lastIndexOf(':')
  if (colon < 1) return 'It must be a field and an analyzer, as in message:english'
  const name = pair.slice(colon + 1)
  if (analyzerNames.some((known) => known === name)) return null
  return `There is no analyzer '${name}'${didYouMean(name, analyzerNames)} Known are: ${analyzerNames.join(', ')}`
}

function isReplicaList(text: string): boolean {
  return text === '*' || text === '' || /^\d+:\d+(,\d+:\d+)*$/.test(text)
}

function validateTogether(config: TopicConfig, layers: BrokerLayers): string | null {
  for (const pair of config.searchAnalyzers) {
    const reason = analyzerPairProblem(pair)
    if (reason !== null) return `Invalid value ${pair} for configuration search.analyzers: ${reason}`
  }
  if (config.minCompactionLagMs > config.maxCompactionLagMs) {
    return `conflict topic config setting min.compaction.lag.ms (${config.minCompactionLagMs}) > max.compaction.lag.ms (${config.maxCompactionLagMs})`
  }
  const tiered = layerValues(layers, 'remote.log.storage.system.enable')[0]?.text === 'true'
  if (config.remoteStorageEnable && !tiered) {
    return 'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.'
  }
  return null
}
