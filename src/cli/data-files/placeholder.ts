import { buildBatch } from '../../records/build-batch.ts'

/** The offset delta of a batch is an int32. */
const MAX_OFFSETS = 0x7fff_ffff

/**
 * Batches without records that stand for offsets that are lost, as compaction leaves them for batches of which no record stayed:
 * the offsets of the log go on without a gap, and consumers pass over them.
 */
export function placeholders(firstOffset: number, lastOffset: number, leaderEpoch: number): Buffer[] {
  const batches: Buffer[] = []
  for (let first = firstOffset; first <= lastOffset;) {
    const last = Math.min(lastOffset, first + MAX_OFFSETS)
    batches.push(buildBatch({ baseOffset: first, lastOffset: last, partitionLeaderEpoch: leaderEpoch }, []))
    first = last + 1
  }
  return batches
}
