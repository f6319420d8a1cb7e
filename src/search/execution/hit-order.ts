import { compareUtf8 } from '../../util/utf8-order.ts'
import type { SearchRequest, SortKey, SortValue } from '../search-request.ts'

/** What decides about the place of a hit. */
export interface Placed {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly sort: readonly SortValue[]
}

/** The sort keys of a request, with what an empty list means: by score, or newest first. */
export function sortKeys(request: Pick<SearchRequest, 'sort' | 'scored'>): readonly SortKey[] {
  if (request.sort.length > 0) return request.sort
  return [{ field: request.scored ? '_score' : '_timestamp', order: 'desc', missing: 'last', mode: 'max' }]
}

/** Below 0 when `a` comes first. Never 0 for two records. */
export function compareHits(keys: readonly SortKey[], a: Placed, b: Placed): number {
  return compareSort(keys, a.sort, b.sort) || comparePlaces(a, b)
}

export function compareSort(
  keys: readonly SortKey[],
  a: readonly SortValue[],
  b: readonly SortValue[],
): number {
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]
    const order = key === undefined ? 0 : compareValues(key, a[index] ?? null, b[index] ?? null)
    if (order !== 0) return order
  }
  return 0
}

/** Topics and partitions ascending, then the newest first. */
export function comparePlaces(a: Omit<Placed, 'sort'>, b: Omit<Placed, 'sort'>): number {
  return compareUtf8(a.topic, b.topic) || a.partition - b.partition || b.offset - a.offset
}

export function compareValues(key: SortKey, a: SortValue, b: SortValue): number {
  if (a === null || b === null) {
    if (a === b) return 0
    return (a === null) === (key.missing === 'first') ? -1 : 1
  }
  const order = compareTyped(a, b)
  return key.order === 'asc' ? order : -order
}

/** Booleans, then numbers, then strings in the order of their bytes. */
function compareTyped(a: string | number | boolean, b: string | number | boolean): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0
  if (typeof a === 'string' && typeof b === 'string') return compareUtf8(a, b)
  return rank(a) - rank(b)
}

function rank(value: string | number | boolean): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' ? 2 : 3
}

/**
 * Whether a hit lies behind the place where the last page ended: `after` has a value per key, and possibly topic, partition and
 * offset behind them.
 */
export function isAfter(keys: readonly SortKey[], after: readonly SortValue[], hit: Placed): boolean {
  const order = compareSort(keys, hit.sort, after)
  if (order !== 0) return order > 0
  const [topic, partition, offset] = after.slice(keys.length)
  if (typeof topic !== 'string' || typeof partition !== 'number' || typeof offset !== 'number') return false
  return comparePlaces(hit, { topic, partition, offset }) > 0
}
