import { KafkaError } from '../../protocol/errors.ts'
import type { RequestOf, ResponseInputOf } from '../../protocol/api-keys.ts'
import { offsetForTimestamp, offsetOfMaxTimestamp } from '../../log/timestamp-lookup.ts'
import type { PartitionLog } from '../../log/partition-log.ts'
import { defineHandler, type RequestContext } from '../handler.ts'
import { checkLeaderEpoch } from '../leader-epoch-check.ts'

type PartitionRequest = RequestOf<'ListOffsets'>['topics'][number]['partitions'][number]
type PartitionAnswer = ResponseInputOf<'ListOffsets'>['topics'][number]['partitions'][number]

const readCommitted = 1

const latest = -1
const earliest = -2
const maxTimestamp = -3
const earliestLocal = -4
const latestTiered = -5
const earliestPendingUpload = -6

/**
 * ListOffsets 1-11 (KIP-79, 320, 405, 734, 1005, 1023, 1075). By timestamp: the first record at or after it, -1 when there is none.
 * Everything is local here: the local log start is the log start, and no offset is tiered or pending (-1).
 */
export const listOffsetsHandler = defineHandler({
  api: 'ListOffsets',
  async handle(request, context) {
    const topics: ResponseInputOf<'ListOffsets'>['topics'][number][] = []
    for (const topic of request.topics) {
      const partitions: PartitionAnswer[] = []
      for (const partition of topic.partitions)
        partitions.push(
          await lookUp(topic.name, partition, request.isolationLevel === readCommitted, context),
        )
      topics.push({ name: topic.name, partitions })
    }
    return { topics }
  },
  failed: (code, _message, request) => ({
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
    })),
  }),
})

async function lookUp(
  topic: string,
  request: PartitionRequest,
  committedOnly: boolean,
  context: RequestContext,
): Promise<PartitionAnswer> {
  const { partitionIndex, timestamp } = request
  try {
    const log = context.broker.topics.partition(topic, partitionIndex)
    const leaderEpoch = context.broker.topics.named(topic)?.leaderEpochs[partitionIndex] ?? 0
    checkLeaderEpoch(request.currentLeaderEpoch, leaderEpoch)
    if (log.offline !== null) throw log.offline
    const end = committedOnly ? log.lastStableOffset : log.highWatermark
    const found = await offsetFor(log, timestamp, leaderEpoch, end)
    return {
      partitionIndex,
      errorCode: 0,
      ...found,
      leaderEpoch: context.apiVersion >= 4 ? found.leaderEpoch : -1,
    }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    context.broker.brokerMetrics.error('ListOffsets', error.code)
    return { partitionIndex, errorCode: error.code }
  }
}

interface Found {
  readonly offset: number
  readonly timestamp: number
  readonly leaderEpoch: number
}

const none: Found = { offset: -1, timestamp: -1, leaderEpoch: -1 }

/** `end` is what the client may read up to; records at or beyond it are as if they were not there. */
async function offsetFor(
  log: PartitionLog,
  timestamp: number,
  leaderEpoch: number,
  end: number,
): Promise<Found> {
  switch (timestamp) {
    case latest:
      return { offset: end, timestamp: -1, leaderEpoch }
    case earliest:
    case earliestLocal:
      return {
        offset: log.logStartOffset,
        timestamp: -1,
        leaderEpoch: log.epochs.epochAt(log.logStartOffset),
      }
    case maxTimestamp:
      return below(end, await offsetOfMaxTimestamp(log))
    case latestTiered:
    case earliestPendingUpload:
      return none
    default:
      if (timestamp < 0)
        throw new KafkaError(
          'UNSUPPORTED_VERSION',
          `${timestamp} is no timestamp and no special one that is known`,
        )
      return below(end, await offsetForTimestamp(log, timestamp))
  }
}

function below(end: number, found: Found | null): Found {
  return found === null || found.offset >= end ? none : found
}
