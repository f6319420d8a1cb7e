/**
 * OffsetForLeaderEpoch 2-4 (KIP-101, KIP-320): where an epoch ended, by which a consumer sees that the log was truncated. 3 has the
 * replica id; consumers send -1 or -2, and get the log end for the current epoch just as replicas do.
 */
import { errorCode } from '../../protocol/errors.ts'
import type {
  OffsetForLeaderEpochRequest,
  OffsetForLeaderEpochResponse,
} from '../../protocol/messages/23-offset-for-leader-epoch.ts'
import { defineHandler } from '../handler.ts'
import type { TopicEntry } from '../topic-table.ts'

type Asked = OffsetForLeaderEpochRequest['topics'][number]['partitions'][number]
type Result = OffsetForLeaderEpochResponse['topics'][number]['partitions'][number]

export const offsetForLeaderEpochHandler = defineHandler<'OffsetForLeaderEpoch'>({
  api: 'OffsetForLeaderEpoch',
  handle: ({ topics }, { broker }) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((asked) => endOffset(broker.topics.named(topic), asked)),
    })),
  }),
  failed: (code, _message, { topics }) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((asked) => failure(asked, code)),
    })),
  }),
})

function endOffset(topic: TopicEntry | undefined, asked: Asked): Result {
  const log = topic?.logs[asked.partition]
  const current = topic?.leaderEpochs[asked.partition]
  if (log === undefined || current === undefined) {
    return failure(asked, errorCode('UNKNOWN_TOPIC_OR_PARTITION'))
  }
  if (log.offline !== null) return failure(asked, log.offline.code)
  const { currentLeaderEpoch, leaderEpoch, partition } = asked
  if (currentLeaderEpoch !== -1 && currentLeaderEpoch < current) {
    return failure(asked, errorCode('FENCED_LEADER_EPOCH'))
  }
  if (currentLeaderEpoch > current) return failure(asked, errorCode('UNKNOWN_LEADER_EPOCH'))
  if (leaderEpoch < 0) return failure(asked, errorCode('NONE'))
  const found = log.epochs.endOffsetFor(leaderEpoch, current, log.logEndOffset)
  return { errorCode: errorCode('NONE'), partition, leaderEpoch: found.epoch, endOffset: found.endOffset }
}

function failure({ partition }: Asked, code: number): Result {
  return { errorCode: code, partition, leaderEpoch: -1, endOffset: -1 }
}
