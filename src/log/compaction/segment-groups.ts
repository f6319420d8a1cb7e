import type { CleanSource } from './clean-job.ts'

const offsetSpanMax = 0x7fff_ffff

/**
 * Neighbouring segments that become one: as many as fit into `segmentBytes` by their present sizes, and whose offsets an index can hold
 * relative to the first (Kafka's Cleaner.groupSegmentsBySize).
 */
export function groupSegments(sources: readonly CleanSource[], segmentBytes: number): CleanSource[][] {
  const groups: CleanSource[][] = []
  let group: CleanSource[] = []
  let bytes = 0
  for (const source of sources) {
    const first = group[0]
    const spans = first === undefined || source.endOffset - 1 - first.baseOffset <= offsetSpanMax
    if (group.length > 0 && (bytes + source.size > segmentBytes || !spans)) {
      groups.push(group)
      group = []
      bytes = 0
    }
    group.push(source)
    bytes += source.size
  }
  if (group.length > 0) groups.push(group)
  return groups
}
