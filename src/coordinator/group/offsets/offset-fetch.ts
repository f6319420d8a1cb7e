import { errorCode } from '../../../protocol/errors.ts'
import type { OffsetFetchRequest, OffsetFetchResponse } from '../../../protocol/messages/09-offset-fetch.ts'
import { ZERO_UUID } from '../../../protocol/schema.ts'
import type { OffsetStore } from './offset-store.ts'
import type { StoredOffset } from './stored-offset.ts'

export type FetchGroup = OffsetFetchRequest['groups'][number]
export type FetchTopic = NonNullable<FetchGroup['topics']>[number]
export type FetchedGroup = OffsetFetchResponse['groups'][number]
type FetchedPartition = FetchedGroup['topics'][number]['partitions'][number]

/** Which view a fetch reads: committed, or the latest for a client that insists on stable offsets. */
export type OffsetView = 'committed' | 'latest'

/** The offsets of one group: of the topics asked for, or of all when there is no list. */
export function fetchOffsets(offsets: OffsetStore, request: FetchGroup, view: OffsetView): FetchedGroup {
  const { groupId } = request
  const topics =
    request.topics === null
      ? allTopics(offsets, groupId, view)
      : request.topics.map((topic) => fetchTopic(offsets, groupId, topic, view))
  return { groupId, topics, errorCode: errorCode('NONE') }
}

function fetchTopic(
  offsets: OffsetStore,
  groupId: string,
  { name, topicId, partitionIndexes }: FetchTopic,
  view: OffsetView,
): FetchedGroup['topics'][number] {
  const partitions = partitionIndexes.map((partition) => {
    const offset =
      view === 'latest'
        ? offsets.get(groupId, name, partition)
        : offsets.getCommitted(groupId, name, partition)
    if (view === 'latest' && offsets.pending.isOpen(groupId, name, partition)) return unstable(partition)
    const ofAnotherTopic =
      offset !== undefined &&
      offset.topicId !== ZERO_UUID &&
      topicId !== ZERO_UUID &&
      offset.topicId !== topicId
    return offset === undefined || ofAnotherTopic ? noOffset(partition) : fetched(offset)
  })
  return { name, topicId, partitions }
}

function allTopics(offsets: OffsetStore, groupId: string, view: OffsetView): FetchedGroup['topics'] {
  const topics = new Map<string, FetchedPartition[]>()
  for (const offset of view === 'latest' ? offsets.of(groupId) : offsets.committedOf(groupId)) {
    const { topic, partition } = offset
    const open = view === 'latest' && offsets.pending.isOpen(groupId, topic, partition)
    const result = open ? unstable(partition) : fetched(offset)
    const partitions = topics.get(topic)
    if (partitions === undefined) topics.set(topic, [result])
    else partitions.push(result)
  }
  return [...topics].map(([name, partitions]) => ({
    name,
    topicId: ZERO_UUID,
    partitions: partitions.sort((a, b) => a.partitionIndex - b.partitionIndex),
  }))
}

function fetched(offset: StoredOffset): FetchedPartition {
  return {
    partitionIndex: offset.partition,
    committedOffset: offset.offset,
    committedLeaderEpoch: offset.leaderEpoch,
    metadata: offset.metadata,
    errorCode: errorCode('NONE'),
  }
}

/** A transaction that is open may still move the offset: whoever insists on a stable one tries again (KIP-447). */
function unstable(partition: number): FetchedPartition {
  return noOffset(partition, errorCode('UNSTABLE_OFFSET_COMMIT'))
}

/** A group or partition without offset is no error: the client falls back to its reset policy. */
export function noOffset(partitionIndex: number, error: number = errorCode('NONE')): FetchedPartition {
  return { partitionIndex, committedOffset: -1, committedLeaderEpoch: -1, metadata: '', errorCode: error }
}
