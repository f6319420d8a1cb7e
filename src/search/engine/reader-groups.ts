import type { IndexReader } from '../index/index-reader.ts'
import type { Query } from '../query/query.ts'
import type { SearchWork } from './messages.ts'
import type { WorkerContext } from './worker-context.ts'

/** Readers that are searched with one query. */
export interface ReaderGroup {
  readonly readers: readonly IndexReader[]
  readonly query: Query
  /** The part of `query` that keeps to the bounds of the request; null when there is none. */
  readonly filter: Query | null
}

/**
 * The indexes that a search is about. Those that lie wholly within the bounds of their partition are searched together. One that
 * reaches beyond them (because retention has moved the log start into it, or because the request names offsets) is searched with the
 * bounds as a filter.
 */
export function readerGroups(work: SearchWork, { partitions }: WorkerContext): ReaderGroup[] {
  const { query } = work.request
  const whole: IndexReader[] = []
  const groups: ReaderGroup[] = []
  for (const { key, from, to } of work.partitions) {
    const partition = partitions.get(key)
    if (partition === undefined) continue
    const first = Math.max(from, partition.view.logStartOffset)
    const end = to ?? Infinity
    for (const reader of partition.readers()) {
      if (reader.docCount === 0 || reader.endOffset <= first || reader.baseOffset >= end) continue
      if (!overlaps(reader, work.timeRange)) continue
      if (first <= reader.baseOffset && reader.endOffset <= end) {
        whole.push(reader)
        continue
      }
      const filter = offsetRange(first, end)
      groups.push({ readers: [reader], query: both(query, filter), filter })
    }
  }
  return whole.length === 0 && groups.length > 0
    ? groups
    : [{ readers: whole, query, filter: null }, ...groups]
}

export function both(query: Query, filter: Query): Query {
  return { kind: 'bool', must: [query], filter: [filter], should: [], mustNot: [], minimumShouldMatch: null }
}

function overlaps(reader: IndexReader, range: SearchWork['timeRange']): boolean {
  return range === null || (reader.maxTimestamp >= range.from && reader.minTimestamp < range.to)
}

function offsetRange(from: number, to: number): Query {
  return { kind: 'range', field: '_offset', from: bound(from, true), to: bound(to, false) }
}

function bound(
  value: number,
  inclusive: boolean,
): { readonly value: number; readonly millis: null; readonly inclusive: boolean } | null {
  return Number.isFinite(value) ? { value, millis: null, inclusive } : null
}
