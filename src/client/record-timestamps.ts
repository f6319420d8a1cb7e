import type { ResponseOf } from '../protocol/api-keys.ts'
import type { ClusterClient } from './cluster-client.ts'
import { decodeFetched } from './fetched-records.ts'
import { groupByTopic, type TopicPartition } from './offsets.ts'

export interface RecordPlace extends TopicPartition {
  readonly offset: number
}

const DECOMPRESSED_BYTES_MAX = 64 << 20

/**
 * The timestamp of the first record from each offset on, by `partition topic`. One batch is fetched for each; a partition that
 * cannot be read, or where control batches alone are left, is not in the result.
 */
export async function timestampsAt(
  client: ClusterClient,
  places: readonly RecordPlace[],
): Promise<ReadonlyMap<string, number>> {
  const byLeader = new Map<number, RecordPlace[]>()
  for (const place of places) {
    const leader = await client.leaderOf(place.topic, place.partition)
    byLeader.set(leader, [...(byLeader.get(leader) ?? []), place])
  }
  const timestamps = new Map<string, number>()
  for (const [leader, asked] of byLeader) {
    // An answer has whole batches, as many as fit: with the least limits one partition each time.
    for (const place of asked) {
      const response = await fetchOne(client, leader, place)
      const timestamp = timestampOf(response, place)
      if (timestamp !== null) timestamps.set(`${place.partition} ${place.topic}`, timestamp)
    }
  }
  return timestamps
}

async function fetchOne(
  client: ClusterClient,
  leader: number,
  place: RecordPlace,
): Promise<ResponseOf<'Fetch'>> {
  const { topicId } = await client.topic(place.topic)
  const topics = groupByTopic([place], ({ partition, offset }) => ({
    partition,
    fetchOffset: offset,
    partitionMaxBytes: 1,
  })).map(([topic, partitions]) => ({ topic, topicId, partitions }))
  return client.node(leader, 'Fetch', { maxWaitMs: 0, minBytes: 0, maxBytes: 1, topics })
}

function timestampOf(response: ResponseOf<'Fetch'>, { topic, offset }: RecordPlace): number | null {
  const fetched = response.responses[0]?.partitions[0]
  if (fetched === undefined || fetched.errorCode !== 0) return null
  const { records } = decodeFetched(fetched, {
    topic,
    fromOffset: offset,
    readCommitted: false,
    maxDecompressedBytes: DECOMPRESSED_BYTES_MAX,
    withControl: false,
  })
  return records[0]?.timestamp ?? null
}
