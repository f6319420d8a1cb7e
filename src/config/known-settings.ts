import type { Property } from './property.ts'
import { serverProperties } from './server-properties.ts'
import { topicDefaultProperties } from './topic-defaults.ts'

/** Every setting that the layers may name, sorted by name. */
export const knownSettings: ReadonlyMap<string, Property> = new Map(
  Object.entries<Property>({ ...serverProperties, ...topicDefaultProperties }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  ),
)

/** Our setting for a Kafka broker config of another name: `log.dirs` gives `data.dir`. */
export const kafkaAliases: ReadonlyMap<string, string> = new Map(
  [...knownSettings].flatMap(([name, property]) =>
    (property.kafkaAliases ?? []).map((alias) => [alias, name] as const),
  ),
)
