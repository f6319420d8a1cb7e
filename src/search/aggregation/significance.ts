import type { SignificantTermsSpec } from './aggregation-spec.ts'

/**
 * How remarkable it is that a value is in `count` of `foreground` documents when it is in `backgroundCount` of `background`.
 * `jlh` is absolute change times relative change, `percentage` the share of the value's documents that are in the foreground.
 */
export function significance(
  heuristic: SignificantTermsSpec['heuristic'],
  count: number,
  foreground: number,
  backgroundCount: number,
  background: number,
): number {
  if (foreground === 0 || background === 0 || backgroundCount === 0) return 0
  if (heuristic === 'percentage') return count / backgroundCount
  const share = count / foreground
  const expected = backgroundCount / background
  return share <= expected ? 0 : (share - expected) * (share / expected)
}
