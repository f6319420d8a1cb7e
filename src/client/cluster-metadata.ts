import { errorNameOf, KafkaError, type ErrorName } from '../protocol/errors.ts'
import type { ResponseOf } from '../protocol/api-keys.ts'

export interface BrokerAddress {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

export interface PartitionMetadata {
  readonly partition: number
  /** -1: none at the moment. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly offline: readonly number[]
}

export interface TopicMetadata {
  readonly name: string
  /** ZERO_UUID from brokers that do not know topic ids. */
  readonly topicId: string
  readonly isInternal: boolean
  /** Sorted; element n is partition n, because Kafka numbers them without gaps. */
  readonly partitions: readonly PartitionMetadata[]
}

/** What the Metadata API tells of a cluster. */
export interface ClusterMetadata {
  readonly clusterId: string | null
  readonly controllerId: number
  readonly brokers: readonly BrokerAddress[]
  readonly topics: ReadonlyMap<string, TopicMetadata>
  /** Topics that were asked for and have none, with the reason. */
  readonly missing: ReadonlyMap<string, ErrorName>
}

export function readMetadata(response: ResponseOf<'Metadata'>): ClusterMetadata {
  if (response.errorCode !== 0) throw new KafkaError(errorNameOf(response.errorCode))
  const topics = new Map<string, TopicMetadata>()
  const missing = new Map<string, ErrorName>()
  for (const topic of response.topics) {
    const name = topic.name ?? topic.topicId
    if (topic.errorCode !== 0) missing.set(name, errorNameOf(topic.errorCode))
    else topics.set(name, readTopic(name, topic))
  }
  const { clusterId, controllerId, brokers } = response
  return { clusterId, controllerId, brokers, topics, missing }
}

function readTopic(name: string, topic: ResponseOf<'Metadata'>['topics'][number]): TopicMetadata {
  const partitions = topic.partitions.map((each) => ({
    partition: each.partitionIndex,
    leader: each.leaderId,
    leaderEpoch: each.leaderEpoch,
    replicas: each.replicaNodes,
    isr: each.isrNodes,
    offline: each.offlineReplicas,
  }))
  partitions.sort((a, b) => a.partition - b.partition)
  return { name, topicId: topic.topicId, isInternal: topic.isInternal, partitions }
}
