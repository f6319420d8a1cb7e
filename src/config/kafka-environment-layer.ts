import { brokerProperties } from './broker-properties.ts'
import type { ConfigProblem } from './config-error.ts'
import { environmentName, isServiceLink } from './environment-layer.ts'
import type { Variables } from './interpolate.ts'
import { readListeners } from './kafka-listeners.ts'
import { kafkaAliases, knownSettings } from './known-settings.ts'
import type { SettingInput } from './setting-input.ts'
import { didYouMean } from '../util/suggest.ts'
import type { LayerResult } from './toml-layer.ts'

const PREFIX = 'KAFKA_'

/** Variables of the Apache image and of Kafka's scripts that are about the JVM or the image. */
const NOT_CONFIGS =
  /^KAFKA_(HEAP_OPTS|OPTS|JVM_PERFORMANCE_OPTS|GC_LOG_OPTS|DEBUG|DEBUG_FLAG|LOG4J_.*|TOOLS_LOG4J_.*|JMX_.*|VERSION|HOME|CLUSTER_ID|CLASSPATH)$/

/** Kafka's name for a variable of the Apache image: `___` is `-`, `__` is `_`, `_` is `.`. */
export function kafkaConfigName(variable: string): string {
  return variable
    .slice(PREFIX.length)
    .toLowerCase()
    .replaceAll(/_+/g, (run) => {
      const dashes = '-'.repeat(Math.floor(run.length / 3))
      return dashes + ['', '.', '_'][run.length % 3]
    })
}

export interface KafkaLayerResult extends LayerResult {
  readonly warnings: readonly string[]
}

/**
 * Reads the variables of the Apache Kafka image, so that a compose file made for it starts Chronik. Names that Kafka
 * has and Chronik does without are a warning; values that Chronik uses must be right. The image's CLUSTER_ID has no
 * prefix, so it only counts when it looks like a cluster id.
 */
export function readKafkaEnvironmentLayer(environment: Variables): KafkaLayerResult {
  const inputs: SettingInput[] = []
  const problems: ConfigProblem[] = []
  const warnings: string[] = []
  const withoutEffect: string[] = []
  const listeners = readListeners(environment)
  const clusterId = environment['CLUSTER_ID']
  if (clusterId !== undefined && /^[A-Za-z0-9_-]{22}$/.test(clusterId)) {
    const source = { kind: 'environment', variable: 'CLUSTER_ID' } as const
    inputs.push({ name: 'cluster.id', raw: clusterId, isList: false, source })
  }
  for (const [variable, raw] of Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (raw === undefined || !variable.startsWith(PREFIX) || NOT_CONFIGS.test(variable)) continue
    if (isServiceLink(variable, raw) || listeners.handled.has(variable)) continue
    const name = kafkaConfigName(variable)
    const setting = knownSettings.has(name) && brokerProperties.has(name) ? name : kafkaAliases.get(name)
    if (setting === undefined) {
      if (brokerProperties.has(name)) withoutEffect.push(variable)
      else warnings.push(`${variable} is ignored: Kafka has no broker config ${name}${hint(name)}`)
    } else if (setting === 'data.dir' && raw.includes(',')) problems.push(severalDirectories(variable, raw))
    else inputs.push({ name: setting, raw, isList: false, source: { kind: 'environment', variable } })
  }
  if (withoutEffect.length > 0) {
    warnings.push(`these settings of Kafka have no effect in Chronik: ${withoutEffect.join(', ')}`)
  }
  return {
    inputs: [...listeners.inputs, ...inputs],
    problems: [...listeners.problems, ...problems],
    warnings: [...listeners.warnings, ...warnings],
  }
}

function hint(name: string): string {
  if (knownSettings.has(name)) return `; Chronik's own settings are set with ${environmentName(name)}`
  return didYouMean(name, brokerProperties.keys())
}

function severalDirectories(variable: string, raw: string): ConfigProblem {
  return {
    code: 'CONFIG_INVALID_VALUE',
    key: variable,
    value: raw,
    message: `${variable} names several directories (${raw}) but Chronik keeps everything in one; give one of them.`,
  }
}
