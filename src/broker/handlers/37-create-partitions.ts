/**
 * CreatePartitions 0-3 (KIP-195). 3 may be throttled (KIP-599).
 *
 * Divergences: results come in the order of the request. `__consumer_offsets` cannot grow, because groups are placed by its number
 * of partitions; Kafka lets it grow and loses their offsets.
 */
import { errorCode } from '../../protocol/errors.ts'
import type {
  CreatePartitionsRequest,
  CreatePartitionsResponse,
} from '../../protocol/messages/37-create-partitions.ts'
import { NO_ERROR, settled, type ApiError } from '../api-error.ts'
import type { Broker } from '../broker.ts'
import { within } from '../deadline.ts'
import { duplicatesOf } from '../duplicates.ts'
import { defineHandler } from '../handler.ts'
import { mutationQuota, type MutationQuota } from '../mutation-quota.ts'
import { MAX_PARTITIONS_PER_REQUEST } from '../topic-admin.ts'

type Topic = CreatePartitionsRequest['topics'][number]
type Result = CreatePartitionsResponse['results'][number]

/** From this version on clients know THROTTLING_QUOTA_EXCEEDED. */
const STRICT_QUOTA_VERSION = 3

export const createPartitionsHandler = defineHandler<'CreatePartitions'>({
  api: 'CreatePartitions',
  async handle(request, context) {
    const { broker } = context
    const added = request.topics.reduce((sum, topic) => sum + addedTo(broker, topic), 0)
    if (added > MAX_PARTITIONS_PER_REQUEST) {
      const message = `Excessively large number of additional partitions per request: ${added}, at most ${MAX_PARTITIONS_PER_REQUEST} are possible.`
      return response(failures(request, { code: errorCode('POLICY_VIOLATION'), message }))
    }
    const { unique, duplicates } = duplicatesOf(request.topics, ({ name }) => name)
    const refused = [...duplicates].map((name) =>
      result(name, { code: errorCode('INVALID_REQUEST'), message: 'Duplicate topic name.' }),
    )
    const quota = mutationQuota(context, STRICT_QUOTA_VERSION)
    const grown = await Promise.all(unique.map((topic) => grow(broker, request, topic, quota)))
    return { ...response([...grown, ...refused]), throttleTimeMs: quota.throttleMs() }
  },
  failed: (code, message, request) => response(failures(request, { code, message })),
})

function addedTo({ topics }: Broker, { name, count }: Topic): number {
  const current = topics.named(name)?.logs.length
  return current === undefined ? 0 : Math.max(count - current, 0)
}

function grow(
  broker: Broker,
  request: CreatePartitionsRequest,
  topic: Topic,
  quota: MutationQuota,
): Promise<Result> {
  const { timeoutMs, validateOnly } = request
  const { name, count } = topic
  const assignments = topic.assignments?.map(({ brokerIds }) => brokerIds) ?? null
  return settled(
    async () => {
      quota.take(addedTo(broker, topic))
      const work = broker.topicAdmin.addPartitions({ name, count, assignments }, { validateOnly })
      await within(broker.env.scheduler, timeoutMs, work)
      return result(name, NO_ERROR)
    },
    (error) => result(name, error),
  )
}

function failures(request: CreatePartitionsRequest, error: ApiError): Result[] {
  return [...new Set(request.topics.map(({ name }) => name))].map((name) => result(name, error))
}

function result(name: string, { code, message }: ApiError): Result {
  return { name, errorCode: code, errorMessage: message }
}

function response(results: Result[]): CreatePartitionsResponse {
  return { throttleTimeMs: 0, results }
}
