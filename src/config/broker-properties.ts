import { brokerConfigRows, type BrokerConfigRow, type UpdateMode } from './broker-config-rows.ts'
import type { KafkaDomain } from './kafka-value.ts'
import { kafkaAliases, knownSettings } from './known-settings.ts'
import type { Importance } from './property.ts'

/** A broker config of Kafka, as DescribeConfigs lists it. */
export interface BrokerProperty extends KafkaDomain {
  readonly name: string
  readonly default: string | null
  readonly importance: Importance
  readonly update: UpdateMode
  /** Our setting that does what this config says, or null when the config has no effect in Chronik. */
  readonly setting: string | null
  readonly doc: string
}

const NO_EFFECT = 'Listed for compatibility with Kafka’s tools; it has no effect in Chronik.'

/** Configs whose value is told by another setting without being settable themselves. */
const TOLD_BY: Readonly<Record<string, string>> = {
  listeners: 'kafka.listen',
  'advertised.listeners': 'advertise',
}

export const brokerProperties: ReadonlyMap<string, BrokerProperty> = new Map(
  brokerConfigRows.map((row) => [row[0], fromRow(row)] as const),
)

function fromRow(row: BrokerConfigRow): BrokerProperty {
  const [name, kafkaType, defaultValue, importance, update = 'read-only', domain = ''] = row
  const setting = knownSettings.has(name) ? name : (kafkaAliases.get(name) ?? TOLD_BY[name] ?? null)
  return {
    name,
    kafkaType,
    default: defaultValue,
    importance,
    update,
    setting,
    doc: setting === null ? NO_EFFECT : (knownSettings.get(setting)?.doc ?? NO_EFFECT),
    ...parseDomain(domain),
  }
}

/** The names that share one value, strongest first: `log.retention.ms`, `.minutes`, `.hours` (DynamicBrokerConfig). */
export function brokerConfigSynonyms(name: string): readonly string[] {
  return synonymGroups.find((group) => group.includes(name)) ?? [name]
}

const synonymGroups: readonly (readonly string[])[] = [
  ['log.roll.ms', 'log.roll.hours'],
  ['log.roll.jitter.ms', 'log.roll.jitter.hours'],
  ['log.flush.interval.ms', 'log.flush.scheduler.interval.ms'],
  ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'],
]

function parseDomain(text: string): Omit<KafkaDomain, 'kafkaType'> {
  if (text === '') return {}
  const range = /^(-?[\d.]*\d)\.\.(-?\d[\d.]*)?( or -1)?$/.exec(text)
  if (range !== null) {
    return {
      min: Number(range[1]),
      ...(range[2] === undefined ? {} : { max: Number(range[2]) }),
      ...(range[3] === undefined ? {} : { also: [-1] }),
    }
  }
  const anyCase = text.endsWith(' (any case)')
  const values = text.replace(' (any case)', '').split('|')
  return anyCase ? { values, anyCase } : { values }
}
