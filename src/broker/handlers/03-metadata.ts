import { registeredBrokers, type TopicImage } from '../../metadata/image.ts'
import { checkTopicName } from '../../metadata/topic-name.ts'
import { errorCode, KafkaError } from '../../protocol/errors.ts'
import type { RequestOf, ResponseInputOf } from '../../protocol/api-keys.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { CLUSTER_OPERATIONS, OPERATIONS_OMITTED, TOPIC_OPERATIONS } from '../authorized-operations.ts'
import { defineHandler, type RequestContext } from '../handler.ts'

type TopicAnswer = ResponseInputOf<'Metadata'>['topics'][number]
type TopicRequest = NonNullable<RequestOf<'Metadata'>['topics']>[number]

/** From this version on topics can be asked for by id. */
const BY_ID_VERSION = 12

/**
 * Metadata 0-13 (KIP-430, 516, 1102). Creates topics that are asked for by name when `auto.create.topics.enable` and the client
 * allow it (always, before version 4). Null topics, and the empty list of version 0, mean all. A topic id counts more than a name,
 * which clients leave null or empty then.
 */
export const metadataHandler = defineHandler({
  api: 'Metadata',
  async handle(request, context) {
    const { broker, apiVersion } = context
    const all = request.topics === null || (apiVersion === 0 && request.topics.length === 0)
    const topics: TopicAnswer[] = all
      ? allTopics(request, context)
      : await namedTopics(request.topics ?? [], request, context)
    const { host, port } = broker.advertised.for(context)
    return {
      brokers: registeredBrokers(broker.metadata.image).map((known) => ({
        nodeId: known.brokerId,
        host: known.brokerId === broker.nodeId ? host : (known.endpoints[0]?.host ?? ''),
        port: known.brokerId === broker.nodeId ? port : (known.endpoints[0]?.port ?? -1),
        rack: known.rack,
      })),
      clusterId: broker.clusterId,
      controllerId: broker.nodeId,
      topics,
      clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
        ? CLUSTER_OPERATIONS
        : OPERATIONS_OMITTED,
    }
  },
  failed: (code, _message, request) => ({
    brokers: [],
    topics: (request.topics ?? []).map(({ name, topicId }) => ({
      errorCode: code,
      name,
      topicId,
      partitions: [],
    })),
    errorCode: code,
  }),
})

function allTopics(request: RequestOf<'Metadata'>, context: RequestContext): TopicAnswer[] {
  return [...context.broker.metadata.image.topicsById].map(([, topic]) => describe(topic, request, context))
}

async function namedTopics(
  wanted: readonly TopicRequest[],
  request: RequestOf<'Metadata'>,
  context: RequestContext,
): Promise<TopicAnswer[]> {
  const { broker } = context
  const mayCreate = request.allowAutoTopicCreation && broker.config.get('auto.create.topics.enable')
  checkIds(wanted, context.apiVersion)
  const names = wanted.flatMap(({ name, topicId }) => (name === null || topicId !== ZERO_UUID ? [] : [name]))
  const missing = names.filter((name) => broker.metadata.image.topicsByName.get(name) === undefined)
  const failures =
    mayCreate && missing.length > 0
      ? await broker.topicAdmin.autoCreate([...new Set(missing)])
      : new Map<string, KafkaError>()
  return wanted.map((topic) => answerFor(topic, request, context, failures))
}

/** Throws INVALID_REQUEST for ids in versions that have them in answers only. */
function checkIds(wanted: readonly TopicRequest[], apiVersion: number): void {
  if (apiVersion >= BY_ID_VERSION) return
  for (const { name, topicId } of wanted) {
    if (name === null)
      throw new KafkaError('INVALID_REQUEST', `Topic name can not be null for version ${apiVersion}`)
    if (topicId !== ZERO_UUID)
      throw new KafkaError(
        'INVALID_REQUEST',
        `Topic IDs are not supported in requests for version ${apiVersion}`,
      )
  }
}

function answerFor(
  wanted: TopicRequest,
  request: RequestOf<'Metadata'>,
  context: RequestContext,
  failures: ReadonlyMap<string, KafkaError>,
): TopicAnswer {
  const { image } = context.broker.metadata
  const { name, topicId } = wanted
  const byId = name === null || topicId !== ZERO_UUID
  const found = byId ? image.topicsById.get(topicId) : image.topicsByName.get(name)
  if (found !== undefined) return describe(found, request, context)
  if (byId) return { errorCode: errorCode('UNKNOWN_TOPIC_ID'), name: null, topicId, partitions: [] }
  const code = failures.get(name)?.code ?? errorForMissing(name)
  context.broker.brokerMetrics.error('Metadata', code)
  return { errorCode: code, name, topicId: ZERO_UUID, partitions: [] }
}

function errorForMissing(name: string): number {
  try {
    checkTopicName(name)
    return errorCode('UNKNOWN_TOPIC_OR_PARTITION')
  } catch (error) {
    if (error instanceof KafkaError) return error.code
    throw error
  }
}

function describe(topic: TopicImage, request: RequestOf<'Metadata'>, context: RequestContext): TopicAnswer {
  const logs = context.broker.topics.withId(topic.topicId)?.logs
  return {
    errorCode: 0,
    name: topic.name,
    topicId: topic.topicId,
    isInternal: topic.internal,
    topicAuthorizedOperations: request.includeTopicAuthorizedOperations
      ? TOPIC_OPERATIONS
      : OPERATIONS_OMITTED,
    partitions: topic.partitions.map((partition, partitionIndex) => {
      const offline = logs?.[partitionIndex]?.offline ?? null
      return {
        errorCode: partition.leader < 0 || offline !== null ? errorCode('LEADER_NOT_AVAILABLE') : 0,
        partitionIndex,
        leaderId: offline === null ? partition.leader : -1,
        leaderEpoch: partition.leaderEpoch,
        replicaNodes: [...partition.replicas],
        isrNodes: [...partition.isr],
        offlineReplicas: offline === null ? [] : [...partition.replicas],
      }
    }),
  }
}
