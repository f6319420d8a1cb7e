import type { SystemName } from './brokers/broker.ts'

/** A system in one configuration: what has a line of its own in the tables. */
export interface Contestant {
  readonly label: string
  readonly system: SystemName
  /** Settings of the server process. */
  readonly settings: Readonly<Record<string, string>>
  /** Configuration of the topics that it is measured with. */
  readonly topicConfigs: Readonly<Record<string, string>>
}

/** Acknowledges after fdatasync, as it does by default. */
export const chronikCommit: Contestant = {
  label: 'chronik commit',
  system: 'chronik',
  settings: { 'wal.sync': 'commit' },
  topicConfigs: {},
}

/** Acknowledges when the operating system has the bytes, as Kafka does by default. */
export const chronikOs: Contestant = {
  label: 'chronik os',
  system: 'chronik',
  settings: { 'wal.sync': 'os' },
  topicConfigs: {},
}

export const kafkaDefault: Contestant = {
  label: 'kafka default',
  system: 'kafka',
  settings: {},
  topicConfigs: {},
}

/**
 * Kafka with an fsync before each acknowledgement. `flush.messages` of a topic is what `log.flush.interval.messages` is the
 * default of, so one warm process serves both of its modes.
 */
export const kafkaFlush: Contestant = {
  label: 'kafka flush',
  system: 'kafka',
  settings: {},
  topicConfigs: { 'flush.messages': '1' },
}
