import type { CompositeSource, CompositeValue } from './aggregation-spec.ts'
import { compareValues } from './top-hits-order.ts'

/** Order of two keys of a composite aggregation. */
export function compareCompositeKeys(
  a: readonly CompositeValue[],
  b: readonly CompositeValue[],
  sources: readonly CompositeSource[],
): number {
  for (const [index, source] of sources.entries()) {
    const x = a[index] ?? null
    const y = b[index] ?? null
    if (x === null || y === null) {
      if (x === y) continue
      return (x === null) === source.missingFirst ? -1 : 1
    }
    const order = compareValues(x, y)
    if (order !== 0) return source.order === 'asc' ? order : -order
  }
  return 0
}
