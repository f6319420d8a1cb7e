import type { IndexPart } from './index-part.ts'

/** So many files of about the same size become one. */
const mergeWidth = 8
/** Files whose sizes differ by no more than this factor count as of the same size. */
const levelFactor = 8

/**
 * Which neighbours of a partition to merge next, or null: a run of files of the same level, the newest such run first, because new
 * files are small and cost little. A file is merged once per level, so all merging together writes each byte a few times.
 */
export function partsToMerge(
  parts: readonly IndexPart[],
  smallestBytes: number,
  largestBytes: number,
): readonly IndexPart[] | null {
  let run: IndexPart[] = []
  let runLevel = -1
  for (let index = parts.length - 1; index >= 0; index--) {
    const part = parts[index]
    if (part === undefined) break
    const level = levelOf(part.bytes, smallestBytes)
    const continues = level === runLevel && run[0]?.baseOffset === part.endOffset && part.path !== null
    run = continues ? [part, ...run] : part.path === null ? [] : [part]
    runLevel = part.path === null ? -1 : level
    if (run.length < mergeWidth) continue
    const bytes = run.reduce((sum, each) => sum + each.bytes, 0)
    if (bytes <= largestBytes) return run
    run = []
    runLevel = -1
  }
  return null
}

function levelOf(bytes: number, smallestBytes: number): number {
  return bytes <= smallestBytes ? 0 : Math.ceil(Math.log(bytes / smallestBytes) / Math.log(levelFactor))
}
