/**
 * DeleteTopics 1-6. 3 knows TOPIC_DELETION_DISABLED, 5 has error messages, 6 takes topics by id as well (KIP-516).
 *
 * Divergences: results come in the order of the request, where Kafka shuffles them. There is no `delete.topic.enable`.
 * `__consumer_offsets` cannot be deleted, where Kafka would lose the offsets of all groups.
 */
import { errorCode, KafkaError } from '../../protocol/errors.ts'
import type { DeleteTopicsRequest, DeleteTopicsResponse } from '../../protocol/messages/20-delete-topics.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { NO_ERROR, settled, type ApiError } from '../api-error.ts'
import type { Broker } from '../broker.ts'
import { within } from '../deadline.ts'
import { duplicatesOf } from '../duplicates.ts'
import { defineHandler } from '../handler.ts'
import { mutationQuota, type MutationQuota } from '../mutation-quota.ts'

type Result = DeleteTopicsResponse['responses'][number]

/** A topic as the request names it. */
interface Target {
  readonly name: string | null
  readonly topicId: string
}

/** From this version on clients know THROTTLING_QUOTA_EXCEEDED. */
const STRICT_QUOTA_VERSION = 5

export const deleteTopicsHandler = defineHandler<'DeleteTopics'>({
  api: 'DeleteTopics',
  async handle(request, context) {
    const { broker, apiVersion } = context
    const quota = mutationQuota(context, STRICT_QUOTA_VERSION)
    const targets = targetsOf(request, apiVersion)
    const { unique, duplicates } = duplicatesOf(targets, keyOf)
    const refused = [...duplicates].map((key) => duplicateResult(key))
    const named = new Set<string>()
    const results: Promise<Result>[] = []
    for (const target of unique) {
      // A topic named once by its name and once by its id would be deleted twice.
      const topicId = target.name === null ? target.topicId : broker.topics.named(target.name)?.topicId
      const again = topicId !== undefined && named.has(topicId)
      if (topicId !== undefined) named.add(topicId)
      results.push(
        again ? Promise.resolve(namedAgain(target, topicId)) : deleteOne(broker, request, target, quota),
      )
    }
    const responses = [...(await Promise.all(results)), ...refused]
    return { throttleTimeMs: quota.throttleMs(), responses }
  },
  failed: (code, message, request, { apiVersion }) => ({
    throttleTimeMs: 0,
    responses: targetsOf(request, apiVersion).map((target) => result(target, { code, message })),
  }),
})

function targetsOf(request: DeleteTopicsRequest, apiVersion: number): readonly Target[] {
  if (apiVersion >= 6) return request.topics
  return request.topicNames.map((name) => ({ name, topicId: ZERO_UUID }))
}

/** What makes two targets the same; those that name a topic wrongly stand for themselves. */
function keyOf({ name, topicId }: Target): string | symbol {
  if ((name === null) === (topicId === ZERO_UUID)) return Symbol('wrong')
  return name === null ? `id ${topicId}` : `name ${name}`
}

function duplicateResult(key: string | symbol): Result {
  const text = String(key)
  const byName = text.startsWith('name ')
  const target: Target = byName
    ? { name: text.slice('name '.length), topicId: ZERO_UUID }
    : { name: null, topicId: text.slice('id '.length) }
  const message = byName ? 'Duplicate topic name.' : 'Duplicate topic id.'
  return result(target, { code: errorCode('INVALID_REQUEST'), message })
}

function namedAgain({ name }: Target, topicId: string): Result {
  const message = 'The topic is in the request by its name and by its id; name it once.'
  return result({ name, topicId }, { code: errorCode('INVALID_REQUEST'), message })
}

function deleteOne(
  broker: Broker,
  { timeoutMs }: DeleteTopicsRequest,
  target: Target,
  quota: MutationQuota,
): Promise<Result> {
  return settled(
    async () => {
      const topicId = resolve(broker, target)
      quota.take(broker.topics.withId(topicId)?.logs.length ?? 0)
      const work = broker.topicAdmin.delete(topicId)
      const { name } = await within(broker.env.scheduler, timeoutMs, work)
      return result({ name, topicId }, NO_ERROR)
    },
    (error) => result(target, error),
  )
}

function resolve({ topics }: Broker, { name, topicId }: Target): string {
  if (name === null) {
    if (topicId === ZERO_UUID)
      throw new KafkaError('INVALID_REQUEST', 'Neither topic name nor id were specified.')
    return topicId
  }
  if (topicId !== ZERO_UUID) {
    throw new KafkaError('INVALID_REQUEST', 'You may not specify both topic name and topic id.')
  }
  const topic = topics.named(name)
  if (topic === undefined) {
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${name}' does not exist.`)
  }
  return topic.topicId
}

function result({ name, topicId }: Target, { code, message }: ApiError): Result {
  return { name, topicId, errorCode: code, errorMessage: message }
}
