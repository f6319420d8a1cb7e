import type { ClusterClient } from '../client/cluster-client.ts'
import { EARLIEST, LATEST, listOffsets, type TopicPartition } from '../client/offsets.ts'
import type { OffsetEdge, OffsetRange } from './offset-range.ts'

/** What to read of a partition. */
export interface PartitionPlan extends TopicPartition {
  /** Where to begin; never outside of what the log has now. */
  readonly start: number
  /** The first offset that is wanted: beyond `start` only when it is not written yet. */
  readonly firstWanted: number
  /** Where to stop (not included); null for never. */
  readonly end: number | null
}

/** Turns a range into offsets of each partition, as the log is now. */
export async function planOffsets(
  client: ClusterClient,
  partitions: readonly TopicPartition[],
  range: OffsetRange,
  readCommitted: boolean,
): Promise<PartitionPlan[]> {
  const lookUp = (timestamp: number): Promise<number[]> =>
    listOffsets(
      client,
      partitions.map(({ topic, partition }) => ({ topic, partition, timestamp })),
      readCommitted,
    ).then((found) => found.map(({ offset }) => offset))
  const earliest = await lookUp(EARLIEST)
  const latest = await lookUp(LATEST)
  const resolve = async (edge: OffsetEdge): Promise<number[]> => {
    if (edge.kind === 'start') return earliest.map((offset) => offset + edge.plus)
    if (edge.kind === 'end') return latest.map((offset) => offset - edge.minus)
    if (edge.kind === 'offset') return partitions.map(() => edge.offset)
    // -1: no record is as new, so the partition begins (or ends) at its end.
    const found = await lookUp(edge.timestamp)
    return found.map((offset, index) => (offset < 0 ? (latest[index] ?? 0) : offset))
  }
  const starts = await resolve(range.from)
  const ends = range.to === null ? null : await resolve(range.to)
  return partitions.map(({ topic, partition }, index) => {
    const [low, high] = [earliest[index] ?? 0, latest[index] ?? 0]
    const wanted = Math.max(starts[index] ?? low, low)
    const end = ends === null ? null : Math.min(ends[index] ?? high, high)
    return { topic, partition, start: Math.min(wanted, high), firstWanted: wanted, end }
  })
}
