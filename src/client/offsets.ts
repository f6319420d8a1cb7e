import { errorNameOf, KafkaError } from '../protocol/errors.ts'
import type { ClusterClient } from './cluster-client.ts'
import { withRetries } from './retry.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** Timestamps with a meaning of their own in ListOffsets. */
export const LATEST = -1
export const EARLIEST = -2

export interface OffsetAt {
  /** -1: no record is as new as the timestamp asked for. */
  readonly offset: number
  readonly timestamp: number
  readonly leaderEpoch: number
}

export interface OffsetQuery extends TopicPartition {
  /** Milliseconds since the epoch, or one of the constants above: the first offset with this timestamp or a later one. */
  readonly timestamp: number
}

/** Looks offsets up by timestamp, one request for each leader; the answers stand as the queries do. */
export async function listOffsets(
  client: ClusterClient,
  queries: readonly OffsetQuery[],
  readCommitted = false,
): Promise<OffsetAt[]> {
  const answers = new Map<OffsetQuery, OffsetAt>()
  const attempt = async (): Promise<void> => {
    const byLeader = new Map<number, OffsetQuery[]>()
    for (const query of queries) {
      if (answers.has(query)) continue
      const leader = await client.leaderOf(query.topic, query.partition)
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), query])
    }
    for (const [leader, asked] of byLeader) await askLeader(client, leader, asked, readCommitted, answers)
  }
  await withRetries(client.env, client.options, attempt, (error) => client.isWorthRetrying(error))
  return queries.map((query) => answers.get(query) ?? { offset: -1, timestamp: -1, leaderEpoch: -1 })
}

async function askLeader(
  client: ClusterClient,
  leader: number,
  asked: readonly OffsetQuery[],
  readCommitted: boolean,
  answers: Map<OffsetQuery, OffsetAt>,
): Promise<void> {
  // A partition may be asked about once in a request, so several questions about one go in several rounds.
  let rest = asked
  while (rest.length > 0) {
    const round = new Map<string, OffsetQuery>()
    const later: OffsetQuery[] = []
    for (const query of rest) {
      const key = `${query.partition} ${query.topic}`
      if (round.has(key)) later.push(query)
      else round.set(key, query)
    }
    rest = later
    const topics = groupByTopic([...round.values()], ({ partition, timestamp }) => ({
      partitionIndex: partition,
      timestamp,
    })).map(([name, partitions]) => ({ name, partitions }))
    const response = await client.node(leader, 'ListOffsets', {
      replicaId: -1,
      isolationLevel: readCommitted ? 1 : 0,
      topics,
      timeoutMs: client.options.requestTimeoutMs,
    })
    for (const topic of response.topics) {
      for (const { partitionIndex, errorCode, offset, timestamp, leaderEpoch } of topic.partitions) {
        if (errorCode !== 0) {
          client.forgetTopic(topic.name)
          const where = `partition ${partitionIndex} of topic "${topic.name}"`
          throw new KafkaError(errorNameOf(errorCode), `the offsets of ${where}: ${errorNameOf(errorCode)}`)
        }
        const query = round.get(`${partitionIndex} ${topic.name}`)
        if (query !== undefined) answers.set(query, { offset, timestamp, leaderEpoch })
      }
    }
  }
}

/** The elements by topic, each made by `make`, topics in the order of their first element. */
export function groupByTopic<T extends { readonly topic: string }, R>(
  elements: readonly T[],
  make: (element: T) => R,
): [topic: string, elements: R[]][] {
  const groups = new Map<string, R[]>()
  for (const element of elements) {
    const group = groups.get(element.topic)
    if (group === undefined) groups.set(element.topic, [make(element)])
    else group.push(make(element))
  }
  return [...groups]
}
