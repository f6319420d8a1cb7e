import { compareUtf8 } from '../../util/utf8-order.ts'
import type { TopHit } from './aggregation-partial.ts'
import type { CompositeValue, HitSortKey } from './aggregation-spec.ts'

const byScore: readonly HitSortKey[] = [{ field: '_score', order: 'desc', missing: 'last', mode: 'max' }]
const newestFirst: readonly HitSortKey[] = [
  { field: '_timestamp', order: 'desc', missing: 'last', mode: 'max' },
]

/** What hits are sorted by when nothing was said. */
export function hitSort(sort: readonly HitSortKey[], scored: boolean): readonly HitSortKey[] {
  return sort.length > 0 ? sort : scored ? byScore : newestFirst
}

/** Order of two hits; those that are equal are ordered by topic, partition and offset, newest first. */
export function compareHits(a: TopHit, b: TopHit, keys: readonly HitSortKey[]): number {
  for (const [index, key] of keys.entries()) {
    const order = compareSortValues(a.sort[index] ?? null, b.sort[index] ?? null, key)
    if (order !== 0) return order
  }
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  return a.partition - b.partition || b.offset - a.offset
}

function compareSortValues(a: CompositeValue, b: CompositeValue, key: HitSortKey): number {
  if (a === null || b === null) {
    if (a === b) return 0
    const first = key.missing === 'first'
    return (a === null) === first ? -1 : 1
  }
  const order = compareValues(a, b)
  return key.order === 'asc' ? order : -order
}

/** Numbers before texts, for fields of mixed types; texts by their UTF-8 bytes. */
export function compareValues(a: string | number | boolean, b: string | number | boolean): number {
  if (typeof a === 'string' || typeof b === 'string') {
    if (typeof a !== 'string') return -1
    if (typeof b !== 'string') return 1
    return compareUtf8(a, b)
  }
  // A total order, as 1 and true are two values of a field that has both.
  return Number(a) - Number(b) || Number(typeof a === 'boolean') - Number(typeof b === 'boolean')
}
