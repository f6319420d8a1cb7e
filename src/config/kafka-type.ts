/** Types of Kafka's ConfigDef, as DescribeConfigs reports them (KIP-569). */
export type KafkaType =
  | 'boolean'
  | 'string'
  | 'int'
  | 'short'
  | 'long'
  | 'double'
  | 'list'
  | 'class'
  | 'password'

const typeIds: Readonly<Record<KafkaType, number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
}

/** The ConfigType byte of a DescribeConfigs response. */
export function kafkaTypeId(type: KafkaType): number {
  return typeIds[type]
}

/** The ConfigSource byte of a DescribeConfigs response (DescribeConfigsResponse.ConfigSource). */
export const configSource = {
  DYNAMIC_TOPIC_CONFIG: 1,
  DYNAMIC_BROKER_CONFIG: 2,
  DYNAMIC_DEFAULT_BROKER_CONFIG: 3,
  STATIC_BROKER_CONFIG: 4,
  DEFAULT_CONFIG: 5,
  CLIENT_METRICS_CONFIG: 7,
  GROUP_CONFIG: 8,
} as const

export type ConfigSource = (typeof configSource)[keyof typeof configSource]
