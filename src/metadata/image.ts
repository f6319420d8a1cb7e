import { LayeredMap } from './layered-map.ts'

/** A name a client can reach a broker by. `port` is the advertised one. */
export interface Endpoint {
  readonly listener: string
  readonly host: string
  readonly port: number
  readonly securityProtocol: string
}

export interface BrokerImage {
  readonly brokerId: number
  /** The revision of the registration: unique, and higher with every registration of any broker. */
  readonly epoch: number
  /** A UUID that the process chose at its start. */
  readonly incarnation: string
  /** How often this id was registered. Leader epochs count on it: see {@link PartitionImage.leaderEpoch}. */
  readonly registrations: number
  /** Empty when the broker was unregistered; its entry remains because `registrations` must never fall. */
  readonly endpoints: readonly Endpoint[]
  readonly rack: string | null
}

/** No broker leads the partition. */
export const NO_LEADER = -1

export interface PartitionImage {
  /** A broker id, or {@link NO_LEADER}. */
  readonly leader: number
  /**
   * Rises with every change of the leader and with every registration of the broker that leads: a broker that restarts
   * leads under a new epoch, without rewriting all its partitions. The stored record holds an epoch, and the leader's
   * registration count at the time of writing; the epoch in effect is the stored one plus the registrations since. In
   * the image `leaderEpoch` and `partitionEpoch` are those in effect.
   */
  readonly leaderEpoch: number
  /** Rises with every change of the record, and with the leader's registrations as `leaderEpoch` does. */
  readonly partitionEpoch: number
  /** The registration count of the leader that the two epochs account for; 0 without a leader. */
  readonly leaderRegistrations: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly elr: readonly number[]
  /** Revision of the key `/part/<topicId>/<partition>`. */
  readonly modRevision: number
}

export type Configs = ReadonlyMap<string, string>

export interface TopicImage {
  readonly topicId: string
  readonly name: string
  readonly internal: boolean
  /** What was set on the topic itself, not the defaults. */
  readonly configs: Configs
  /** Indexed by partition, without gaps. */
  readonly partitions: readonly PartitionImage[]
  /** Revision of the key `/topic/<topicId>`. */
  readonly modRevision: number
}

export interface BrokerConfigImage {
  readonly configs: Configs
  readonly modRevision: number
}

/** The state of the cluster at one revision. Immutable: a later image shares with it what did not change. */
export interface MetadataImage {
  readonly revision: number
  /** Null until the cluster was initialized. */
  readonly clusterId: string | null
  readonly brokers: ReadonlyMap<number, BrokerImage>
  /** By broker id as a string; '' holds the defaults of all brokers. */
  readonly brokerConfigs: ReadonlyMap<string, BrokerConfigImage>
  /** Of groups, client metrics and quotas, by `resourceId`. */
  readonly resourceConfigs: ReadonlyMap<string, BrokerConfigImage>
  readonly topicsById: LayeredMap<string, TopicImage>
  readonly topicsByName: LayeredMap<string, TopicImage>
  /** Existing names, by their form with "." as "_". */
  readonly collisionNames: LayeredMap<string, string>
  readonly nextProducerId: number
  /** Revision of the key `/id/producer`, 0 before the first block. */
  readonly producerIdRevision: number
  /** What was set; a feature that is not named has its initial level. */
  readonly featureLevels: ReadonlyMap<string, number>
  /** Revision of the key `/features`, 0 before the first update. */
  readonly featuresRevision: number
  /**
   * Partitions that no topic shows: those of a topic whose creation has not been committed yet (or never was), and
   * those that a running growth of a topic has written beyond its count.
   */
  readonly hiddenPartitions: ReadonlyMap<string, LayeredMap<number, PartitionImage>>
}

export const EMPTY_IMAGE: MetadataImage = {
  revision: 0,
  clusterId: null,
  brokers: new Map(),
  brokerConfigs: new Map(),
  resourceConfigs: new Map(),
  topicsById: new LayeredMap(),
  topicsByName: new LayeredMap(),
  collisionNames: new LayeredMap(),
  nextProducerId: 0,
  producerIdRevision: 0,
  featureLevels: new Map(),
  featuresRevision: 0,
  hiddenPartitions: new Map(),
}

/** Brokers that are registered, in the order of their ids. */
export function registeredBrokers(image: MetadataImage): BrokerImage[] {
  return [...image.brokers.values()]
    .filter((broker) => broker.endpoints.length > 0)
    .sort((a, b) => a.brokerId - b.brokerId)
}
