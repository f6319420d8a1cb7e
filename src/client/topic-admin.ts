import { errorNameOf } from '../protocol/errors.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import type { ClusterClient } from './cluster-client.ts'
import { errorOf, type Outcome } from './results.ts'

export interface NewTopic {
  readonly name: string
  /** -1: the broker's default. */
  readonly partitions: number
  /** -1: the broker's default. */
  readonly replicationFactor: number
  readonly configs: Readonly<Record<string, string>>
}

/** Creates topics, or with `validateOnly` says whether it could. */
export async function createTopics(
  client: ClusterClient,
  topics: readonly NewTopic[],
  validateOnly = false,
): Promise<Outcome[]> {
  const response = await client.controller(
    'CreateTopics',
    {
      topics: topics.map(({ name, partitions, replicationFactor, configs }) => ({
        name,
        numPartitions: partitions,
        replicationFactor,
        assignments: [],
        configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
      })),
      timeoutMs: client.options.requestTimeoutMs,
      validateOnly,
    },
    ({ topics }) => throwNotController(topics),
  )
  return response.topics.map(({ name, errorCode, errorMessage }) => {
    client.forgetTopic(name)
    return { name, error: errorOf(errorCode, errorMessage) }
  })
}

/** Deletes topics by name, with all their records. */
export async function deleteTopics(client: ClusterClient, names: readonly string[]): Promise<Outcome[]> {
  const response = await client.controller(
    'DeleteTopics',
    {
      topics: names.map((name) => ({ name, topicId: ZERO_UUID })),
      timeoutMs: client.options.requestTimeoutMs,
    },
    ({ responses }) => throwNotController(responses),
  )
  return response.responses.map(({ name, errorCode, errorMessage }) => {
    client.forgetTopic(name ?? '')
    return { name: name ?? '', error: errorOf(errorCode, errorMessage) }
  })
}

/** Raises the number of partitions of topics to `total`. */
export async function createPartitions(
  client: ClusterClient,
  names: readonly string[],
  total: number,
  validateOnly = false,
): Promise<Outcome[]> {
  const response = await client.controller(
    'CreatePartitions',
    {
      topics: names.map((name) => ({ name, count: total, assignments: null })),
      timeoutMs: client.options.requestTimeoutMs,
      validateOnly,
    },
    ({ results }) => throwNotController(results),
  )
  return response.results.map(({ name, errorCode, errorMessage }) => {
    client.forgetTopic(name)
    return { name, error: errorOf(errorCode, errorMessage) }
  })
}

/** The controller moved: the whole call is repeated. */
function throwNotController(results: readonly { readonly errorCode: number }[]): void {
  for (const { errorCode } of results) {
    const error = errorNameOf(errorCode) === 'NOT_CONTROLLER' ? errorOf(errorCode, null) : null
    if (error !== null) throw error
  }
}
