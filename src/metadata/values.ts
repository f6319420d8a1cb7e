import { type BrokerImage, type Configs, type Endpoint, NO_LEADER, type PartitionImage } from './image.ts'
import { MetaStoreError } from './meta-store.ts'

/** What is stored of a topic. Its partitions have keys of their own. */
export interface TopicValue {
  readonly name: string
  readonly partitions: number
  readonly configs: Configs
  readonly internal: boolean
}

export type BrokerValue = Omit<BrokerImage, 'brokerId' | 'epoch'>
export type PartitionValue = Omit<PartitionImage, 'modRevision'>

function corrupt(key: string, value: string, expected: string): MetaStoreError {
  const shown = value.length > 200 ? `${value.slice(0, 200)}...` : value
  return new MetaStoreError('CORRUPT', `the metadata key ${key} holds ${shown}, which is not ${expected}`)
}

function parse(key: string, value: string): unknown {
  try {
    return JSON.parse(value)
  } catch (cause) {
    throw new MetaStoreError('CORRUPT', `the metadata key ${key} does not hold JSON`, { cause })
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseObject(key: string, value: string, expected: string): Record<string, unknown> {
  const parsed = parse(key, value)
  if (!isObject(parsed)) throw corrupt(key, value, expected)
  return parsed
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isBrokerIds(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount)
}

function parseConfigs(key: string, value: string, configs: unknown): Configs {
  if (!isObject(configs)) throw corrupt(key, value, 'an object with configs')
  const parsed = new Map<string, string>()
  for (const [name, setting] of Object.entries(configs)) {
    if (typeof setting !== 'string') throw corrupt(key, value, 'an object with configs that are strings')
    parsed.set(name, setting)
  }
  return parsed
}

export function encodeCluster(clusterId: string): string {
  return JSON.stringify({ clusterId })
}

export function parseCluster(key: string, value: string): string {
  const { clusterId } = parseObject(key, value, 'a cluster')
  if (typeof clusterId !== 'string') throw corrupt(key, value, 'a cluster')
  return clusterId
}

export function encodeBroker(broker: BrokerValue): string {
  const { incarnation, registrations, endpoints, rack } = broker
  return JSON.stringify({ incarnation, registrations, endpoints, rack })
}

function isEndpoint(value: unknown): value is Endpoint {
  if (!isObject(value)) return false
  const { listener, host, port, securityProtocol } = value as Partial<Endpoint>
  return (
    typeof listener === 'string' &&
    typeof host === 'string' &&
    typeof securityProtocol === 'string' &&
    isCount(port)
  )
}

export function parseBroker(key: string, value: string): BrokerValue {
  const { incarnation, registrations, endpoints, rack } = parseObject(key, value, 'a broker')
  const valid =
    typeof incarnation === 'string' &&
    isCount(registrations) &&
    Array.isArray(endpoints) &&
    endpoints.every(isEndpoint) &&
    (rack === null || typeof rack === 'string')
  if (!valid) throw corrupt(key, value, 'a broker')
  return { incarnation, registrations, endpoints, rack }
}

export function encodeTopic(topic: TopicValue): string {
  const { name, partitions, configs, internal } = topic
  return JSON.stringify({ name, partitions, configs: Object.fromEntries(configs), internal })
}

export function parseTopic(key: string, value: string): TopicValue {
  const { name, partitions, configs, internal } = parseObject(key, value, 'a topic')
  const valid = typeof name === 'string' && isCount(partitions) && typeof internal === 'boolean'
  if (!valid) throw corrupt(key, value, 'a topic')
  return { name, partitions, configs: parseConfigs(key, value, configs), internal }
}

export function encodeTopicName(topicId: string): string {
  return JSON.stringify({ topicId })
}

/** An array and not an object, because there are as many of them as partitions: half the bytes, half the time. */
export function encodePartition(partition: PartitionValue): string {
  const { leader, leaderEpoch, partitionEpoch, leaderRegistrations, replicas, isr, elr } = partition
  return JSON.stringify([leader, leaderEpoch, partitionEpoch, leaderRegistrations, replicas, isr, elr])
}

export function parsePartition(key: string, value: string, modRevision: number): PartitionImage {
  const fields = parse(key, value)
  if (!Array.isArray(fields) || fields.length !== 7) throw corrupt(key, value, 'a partition of 7 fields')
  const [leader, leaderEpoch, partitionEpoch, leaderRegistrations, replicas, isr, elr] = fields as unknown[]
  const valid =
    (isCount(leader) || leader === NO_LEADER) &&
    isCount(leaderEpoch) &&
    isCount(partitionEpoch) &&
    isCount(leaderRegistrations) &&
    isBrokerIds(replicas) &&
    isBrokerIds(isr) &&
    isBrokerIds(elr)
  if (!valid) throw corrupt(key, value, 'a partition')
  return {
    leader,
    leaderEpoch,
    partitionEpoch,
    leaderRegistrations,
    replicas,
    isr,
    elr,
    modRevision,
  }
}

export function encodeBrokerConfigs(configs: Configs): string {
  return JSON.stringify({ configs: Object.fromEntries(configs) })
}

export function parseBrokerConfigs(key: string, value: string): Configs {
  return parseConfigs(key, value, parseObject(key, value, 'broker configs')['configs'])
}

export function encodeFeatures(levels: ReadonlyMap<string, number>): string {
  return JSON.stringify({ levels: Object.fromEntries(levels) })
}

export function parseFeatures(key: string, value: string): ReadonlyMap<string, number> {
  const { levels } = parseObject(key, value, 'features')
  if (!isObject(levels)) throw corrupt(key, value, 'levels of features')
  const parsed = new Map<string, number>()
  for (const [name, level] of Object.entries(levels)) {
    if (!isCount(level)) throw corrupt(key, value, 'levels of features')
    parsed.set(name, level)
  }
  return parsed
}

export function encodeProducerIds(next: number): string {
  return JSON.stringify({ next })
}

export function parseProducerIds(key: string, value: string): number {
  const { next } = parseObject(key, value, 'a producer id counter')
  if (!isCount(next)) throw corrupt(key, value, 'a producer id counter')
  return next
}
