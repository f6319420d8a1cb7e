import { errorCode } from '../../../protocol/errors.ts'
import type {
  OffsetCommitRequest,
  OffsetCommitResponse,
} from '../../../protocol/messages/08-offset-commit.ts'
import type { PartitionCheck } from '../consumer/group-offsets.ts'
import type { GroupContext } from '../group-turn.ts'

type CommitPartition = OffsetCommitRequest['topics'][number]['partitions'][number]

/** What OffsetCommit and TxnOffsetCommit have in common. */
export type CommitRequest = Pick<OffsetCommitRequest, 'groupId' | 'topics' | 'retentionTimeMs'>

/**
 * Turns the offsets of a validated OffsetCommit into records. The caller has resolved topic ids to names and the other
 * way round as far as it knows them.
 */
export function commitOffsets(
  context: GroupContext,
  request: CommitRequest,
  check: PartitionCheck | null = null,
): OffsetCommitResponse {
  const { turn, options } = context
  const commit = (topic: string, topicId: string, partition: CommitPartition): number => {
    const refused = check?.(topicId, partition.partitionIndex) ?? 'NONE'
    if (refused !== 'NONE') return errorCode(refused)
    const metadata = partition.committedMetadata ?? ''
    if (metadata.length > options.offsetMetadataMaxBytes) return errorCode('OFFSET_METADATA_TOO_LARGE')
    turn.records.push({
      kind: 'offset',
      groupId: request.groupId,
      topic,
      partition: partition.partitionIndex,
      value: {
        offset: partition.committedOffset,
        leaderEpoch: partition.committedLeaderEpoch,
        metadata,
        commitTimestamp: turn.now,
        expireTimestamp: request.retentionTimeMs === -1 ? -1 : turn.now + request.retentionTimeMs,
        topicId,
      },
    })
    return errorCode('NONE')
  }
  return {
    throttleTimeMs: 0,
    topics: request.topics.map(({ name, topicId, partitions }) => ({
      name,
      topicId,
      partitions: partitions.map((partition) => ({
        partitionIndex: partition.partitionIndex,
        errorCode: commit(name, topicId, partition),
      })),
    })),
  }
}
