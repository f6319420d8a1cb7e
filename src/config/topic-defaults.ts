import type { Property } from './property.ts'
import { topicProperties, type TopicProperty } from './topic-properties.ts'

/** A broker-wide default of a topic config, such as `log.retention.hours` for `retention.ms`. */
export interface TopicDefaultProperty extends Property {
  readonly topicConfig: string
  /** Multiplies a value of this setting into the unit of the topic config. */
  readonly factor: number
}

const UNITS: Readonly<Record<number, string>> = { 60_000: 'minutes', 3_600_000: 'hours' }

/**
 * All of them, by name, derived from the topic table. None has a default of its own here: "not set" leaves the word to
 * the next synonym and at last to the topic table.
 */
export const topicDefaultProperties: Readonly<Record<string, TopicDefaultProperty>> = deriveTopicDefaults()

function deriveTopicDefaults(): Record<string, TopicDefaultProperty> {
  const derived: Record<string, TopicDefaultProperty> = {}
  for (const [topicConfig, property] of Object.entries<TopicProperty>(topicProperties)) {
    for (const [rank, synonym] of property.brokerConfigs.entries()) {
      // Kafka lets only the strongest synonym change while a broker runs.
      derived[synonym.name] = topicDefault(topicConfig, property, synonym.factor, rank === 0)
    }
  }
  return derived
}

function topicDefault(
  topicConfig: string,
  row: TopicProperty,
  factor: number,
  dynamic: boolean,
): TopicDefaultProperty {
  const { brokerConfigs: _synonyms, kafkaType: _type, internal: _internal, ...property } = row
  const shared = {
    ...property,
    default: null,
    dynamic,
    topicConfig,
    factor,
    doc: `Default of ${topicConfig} for topics that do not set it.`,
  }
  const unit = UNITS[factor]
  if (unit === undefined) return shared
  // Kafka's hour and minute variants are integers of their own unit, with the lower bound of the millisecond one.
  return { ...shared, type: 'int', unit }
}
