import { formatAddress } from './address.ts'
import { brokerProperties, type BrokerProperty } from './broker-properties.ts'
import { configSource, type ConfigSource } from './kafka-type.ts'
import { parseKafkaValue } from './kafka-value.ts'
import { knownSettings } from './known-settings.ts'
import { parseValue } from './parse-value.ts'
import type { Entry, ResolvedConfig } from './resolved-config.ts'
import type { ServerPropertyName, ServerValue } from './server-properties.ts'
import { didYouMean } from '../util/suggest.ts'

/** Config names and their values as Kafka's clients send them. */
export type KafkaConfigs = Readonly<Record<string, string>>

/** The configuration that the process started with and what AlterConfigs on brokers laid over it. */
export interface BrokerLayers {
  readonly config: ResolvedConfig
  /** Set for this broker. Wins over `cluster`. */
  readonly broker: KafkaConfigs
  /** Set for all brokers (the resource with the empty name). */
  readonly cluster: KafkaConfigs
}

/** One value of a broker config in one layer. */
export interface LayerValue {
  readonly source: ConfigSource
  readonly text: string
}

/** The values of one broker config, strongest layer first; the last is the default, if there is one. */
export function layerValues(layers: BrokerLayers, name: string): readonly LayerValue[] {
  const values: LayerValue[] = []
  const add = (source: ConfigSource, text: string | null | undefined): void => {
    if (text !== null && text !== undefined) values.push({ source, text })
  }
  add(configSource.DYNAMIC_BROKER_CONFIG, ownValue(layers.broker, name))
  add(configSource.DYNAMIC_DEFAULT_BROKER_CONFIG, ownValue(layers.cluster, name))
  const property = brokerProperties.get(name)
  if (property === undefined) return values
  const entry = property.setting === null ? undefined : layers.config.entries.get(property.setting)
  if (entry === undefined) {
    add(configSource.DEFAULT_CONFIG, FIXED[name] ?? property.default)
  } else if (entry.source.kind === 'default') {
    add(configSource.DEFAULT_CONFIG, kafkaText(layers.config, property, entry) ?? property.default)
  } else {
    add(configSource.STATIC_BROKER_CONFIG, kafkaText(layers.config, property, entry))
    add(configSource.DEFAULT_CONFIG, defaultText(property, entry))
  }
  return values
}

/** What Chronik always is, whatever Kafka's default says. */
const FIXED: KafkaConfigs = { 'process.roles': 'broker,controller' }

/** What the config would be had nobody set it. Listeners have no such text of their own: theirs is made of others. */
function defaultText(property: BrokerProperty, entry: Entry): string | null {
  if (entry.property.type === 'address') return null
  const fallback = parseValue(entry.property, entry.property.default)
  return (fallback.kind === 'value' ? fallback.text : null) ?? property.default
}

function ownValue(configs: KafkaConfigs, name: string): string | undefined {
  return Object.hasOwn(configs, name) ? configs[name] : undefined
}

function kafkaText(config: ResolvedConfig, property: BrokerProperty, entry: Entry): string | null {
  const protocol = config.get('tls.enable') ? 'SSL' : 'PLAINTEXT'
  switch (property.name) {
    case 'listeners':
      return `${protocol}://${formatAddress(config.get('kafka.listen'))}`
    case 'advertised.listeners': {
      const told = config.get('advertise')
      return `${protocol}://${formatAddress(told === 'auto' ? config.get('kafka.listen') : told)}`
    }
    default:
      return entry.text
  }
}

/** The configuration with the dynamic values in place: what `get` returns while the server runs. */
export function effectiveConfig(layers: BrokerLayers): ResolvedConfig {
  const entries = new Map(layers.config.entries)
  const warnings = [...layers.config.warnings]
  for (const [name, raw] of Object.entries({ ...layers.cluster, ...layers.broker })) {
    const property = knownSettings.get(name)
    if (property?.dynamic !== true) continue
    const parsed = parseValue(property, raw)
    const scope = Object.hasOwn(layers.broker, name) ? 'broker' : 'cluster'
    if (parsed.kind === 'problem') {
      // AlterConfigs refuses bad values; one that an older version let in must not stop this one from starting.
      warnings.push(`the stored ${scope} config ${name}=${raw} is ignored: ${parsed.message}`)
      continue
    }
    const source = { kind: 'dynamic', scope } as const
    entries.set(name, { name, property, value: parsed.value, text: parsed.text, source })
  }
  const get = <N extends ServerPropertyName>(name: N): ServerValue<N> => {
    const entry = entries.get(name)
    if (entry?.source.kind !== 'dynamic') return layers.config.get(name)
    // The row gave the value its parser and its type.
    return entry.value as ServerValue<N>
  }
  return { get, entries, warnings }
}

/**
 * What is wrong with broker configs that a client wants to set at run time, as the message of INVALID_CONFIG or
 * INVALID_REQUEST, or null. `scope` is `cluster` for the resource with the empty name.
 */
export function validateBrokerConfigs(configs: KafkaConfigs, scope: 'cluster' | 'broker'): string | null {
  for (const [name, raw] of Object.entries(configs)) {
    const problem = validateBrokerConfig(name, raw, scope)
    if (problem !== null) return problem
  }
  return null
}

function validateBrokerConfig(name: string, raw: string, scope: 'cluster' | 'broker'): string | null {
  const property = brokerProperties.get(name)
  if (property === undefined)
    return `Unknown broker config name: ${name}${didYouMean(name, brokerProperties.keys())}`
  const own = property.setting === name ? knownSettings.get(name) : undefined
  if (property.update === 'read-only' || (own !== undefined && own.dynamic !== true)) {
    return `Cannot update these configs dynamically: [${name}]`
  }
  if (property.update === 'broker' && scope === 'cluster') {
    return `Cannot update these configs at default cluster level, broker id must be specified: [${name}]`
  }
  const value = parseKafkaValue(name, property, raw)
  if (value.kind === 'problem') return value.message
  if (own === undefined) return null
  const parsed = parseValue(own, value.text)
  return parsed.kind === 'problem'
    ? `Invalid value ${raw} for configuration ${name}: ${parsed.message}`
    : null
}
