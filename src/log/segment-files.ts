import type { Env } from '../env/env.ts'
import { cleanedTemporarySuffix, parseSegmentName, type SegmentName } from './segment.ts'

/** A segment file as its name describes it. */
export interface SegmentFile extends SegmentName {
  readonly path: string
}

/**
 * The segment files of a partition's directory, by base offset, and of one base the file that was appended to before those that
 * compaction made of it. What compaction was still writing is removed.
 */
export async function listSegmentFiles(env: Env, directory: string): Promise<SegmentFile[]> {
  if ((await env.files.stat(directory)) === null) return []
  const found: SegmentFile[] = []
  for (const name of await env.files.list(directory)) {
    const path = `${directory}/${name}`
    if (name.endsWith(cleanedTemporarySuffix)) await env.files.remove(path)
    const parsed = parseSegmentName(name)
    if (parsed !== null) found.push({ path, ...parsed })
  }
  return sortSegments(found)
}

/** By base offset, then by generation. */
export function sortSegments<T extends SegmentName>(segments: readonly T[]): T[] {
  return segments.toSorted((a, b) => a.baseOffset - b.baseOffset || generation(a) - generation(b))
}

/**
 * Which files count when no checkpoint says it: what compaction made, with all of its range, instead of what it made it from. Its file
 * has its name only when it is complete, and a later generation always has the whole of an earlier one's range, or nothing of it.
 */
export function newestSegments<T extends SegmentName>(
  sorted: readonly T[],
): { readonly newest: T[]; readonly exchanged: T[] } {
  const taken: T[] = []
  const exchanged: T[] = []
  for (const file of sorted.toSorted((a, b) => generation(b) - generation(a))) {
    const covered = taken.some(
      ({ baseOffset, cleaned }) =>
        cleaned !== null && file.baseOffset >= baseOffset && file.baseOffset < cleaned.endOffset,
    )
    if (covered) exchanged.push(file)
    else taken.push(file)
  }
  return { newest: sortSegments(taken), exchanged }
}

function generation(segment: SegmentName): number {
  return segment.cleaned?.generation ?? 0
}
