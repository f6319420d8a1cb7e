/**
 * CreateTopics 2-7. 4 lets partitions and replication factor be -1 (KIP-464), 5 returns the configs (KIP-525), 6 may be throttled
 * (KIP-599), 7 returns the topic id (KIP-516).
 *
 * Divergences: results come in the order of the request. Of two names in one request that collide ("a.b", "a_b") the second is
 * refused, where Kafka creates both. `__consumer_offsets` gets the configured number of partitions or is refused, because groups
 * are placed by that number. A timeout of 0 or less gives up at once, as in Kafka, though the topics may come into being.
 */
import type { CreatedTopic } from '../../metadata/topics.ts'
import { errorCode, KafkaError } from '../../protocol/errors.ts'
import type { CreateTopicsRequest, CreateTopicsResponse } from '../../protocol/messages/19-create-topics.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { settled, type ApiError } from '../api-error.ts'
import type { Broker } from '../broker.ts'
import { within } from '../deadline.ts'
import { duplicatesOf } from '../duplicates.ts'
import { defineHandler } from '../handler.ts'
import { mutationQuota, type MutationQuota } from '../mutation-quota.ts'
import { MAX_PARTITIONS_PER_REQUEST } from '../topic-admin.ts'

type Topic = CreateTopicsRequest['topics'][number]
type Result = CreateTopicsResponse['topics'][number]

/** From this version on clients know THROTTLING_QUOTA_EXCEEDED. */
const STRICT_QUOTA_VERSION = 6

/** Kafka keeps its own metadata in a topic of that name. */
const METADATA_TOPIC = '__cluster_metadata'

export const createTopicsHandler = defineHandler<'CreateTopics'>({
  api: 'CreateTopics',
  async handle(request, context) {
    const { broker } = context
    const partitions = request.topics.reduce((sum, topic) => sum + partitionsOf(broker, topic), 0)
    if (partitions > MAX_PARTITIONS_PER_REQUEST) {
      const message = `Excessively large number of partitions per request: ${partitions}, at most ${MAX_PARTITIONS_PER_REQUEST} are possible.`
      return response(failures(request, { code: errorCode('POLICY_VIOLATION'), message }))
    }
    const { duplicates, unique } = duplicatesOf(request.topics, ({ name }) => name)
    const refused = [...duplicates].map((name) =>
      failure(name, { code: errorCode('INVALID_REQUEST'), message: 'Duplicate topic name.' }),
    )
    const quota = mutationQuota(context, STRICT_QUOTA_VERSION)
    const created = await Promise.all(unique.map((topic) => create(broker, request, topic, quota)))
    return { ...response([...created, ...refused]), throttleTimeMs: quota.throttleMs() }
  },
  failed: (code, message, request) => response(failures(request, { code, message })),
})

function partitionsOf({ topicAdmin }: Broker, topic: Topic): number {
  return topicAdmin.partitionsOf({ partitions: topic.numPartitions, assignments: assignmentsOf(topic) })
}

function create(
  broker: Broker,
  request: CreateTopicsRequest,
  topic: Topic,
  quota: MutationQuota,
): Promise<Result> {
  const { timeoutMs, validateOnly } = request
  return settled(
    async () => {
      if (topic.name === METADATA_TOPIC) {
        throw new KafkaError('INVALID_REQUEST', `Creation of internal topic ${METADATA_TOPIC} is prohibited.`)
      }
      const wanted = {
        name: topic.name,
        partitions: topic.numPartitions,
        replicationFactor: topic.replicationFactor,
        assignments: assignmentsOf(topic),
        configs: configsOf(topic),
      }
      quota.take(partitionsOf(broker, topic))
      const work = broker.topicAdmin.create(wanted, { validateOnly })
      return success(broker, await within(broker.env.scheduler, timeoutMs, work))
    },
    (error) => failure(topic.name, error),
  )
}

function assignmentsOf(topic: Topic): { partition: number; replicas: readonly number[] }[] {
  return topic.assignments.map(({ partitionIndex, brokerIds }) => ({
    partition: partitionIndex,
    replicas: brokerIds,
  }))
}

/** Of a config that is there twice the last value counts. */
function configsOf(topic: Topic): ReadonlyMap<string, string> {
  const missing = topic.configs.filter(({ value }) => value === null).map(({ name }) => name)
  if (missing.length > 0) {
    throw new KafkaError('INVALID_CONFIG', `Null value not supported for topic configs: ${missing.join(',')}`)
  }
  return new Map(topic.configs.map(({ name, value }) => [name, value ?? '']))
}

function success(broker: Broker, topic: CreatedTopic): Result {
  const { name, topicId, partitions, replicationFactor, configs } = topic
  return {
    name,
    topicId,
    errorCode: errorCode('NONE'),
    errorMessage: null,
    topicConfigErrorCode: errorCode('NONE'),
    numPartitions: partitions,
    replicationFactor,
    configs: broker.configAdmin.describeTopicWith(configs).map((config) => ({
      name: config.name,
      value: config.value,
      readOnly: config.readOnly,
      configSource: config.source,
      isSensitive: config.sensitive,
    })),
  }
}

function failure(name: string, { code, message }: ApiError): Result {
  return {
    name,
    topicId: ZERO_UUID,
    errorCode: code,
    errorMessage: message,
    topicConfigErrorCode: errorCode('NONE'),
    numPartitions: -1,
    replicationFactor: -1,
    configs: [],
  }
}

function failures(request: CreateTopicsRequest, error: ApiError): Result[] {
  return [...new Set(request.topics.map(({ name }) => name))].map((name) => failure(name, error))
}

function response(topics: Result[]): CreateTopicsResponse {
  return { throttleTimeMs: 0, topics }
}
