import type { Random } from '../env/random.ts'
import { KafkaError } from '../protocol/errors.ts'
import type { BulkTransaction } from './bulk-transaction.ts'
import type { Configs, MetadataImage, TopicImage } from './image.ts'
import {
  collisionName,
  deletedTopicKey,
  partitionKey,
  partitionPrefix,
  topicKey,
  topicNameKey,
} from './keys.ts'
import type { Decision } from './metadata.ts'
import type { Operation, Transaction } from './meta-store.ts'
import { checkAssignments, newPartition, placeReplicas, replicationFactorOf } from './replica-placement.ts'
import { checkTopicName, isInternalTopic } from './topic-name.ts'
import { randomUuid } from './uuid.ts'
import { encodePartition, encodeTopic, encodeTopicName } from './values.ts'

export interface PartitionAssignment {
  readonly partition: number
  readonly replicas: readonly number[]
}

/** The fields of a CreatableTopic. -1 takes the default. */
export interface CreateTopicRequest {
  readonly name: string
  readonly partitions: number
  readonly replicationFactor: number
  /** Empty unless the client places the replicas itself. */
  readonly assignments: readonly PartitionAssignment[]
  readonly configs: Configs
}

export interface CreateTopicContext {
  readonly random: Random
  readonly defaultPartitions: number
  readonly defaultReplicationFactor: number
  /** Most partitions that one topic may have. */
  readonly maxPartitions: number
  /** Throws INVALID_CONFIG when a name is unknown or a value is refused. */
  readonly checkConfigs: (configs: Configs) => void
}

export interface CreatedTopic {
  readonly topicId: string
  readonly name: string
  readonly partitions: number
  readonly replicationFactor: number
  readonly configs: Configs
}

function tooMany(partitions: number, maxPartitions: number): KafkaError {
  return new KafkaError(
    'INVALID_PARTITIONS',
    `${partitions} partitions are more than the ${maxPartitions} that one topic may have`,
  )
}

/** The requested replicas in the order of their partitions, which must be 0, 1, 2 and so on. */
function manualReplicas(image: MetadataImage, request: CreateTopicRequest): (readonly number[])[] {
  if (request.replicationFactor !== -1) {
    throw new KafkaError(
      'INVALID_REQUEST',
      'A manual partition assignment was specified, but replication factor was not set to -1.',
    )
  }
  if (request.partitions !== -1) {
    throw new KafkaError(
      'INVALID_REQUEST',
      'A manual partition assignment was specified, but numPartitions was not set to -1.',
    )
  }
  const byPartition = new Map<number, readonly number[]>()
  for (const { partition, replicas } of request.assignments) {
    if (byPartition.has(partition)) {
      throw new KafkaError(
        'INVALID_REPLICA_ASSIGNMENT',
        `Found multiple manual partition assignments for partition ${partition}`,
      )
    }
    byPartition.set(partition, replicas)
  }
  const ordered = Array.from({ length: byPartition.size }, (_, partition) => byPartition.get(partition))
  const replicas = ordered.filter((replicas) => replicas !== undefined)
  if (replicas.length < ordered.length) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      'partitions should be a consecutive 0-based integer sequence',
    )
  }
  checkAssignments(image, replicas)
  return replicas
}

function chosenReplicas(
  image: MetadataImage,
  request: CreateTopicRequest,
  context: CreateTopicContext,
): (readonly number[])[] {
  const { partitions, replicationFactor, assignments } = request
  if (assignments.length > 0) {
    if (assignments.length > context.maxPartitions) throw tooMany(assignments.length, context.maxPartitions)
    return manualReplicas(image, request)
  }
  if (replicationFactor < -1 || replicationFactor === 0) {
    throw new KafkaError(
      'INVALID_REPLICATION_FACTOR',
      'Replication factor must be larger than 0, or -1 to use the default value.',
    )
  }
  if (partitions < -1 || partitions === 0) {
    throw new KafkaError(
      'INVALID_PARTITIONS',
      'Number of partitions was set to an invalid non-positive value.',
    )
  }
  const count = partitions === -1 ? context.defaultPartitions : partitions
  if (count > context.maxPartitions) throw tooMany(count, context.maxPartitions)
  const factor = replicationFactor === -1 ? context.defaultReplicationFactor : replicationFactor
  return placeReplicas(image, count, factor, context.random)
}

function checkNameIsFree(image: MetadataImage, name: string): void {
  if (image.topicsByName.has(name)) {
    throw new KafkaError('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`)
  }
  const colliding = image.collisionNames.get(collisionName(name))
  if (colliding !== undefined) {
    throw new KafkaError(
      'INVALID_TOPIC_EXCEPTION',
      `Topic '${name}' collides with existing topic: ${colliding}`,
    )
  }
}

function partitionPuts(
  image: MetadataImage,
  topicId: string,
  first: number,
  replicas: readonly (readonly number[])[],
): Operation[] {
  return replicas.map((replicas, index) => ({
    kind: 'put',
    key: partitionKey(topicId, first + index),
    value: encodePartition(newPartition(image, replicas)),
  }))
}

/**
 * Creates a topic. Throws INVALID_TOPIC_EXCEPTION, TOPIC_ALREADY_EXISTS, INVALID_PARTITIONS,
 * INVALID_REPLICATION_FACTOR, INVALID_REPLICA_ASSIGNMENT, INVALID_REQUEST, or what `checkConfigs` throws. For
 * `validateOnly` take the result and leave the change.
 */
export function createTopic(
  image: MetadataImage,
  request: CreateTopicRequest,
  context: CreateTopicContext,
): Decision<CreatedTopic> {
  const { name, configs } = request
  checkTopicName(name)
  checkNameIsFree(image, name)
  const replicas = chosenReplicas(image, request, context)
  context.checkConfigs(configs)
  const topicId = randomUuid(context.random)
  const value = { name, partitions: replicas.length, configs, internal: isInternalTopic(name) }
  const absent = { key: topicKey(topicId), modRevision: 0 }
  const change: BulkTransaction = {
    guard: [{ key: topicNameKey(name), modRevision: 0 }],
    prepare: partitionPuts(image, topicId, 0, replicas),
    commit: {
      compare: [absent],
      success: [
        { kind: 'put', key: topicKey(topicId), value: encodeTopic(value) },
        { kind: 'put', key: topicNameKey(name), value: encodeTopicName(topicId) },
      ],
    },
    undo: { compare: [absent], success: [{ kind: 'deletePrefix', prefix: partitionPrefix(topicId) }] },
  }
  const replicationFactor = replicas[0]?.length ?? 0
  return { change, result: { topicId, name, partitions: replicas.length, replicationFactor, configs } }
}

/** The topic of that name. Throws UNKNOWN_TOPIC_OR_PARTITION. */
export function topicNamed(image: MetadataImage, name: string): TopicImage {
  const topic = image.topicsByName.get(name)
  if (!topic) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${name}' does not exist.`)
  return topic
}

/** The topic of that id. Throws UNKNOWN_TOPIC_ID. */
export function topicWithId(image: MetadataImage, topicId: string): TopicImage {
  const topic = image.topicsById.get(topicId)
  if (!topic) throw new KafkaError('UNKNOWN_TOPIC_ID', `no topic has the id ${topicId}`)
  return topic
}

/**
 * Deletes a topic at once, with all its partitions, and notes that it is deleted until its files are gone; `filesGone` are topics deleted
 * before of which that is so. Throws UNKNOWN_TOPIC_ID.
 */
export function deleteTopic(
  image: MetadataImage,
  topicId: string,
  filesGone: readonly string[] = [],
): Decision<TopicImage> {
  const topic = topicWithId(image, topicId)
  const change: BulkTransaction = {
    guard: [],
    prepare: [],
    commit: {
      compare: [{ key: topicKey(topicId), modRevision: topic.modRevision }],
      success: [
        { kind: 'delete', key: topicKey(topicId) },
        { kind: 'delete', key: topicNameKey(topic.name) },
        { kind: 'deletePrefix', prefix: partitionPrefix(topicId) },
        { kind: 'put', key: deletedTopicKey(topicId), value: '{}' },
        ...filesGone.map((gone) => ({ kind: 'delete', key: deletedTopicKey(gone) }) as const),
      ],
    },
    undo: null,
  }
  return { change, result: topic }
}

/** The fields of a CreatePartitionsTopic. */
export interface CreatePartitionsRequest {
  readonly name: string
  /** The new total. */
  readonly count: number
  /** Replicas of the added partitions in order; null lets them be placed. */
  readonly assignments: readonly (readonly number[])[] | null
}

function addedReplicas(
  image: MetadataImage,
  topic: TopicImage,
  { count, assignments }: CreatePartitionsRequest,
  random: Random,
): readonly (readonly number[])[] {
  const current = topic.partitions.length
  if (count === current) {
    throw new KafkaError('INVALID_PARTITIONS', `Topic already has ${current} partition(s).`)
  }
  if (count < current) {
    throw new KafkaError(
      'INVALID_PARTITIONS',
      `The topic ${topic.name} currently has ${current} partition(s); ${count} would not be an increase.`,
    )
  }
  const added = count - current
  const factor = replicationFactorOf(topic.partitions)
  if (!assignments) return placeReplicas(image, added, factor, random)
  if (assignments.length !== added) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      `Attempted to add ${added} additional partition(s), but only ${assignments.length} assignment(s) were specified.`,
    )
  }
  checkAssignments(image, assignments, factor)
  return assignments
}

/**
 * Adds partitions to a topic. Throws UNKNOWN_TOPIC_OR_PARTITION, INVALID_PARTITIONS, INVALID_REPLICATION_FACTOR or
 * INVALID_REPLICA_ASSIGNMENT. The result is the number of partitions added.
 */
export function createPartitions(
  image: MetadataImage,
  request: CreatePartitionsRequest,
  context: Pick<CreateTopicContext, 'random' | 'maxPartitions'>,
): Decision<number> {
  const topic = topicNamed(image, request.name)
  if (request.count > context.maxPartitions) throw tooMany(request.count, context.maxPartitions)
  const replicas = addedReplicas(image, topic, request, context.random)
  const { topicId, modRevision } = topic
  const value = encodeTopic({ ...topic, partitions: request.count })
  const change: BulkTransaction = {
    guard: [{ key: topicKey(topicId), modRevision }],
    prepare: partitionPuts(image, topicId, topic.partitions.length, replicas),
    commit: { compare: [], success: [{ kind: 'put', key: topicKey(topicId), value }] },
    // Records beyond the topic's count are not shown, and the next growth or the deletion of the topic takes them away.
    undo: null,
  }
  return { change, result: replicas.length }
}

/**
 * Removes partition records that crashed creations left behind. Only for who knows that no creation is running: a
 * single node when it starts, or the active controller.
 */
export function removeAbandonedPartitions(image: MetadataImage): Transaction[] {
  return [...image.hiddenPartitions.keys()]
    .filter((topicId) => !image.topicsById.has(topicId))
    .map((topicId) => ({
      compare: [{ key: topicKey(topicId), modRevision: 0 }],
      success: [{ kind: 'deletePrefix', prefix: partitionPrefix(topicId) }],
    }))
}
