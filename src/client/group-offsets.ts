import type { ResponseOf } from '../protocol/api-keys.ts'
import { errorNameOf, KafkaError } from '../protocol/errors.ts'
import type { ClusterClient } from './cluster-client.ts'
import { groupByTopic, type TopicPartition } from './offsets.ts'
import { throwFor } from './results.ts'

/** From these versions on the APIs name topics by id only; names are what groups and people use. */
const LAST_FETCH_WITH_NAMES = 9
const LAST_COMMIT_WITH_NAMES = 9

export interface CommittedOffset extends TopicPartition {
  readonly offset: number
  /** -1: not known. */
  readonly leaderEpoch: number
  readonly metadata: string | null
}

/** Who commits: nobody in particular (for a group without members), or a member of a generation. */
export interface Committer {
  readonly memberId: string
  readonly generation: number
}

const NOBODY: Committer = { memberId: '', generation: -1 }

/** All offsets that a group has committed, sorted by topic and partition. */
export async function fetchCommitted(client: ClusterClient, group: string): Promise<CommittedOffset[]> {
  const response = await client.coordinator(
    'group',
    group,
    'OffsetFetch',
    { groups: [{ groupId: group, topics: null }] },
    ({ groups }) => throwFor(groups[0]?.errorCode ?? 0),
    { maxVersion: LAST_FETCH_WITH_NAMES },
  )
  const topics = response.groups[0]?.topics ?? []
  const offsets = topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ errorCode, committedOffset }) => errorCode === 0 && committedOffset >= 0)
      .map(({ partitionIndex, committedOffset, committedLeaderEpoch, metadata }) => ({
        topic: name,
        partition: partitionIndex,
        offset: committedOffset,
        leaderEpoch: committedLeaderEpoch,
        metadata,
      })),
  )
  return offsets.sort((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
  )
}

/** Commits offsets; throws the first error that a partition has. */
export async function commitOffsets(
  client: ClusterClient,
  group: string,
  offsets: readonly (TopicPartition & { readonly offset: number; readonly leaderEpoch?: number })[],
  committer: Committer = NOBODY,
): Promise<void> {
  if (offsets.length === 0) return
  const topics = groupByTopic(offsets, ({ partition, offset, leaderEpoch }) => ({
    partitionIndex: partition,
    committedOffset: offset,
    committedLeaderEpoch: leaderEpoch ?? -1,
    committedMetadata: null,
  })).map(([name, partitions]) => ({ name, partitions }))
  const { memberId, generation } = committer
  await client.coordinator(
    'group',
    group,
    'OffsetCommit',
    { groupId: group, generationIdOrMemberEpoch: generation, memberId, topics },
    throwForPartition,
    { maxVersion: LAST_COMMIT_WITH_NAMES },
  )
}

function throwForPartition(response: ResponseOf<'OffsetCommit'>): void {
  for (const { name, partitions } of response.topics) {
    for (const { partitionIndex, errorCode } of partitions) {
      if (errorCode === 0) continue
      const error = errorNameOf(errorCode)
      throw new KafkaError(
        error,
        `the offset of partition ${partitionIndex} of topic "${name}" was refused: ${error}`,
      )
    }
  }
}
