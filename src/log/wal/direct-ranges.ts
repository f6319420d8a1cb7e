import type { CommitTarget, PendingAppend } from '../commit.ts'
import type { CommitGroup } from '../commit-groups.ts'
import type { Segment } from '../segment.ts'

/** Appends of one partition that stand one behind the other in one segment and share a leader epoch. */
export interface DirectRange {
  readonly target: CommitTarget
  readonly segment: Segment
  readonly leaderEpoch: number
  readonly baseOffset: number
  lastOffset: number
  /** Where the range begins and ends in its segment. */
  readonly position: number
  endPosition: number
}

/** What of a group goes through the WAL, and what stands in segment files already. */
export interface WalContent {
  readonly appends: readonly PendingAppend[]
  readonly ranges: readonly DirectRange[]
}

/**
 * Makes the partitions that have at least `bytesMin` in the group durable in their segment files, all at once, and says what is left
 * for the WAL. Bytes that go through the WAL are written twice; each file written to costs a sync. So it pays for large appends.
 */
export async function commitDirectly(group: CommitGroup, bytesMin: number): Promise<WalContent> {
  const direct = largeTargets(group, bytesMin)
  if (direct.size === 0) return { appends: group.appends, ranges: [] }
  const work = [...direct].map(async ([target, ranges]) => {
    const end = (ranges.at(-1) as DirectRange).endPosition
    const segments = [...new Set(ranges.map((range) => range.segment))]
    return (await target.writeThrough(segments, end)) ? null : target
  })
  for (const refused of await Promise.all(work)) if (refused !== null) direct.delete(refused)
  return {
    appends: group.appends.filter((append) => !direct.has(append.target)),
    ranges: [...direct.values()].flat(),
  }
}

function largeTargets(group: CommitGroup, bytesMin: number): Map<CommitTarget, DirectRange[]> {
  const bytes = new Map<CommitTarget, number>()
  for (const { target, batch } of group.appends) bytes.set(target, (bytes.get(target) ?? 0) + batch.length)
  const ranges = new Map<CommitTarget, DirectRange[]>()
  for (const append of group.appends) {
    const { target } = append
    if ((bytes.get(target) ?? 0) < bytesMin) continue
    const sofar = ranges.get(target)
    if (sofar === undefined) ranges.set(target, [rangeOf(append)])
    else extend(sofar, append)
  }
  return ranges
}

function rangeOf(append: PendingAppend): DirectRange {
  const { target, segment, leaderEpoch, baseOffset, lastOffset, batch, endPosition } = append
  const position = endPosition - batch.length
  return { target, segment, leaderEpoch, baseOffset, lastOffset, position, endPosition }
}

function extend(ranges: DirectRange[], append: PendingAppend): void {
  const last = ranges.at(-1) as DirectRange
  if (last.segment !== append.segment || last.leaderEpoch !== append.leaderEpoch) {
    ranges.push(rangeOf(append))
    return
  }
  last.lastOffset = append.lastOffset
  last.endPosition = append.endPosition
}
