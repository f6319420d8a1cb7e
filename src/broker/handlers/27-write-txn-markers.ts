/**
 * WriteTxnMarkers 1-2 (KIP-98, 664, 1228): ends a producer's transaction in the partitions named. The coordinator of this broker does
 * without it; it is for coordinators of others, and for the administrator who ends a transaction that nobody else will end.
 */
import { errorCode } from '../../protocol/errors.ts'
import type {
  WriteTxnMarkersRequest,
  WriteTxnMarkersResponse,
} from '../../protocol/messages/27-write-txn-markers.ts'
import type { Broker } from '../broker.ts'
import { defineHandler } from '../handler.ts'

type Marker = WriteTxnMarkersRequest['markers'][number]
type MarkerResult = WriteTxnMarkersResponse['markers'][number]

export const writeTxnMarkersHandler = defineHandler<'WriteTxnMarkers'>({
  api: 'WriteTxnMarkers',
  async handle({ markers }, { broker }) {
    return { markers: await Promise.all(markers.map((marker) => write(broker, marker))) }
  },
  failed: (code, _message, { markers }) => ({ markers: markers.map((marker) => result(marker, () => code)) }),
})

async function write(broker: Broker, marker: Marker): Promise<MarkerResult> {
  const { producerId, producerEpoch, coordinatorEpoch, transactionResult, transactionVersion, topics } =
    marker
  const partitions = new Map(topics.map(({ name, partitionIndexes }) => [name, new Set(partitionIndexes)]))
  const outcome = transactionResult ? 'commit' : 'abort'
  const written = await broker.transactionMarkers.write(
    { producerId, producerEpoch, coordinatorEpoch, outcome, transactionVersion },
    partitions,
  )
  const errors = new Map(written.map(({ topic, partition, error }) => [`${topic}:${partition}`, error]))
  return result(marker, (topic, partition) => errorCode(errors.get(`${topic}:${partition}`) ?? 'NONE'))
}

function result(
  { producerId, topics }: Marker,
  codeOf: (topic: string, partition: number) => number,
): MarkerResult {
  return {
    producerId,
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => ({
        partitionIndex,
        errorCode: codeOf(name, partitionIndex),
      })),
    })),
  }
}
