import { effectiveConfig, type BrokerLayers } from '../config/broker-layers.ts'
import type { Random } from '../env/random.ts'
import type { Configs, TopicImage } from '../metadata/image.ts'
import type { Metadata } from '../metadata/metadata.ts'
import { isInternalTopic } from '../metadata/topic-name.ts'
import {
  createPartitions,
  createTopic,
  deleteTopic,
  topicNamed,
  topicWithId,
  type CreatedTopic,
  type CreatePartitionsRequest,
  type CreateTopicContext,
  type CreateTopicRequest,
} from '../metadata/topics.ts'
import { errorCode, KafkaError } from '../protocol/errors.ts'
import type { ConfigAdmin } from './config-admin.ts'

/** Holds the offsets of all groups. */
export const OFFSETS_TOPIC = '__consumer_offsets'

/** Holds the state of all transactional ids. */
export const TRANSACTIONS_TOPIC = '__transaction_state'

/** A topic that a coordinator keeps its state in: what is in it is placed by the number of its partitions. */
interface CoordinatorTopic {
  readonly name: string
  readonly partitionsSetting: 'offsets.topic.num.partitions' | 'transaction.state.log.num.partitions'
  /** What it holds, for messages. */
  readonly content: string
  /** What Kafka gives it. */
  readonly configs: readonly (readonly [string, string])[]
}

const coordinatorTopics: readonly CoordinatorTopic[] = [
  {
    name: OFFSETS_TOPIC,
    partitionsSetting: 'offsets.topic.num.partitions',
    content: 'the offsets of all groups',
    configs: [
      ['cleanup.policy', 'compact'],
      ['compression.type', 'producer'],
      ['segment.bytes', String(100 << 20)],
    ],
  },
  {
    name: TRANSACTIONS_TOPIC,
    partitionsSetting: 'transaction.state.log.num.partitions',
    content: 'the state of all transactions',
    configs: [
      ['cleanup.policy', 'compact'],
      ['compression.type', 'uncompressed'],
      ['segment.bytes', String(100 << 20)],
    ],
  },
]

function coordinatorTopic(name: string): CoordinatorTopic | undefined {
  return coordinatorTopics.find((topic) => topic.name === name)
}

/** Most partitions that one topic may have, however many requests it was grown by. */
const MAX_PARTITIONS_PER_TOPIC = 100_000

/** Most partitions that one request may create (ReplicationControlManager.MAX_PARTITIONS_PER_BATCH). */
export const MAX_PARTITIONS_PER_REQUEST = 10_000

export interface TopicAdminParts {
  readonly metadata: Metadata
  readonly random: Random
  readonly layers: () => BrokerLayers
  readonly configs: ConfigAdmin
  /** Some of the deleted topics of which no file is left, each told once. */
  readonly filesGone: () => readonly string[]
}

interface ValidateOnly {
  readonly validateOnly: boolean
}

const apply: ValidateOnly = { validateOnly: false }

/**
 * Creates, grows and deletes topics, for requests of clients, for the HTTP API and for the broker itself. A change is durable, and
 * in the metadata image and the topic table, when it is answered. Errors are KafkaErrors with Kafka's codes and texts.
 */
export class TopicAdmin {
  readonly #parts: TopicAdminParts

  constructor(parts: TopicAdminParts) {
    this.#parts = parts
  }

  /** Partitions that the topic would get: what is asked for, or the default. */
  partitionsOf({ partitions, assignments }: Pick<CreateTopicRequest, 'partitions' | 'assignments'>): number {
    if (assignments.length > 0) return assignments.length
    return partitions === -1 ? this.#config.get('num.partitions') : Math.max(partitions, 0)
  }

  /** Throws what `createTopic` of the metadata throws. */
  async create(request: CreateTopicRequest, { validateOnly } = apply): Promise<CreatedTopic> {
    const known = coordinatorTopic(request.name)
    const wanted = known === undefined ? request : this.#coordinatorTopic(request, known)
    const context = this.#context()
    const { metadata } = this.#parts
    if (validateOnly) return createTopic(metadata.image, wanted, context).result
    return (await metadata.change((image) => createTopic(image, wanted, context))).result
  }

  /** Deletes the topic with all its records. Throws UNKNOWN_TOPIC_ID, or INVALID_REQUEST for the topic of a coordinator. */
  async delete(topicId: string): Promise<TopicImage> {
    const { metadata } = this.#parts
    refuseForCoordinatorTopic(topicWithId(metadata.image, topicId).name, 'deleted')
    const gone = this.#parts.filesGone()
    return (await metadata.change((image) => deleteTopic(image, topicId, gone))).result
  }

  /** Returns the number of partitions added. Throws what `createPartitions` of the metadata throws. */
  async addPartitions(request: CreatePartitionsRequest, { validateOnly } = apply): Promise<number> {
    const { metadata, random } = this.#parts
    topicNamed(metadata.image, request.name)
    refuseForCoordinatorTopic(request.name, 'given more partitions')
    const context = { random, maxPartitions: MAX_PARTITIONS_PER_TOPIC }
    if (validateOnly) return createPartitions(metadata.image, request, context).result
    return (await metadata.change((image) => createPartitions(image, request, context))).result
  }

  /** Creates the topic of group offsets unless it is there. */
  async ensureOffsetsTopic(): Promise<void> {
    await this.#ensure(OFFSETS_TOPIC)
  }

  /** Creates the topic of transactional ids unless it is there. */
  async ensureTransactionsTopic(): Promise<void> {
    await this.#ensure(TRANSACTIONS_TOPIC)
  }

  /**
   * Creates the topics that do not exist, with defaults, as `auto.create.topics.enable` asks for; whether it does is for the caller
   * to see. The result has the errors of those that could not be created.
   */
  async autoCreate(names: Iterable<string>): Promise<ReadonlyMap<string, KafkaError>> {
    const errors = new Map<string, KafkaError>()
    const ensure = async (name: string): Promise<void> => {
      try {
        if (isInternalTopic(name) && coordinatorTopic(name) === undefined) {
          throw new KafkaError(
            'UNKNOWN_TOPIC_OR_PARTITION',
            `the internal topic '${name}' is not created on demand`,
          )
        }
        await this.#ensure(name)
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error
        errors.set(name, error)
      }
    }
    await Promise.all([...new Set(names)].map(ensure))
    return errors
  }

  async #ensure(name: string): Promise<void> {
    if (this.#parts.metadata.image.topicsByName.has(name)) return
    try {
      await this.create({
        name,
        partitions: -1,
        replicationFactor: -1,
        assignments: [],
        configs: new Map(),
      })
    } catch (error) {
      // Somebody else created it meanwhile, which serves as well.
      if (error instanceof KafkaError && error.code === errorCode('TOPIC_ALREADY_EXISTS')) return
      throw error
    }
  }

  /**
   * What a coordinator keeps is placed by the number of partitions of its topic, so it is created with the configured number or not at all. What
   * the client sets wins over the configs that this topic usually gets, except that it must be compacted.
   */
  #coordinatorTopic(request: CreateTopicRequest, topic: CoordinatorTopic): CreateTopicRequest {
    const { name, partitionsSetting, content } = topic
    const partitions = this.#config.get(partitionsSetting)
    if (request.assignments.length > 0 || (request.partitions !== -1 && request.partitions !== partitions)) {
      throw new KafkaError(
        'INVALID_PARTITIONS',
        `${name} must have the ${partitions} partitions of ${partitionsSetting}; ask for -1 or ${partitions}`,
      )
    }
    const configs: Configs = new Map([...topic.configs, ...request.configs])
    if (configs.get('cleanup.policy') !== 'compact') {
      throw new KafkaError(
        'INVALID_CONFIG',
        `${name} must have cleanup.policy=compact, not ${configs.get('cleanup.policy')}: deletion would lose ${content}`,
      )
    }
    return { ...request, partitions, configs }
  }

  #context(): CreateTopicContext {
    const config = this.#config
    return {
      random: this.#parts.random,
      defaultPartitions: config.get('num.partitions'),
      defaultReplicationFactor: config.get('default.replication.factor'),
      maxPartitions: MAX_PARTITIONS_PER_TOPIC,
      checkConfigs: this.#parts.configs.topicRules().checkConfigs,
    }
  }

  get #config() {
    return effectiveConfig(this.#parts.layers())
  }
}

function refuseForCoordinatorTopic(name: string, verb: string): void {
  const topic = coordinatorTopic(name)
  if (topic === undefined) return
  throw new KafkaError('INVALID_REQUEST', `${name} holds ${topic.content} and cannot be ${verb}`)
}
