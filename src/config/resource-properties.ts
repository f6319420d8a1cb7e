import { layerValues, type BrokerLayers, type KafkaConfigs } from './broker-layers.ts'
import type { ConfigDescription, ConfigSynonym } from './describe-configs.ts'
import { configSource, kafkaTypeId, type ConfigSource } from './kafka-type.ts'
import { parseKafkaValue, type KafkaDomain } from './kafka-value.ts'
import { didYouMean } from '../util/suggest.ts'

/** A config of a group or of a client metrics subscription. Names, types, defaults and bounds are Kafka's. */
export interface ResourceProperty extends KafkaDomain {
  readonly default: string
  readonly doc: string
  /** The broker config that sets the default. */
  readonly brokerConfig?: string
}

export type ResourceProperties = Readonly<Record<string, ResourceProperty>>

const INT_MAX = 2_147_483_647

/** Configs of groups of the consumer protocol (GroupConfig). */
export const groupConfigProperties = {
  'consumer.assignment.interval.ms': {
    kafkaType: 'int',
    default: '1000',
    min: 0,
    max: INT_MAX,
    brokerConfig: 'group.consumer.assignment.interval.ms',
    doc: 'Least time between two computations of the target assignment.',
  },
  'consumer.heartbeat.interval.ms': {
    kafkaType: 'int',
    default: '5000',
    min: 1,
    max: INT_MAX,
    brokerConfig: 'group.consumer.heartbeat.interval.ms',
    doc: 'How often members are told to heartbeat.',
  },
  'consumer.session.timeout.ms': {
    kafkaType: 'int',
    default: '45000',
    min: 1,
    max: INT_MAX,
    brokerConfig: 'group.consumer.session.timeout.ms',
    doc: 'After so long without a heartbeat a member is taken out of the group.',
  },
} as const satisfies ResourceProperties

/** Configs of client metrics subscriptions (ClientMetricsConfigs, KIP-714). */
export const clientMetricsProperties = {
  'interval.ms': {
    kafkaType: 'int',
    default: '300000',
    doc: 'How often clients push the metrics.',
  },
  match: {
    kafkaType: 'list',
    default: '',
    doc: 'Which clients the subscription is for: pairs of an attribute and a regular expression; all clients when empty.',
  },
  metrics: {
    kafkaType: 'list',
    default: '',
    doc: 'Prefixes of the names of the metrics; "*" means all metrics.',
  },
} as const satisfies ResourceProperties

/** Every config of the resource, sorted by name. */
export function describeResourceConfigs(
  properties: ResourceProperties,
  own: KafkaConfigs,
  ownSource: ConfigSource,
  layers: BrokerLayers,
): ConfigDescription[] {
  return Object.entries(properties).map(([name, property]) => {
    const synonyms: ConfigSynonym[] = []
    const set = own[name]
    if (set !== undefined) synonyms.push({ name, value: set, source: ownSource })
    const { brokerConfig } = property
    if (brokerConfig !== undefined)
      for (const { source, text } of layerValues(layers, brokerConfig))
        synonyms.push({ name: brokerConfig, value: text, source })
    return {
      name,
      value: synonyms[0]?.value ?? property.default,
      default: property.default,
      source: synonyms[0]?.source ?? configSource.DEFAULT_CONFIG,
      sensitive: false,
      readOnly: false,
      type: kafkaTypeId(property.kafkaType),
      documentation: property.doc,
      synonyms,
    }
  })
}

/** The number in force for a group: its own, else the broker's. */
export function groupConfigNumber(
  name: keyof typeof groupConfigProperties,
  own: KafkaConfigs,
  layers: BrokerLayers,
): number {
  const { brokerConfig, default: standard } = groupConfigProperties[name]
  return Number(own[name] ?? layerValues(layers, brokerConfig)[0]?.text ?? standard)
}

/** What is wrong with the configs that a group is to have, as the message of INVALID_CONFIG, or null. Texts are Kafka's. */
export function validateGroupConfigs(own: KafkaConfigs, layers: BrokerLayers): string | null {
  const problem = validateEach(groupConfigProperties, 'group', own)
  if (problem !== null) return problem
  for (const name of Object.keys(own) as (keyof typeof groupConfigProperties)[]) {
    const value = groupConfigNumber(name, own, layers)
    const limit = (bound: 'min' | 'max'): number => {
      const { brokerConfig } = groupConfigProperties[name]
      const limitName = brokerConfig.replace('group.consumer.', `group.consumer.${bound}.`)
      return Number(layerValues(layers, limitName)[0]?.text ?? value)
    }
    if (value < limit('min') || value > limit('max'))
      return `${name} must be in the range ${limit('min')} to ${limit('max')} inclusive.`
  }
  const session = groupConfigNumber('consumer.session.timeout.ms', own, layers)
  const heartbeat = groupConfigNumber('consumer.heartbeat.interval.ms', own, layers)
  return session > heartbeat
    ? null
    : 'consumer.session.timeout.ms must be greater than consumer.heartbeat.interval.ms'
}

/** Attributes of a client that a subscription can ask for. */
export const clientMatchAttributes = [
  'client_instance_id',
  'client_id',
  'client_software_name',
  'client_software_version',
  'client_source_address',
  'client_source_port',
] as const

const PUSH_INTERVAL_MIN_MS = 100
const PUSH_INTERVAL_MAX_MS = 3_600_000

/** What of a client metrics subscription is no config or no push interval, as the message of INVALID_REQUEST, or null. */
export function refuseClientMetrics(own: KafkaConfigs): string | null {
  const known = Object.keys(clientMetricsProperties)
  const unknown = Object.keys(own).find((config) => !known.includes(config))
  if (unknown !== undefined)
    return `Unknown client metrics configuration: ${unknown}${didYouMean(unknown, known)}`
  const name = 'interval.ms'
  const raw = own[name]
  const parsed = raw === undefined ? null : parseKafkaValue(name, clientMetricsProperties[name], raw)
  if (parsed === null || parsed.kind === 'problem') return null
  const intervalMs = Number(parsed.value)
  if (intervalMs >= PUSH_INTERVAL_MIN_MS && intervalMs <= PUSH_INTERVAL_MAX_MS) return null
  const range = `between ${PUSH_INTERVAL_MIN_MS} and ${PUSH_INTERVAL_MAX_MS} (1 hour)`
  return `Invalid value ${intervalMs} for ${name}, interval must be ${range}`
}

/** As {@link validateGroupConfigs}, of a client metrics subscription; {@link refuseClientMetrics} comes first. */
export function validateClientMetricsConfigs(own: KafkaConfigs): string | null {
  const problem = validateEach(clientMetricsProperties, 'client metrics', own)
  if (problem !== null) return problem
  for (const pair of (own['match'] ?? '').split(',').filter((text) => text.trim() !== '')) {
    const [attribute = '', pattern] = pair.split('=').map((text) => text.trim())
    if (pattern === undefined || pair.split('=').length !== 2)
      return `Illegal client matching pattern: ${pair}`
    if (!clientMatchAttributes.some((known) => known === attribute))
      return `Illegal client matching pattern: ${pair}`
  }
  return null
}

function validateEach(properties: ResourceProperties, kind: string, own: KafkaConfigs): string | null {
  for (const [name, raw] of Object.entries(own)) {
    const property = properties[name]
    if (property === undefined)
      return `Unknown ${kind} config name: ${name}${didYouMean(name, Object.keys(properties))}`
    const parsed = parseKafkaValue(name, property, raw)
    if (parsed.kind === 'problem') return parsed.message
  }
  return null
}
