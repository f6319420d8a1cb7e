import { type DateBucket, type Hit, search, type SearchAnswer, type SortKey } from '../api/search.ts'
import { intervalFor } from './time-range.ts'

/** A search whose range is fixed, so that its rows stay where they are. */
export interface FixedSearch {
  readonly query: string
  readonly topics: readonly string[]
  readonly from: number
  readonly to: number
  readonly sort: readonly SortKey[]
}

/**
 * A stretch of time with so many rows. One with more rows than the server skips at a time is divided into shorter ones when somebody
 * scrolls there.
 */
interface Stretch {
  readonly from: number
  readonly to: number
  /** Position of its first row. */
  readonly start: number
  readonly count: number
  children: readonly Stretch[] | null
}

export const PAGE_ROWS = 100
/** The most rows that a request skips. */
const SKIP_MAX = 10_000
const PARTS = 50
const PAGES_KEPT = 200
const REQUESTS_MAX = 3

/** Whether rows come in the order of time, in which any of them can be reached. */
export function timeOrder(sort: readonly SortKey[]): 'asc' | 'desc' | null {
  const [first] = sort
  return first?.field === '_timestamp' ? first.order : null
}

/**
 * The rows of a search by position, loaded as they come into view, from anywhere among millions: the histogram says in which stretch
 * of time a position lies, so that the server never has to skip far.
 */
export class RowSource {
  readonly search: FixedSearch
  /** Rows that can be scrolled to. */
  readonly count: number
  /** True when there are more rows than can be reached in this order. */
  readonly capped: boolean
  readonly #root: Stretch
  readonly #pages = new Map<string, readonly Hit[]>()
  readonly #loading = new Map<string, AbortController>()
  readonly #listeners = new Set<() => void>()
  #wanted: readonly [first: number, last: number] = [0, 0]
  #error: Error | null = null
  #version = 0

  constructor(fixed: FixedSearch, answer: SearchAnswer, buckets: readonly DateBucket[], interval: number) {
    this.search = fixed
    const ordered = timeOrder(fixed.sort) !== null
    const total = ordered ? buckets.reduce((sum, bucket) => sum + bucket.doc_count, 0) : answer.total.value
    this.count = ordered ? Math.max(total, answer.hits.length) : Math.min(total, SKIP_MAX)
    this.capped = !ordered && total > SKIP_MAX
    this.#root = { from: fixed.from, to: fixed.to, start: 0, count: this.count, children: null }
    if (ordered && this.count > SKIP_MAX) this.#root.children = this.#divide(this.#root, buckets, interval)
    this.#seed(answer.hits)
  }

  get version(): number {
    return this.#version
  }

  get error(): Error | null {
    return this.#error
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The row, or null while it is not there yet. */
  row(position: number): Hit | null {
    const leaf = this.#leaf(position)
    if (leaf === null) return null
    const inside = position - leaf.start
    return this.#pages.get(pageKey(leaf, inside))?.[inside % PAGE_ROWS] ?? null
  }

  /** Loads what lies in view, and lets go of requests for what does not any more. */
  want(first: number, last: number): void {
    this.#wanted = [Math.max(0, first), Math.min(this.count - 1, last)]
    this.#load()
  }

  close(): void {
    for (const controller of this.#loading.values()) controller.abort()
  }

  #load(): void {
    const needed = new Map<string, (signal: AbortSignal) => Promise<void>>()
    const [first, last] = this.#wanted
    for (let position = first; position <= last;) {
      const { stretch, divided } = this.#deepest(position)
      if (!divided) {
        needed.set(`divide ${stretch.from} ${stretch.to}`, (signal) => this.#loadParts(stretch, signal))
        position = stretch.start + stretch.count
        continue
      }
      const inside = position - stretch.start
      const page = Math.floor(inside / PAGE_ROWS)
      const key = pageKey(stretch, inside)
      if (!this.#pages.has(key)) needed.set(key, (signal) => this.#loadPage(stretch, page, key, signal))
      position = stretch.start + Math.min(stretch.count, (page + 1) * PAGE_ROWS)
    }
    for (const [key, controller] of this.#loading) {
      if (!needed.has(key)) {
        controller.abort()
        this.#loading.delete(key)
      }
    }
    for (const [key, work] of needed) {
      if (this.#loading.size >= REQUESTS_MAX) break
      if (!this.#loading.has(key)) void this.#run(key, work)
    }
  }

  async #run(key: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController()
    this.#loading.set(key, controller)
    try {
      await work(controller.signal)
      this.#error = null
    } catch (error) {
      if (controller.signal.aborted) return
      this.#error = error instanceof Error ? error : new Error(String(error))
      this.#changed()
      return
    } finally {
      if (this.#loading.get(key) === controller) this.#loading.delete(key)
    }
    this.#changed()
    this.#load()
  }

  async #loadPage(stretch: Stretch, page: number, key: string, signal: AbortSignal): Promise<void> {
    const { query, topics, sort } = this.search
    const range = { from: stretch.from, to: stretch.to, offset: page * PAGE_ROWS, size: PAGE_ROWS }
    const scored = sort.some(({ field }) => field === '_score')
    const { hits } = await search(
      { query, topics, sort, scored, ...range, trackTotalHits: false, freshness: 'any' },
      signal,
    )
    this.#pages.set(key, hits)
    const oldest = this.#pages.keys().next().value
    if (this.#pages.size > PAGES_KEPT && oldest !== undefined) this.#pages.delete(oldest)
  }

  async #loadParts(stretch: Stretch, signal: AbortSignal): Promise<void> {
    const { query, topics } = this.search
    const interval = intervalFor(stretch.to - stretch.from, PARTS)
    const answer = await search(
      {
        query,
        topics,
        from: stretch.from,
        to: stretch.to,
        size: 0,
        freshness: 'any',
        aggregations: {
          parts: {
            date_histogram: { field: '_timestamp', fixed_interval: `${interval}ms`, min_doc_count: 1 },
          },
        },
      },
      signal,
    )
    stretch.children = this.#divide(stretch, bucketsOf(answer.aggregations?.['parts']), interval)
  }

  #divide(stretch: Stretch, buckets: readonly DateBucket[], interval: number): readonly Stretch[] {
    const descending = timeOrder(this.search.sort) === 'desc'
    const ordered = descending ? buckets.toReversed() : buckets
    let start = stretch.start
    const children: Stretch[] = []
    for (const { key, doc_count: count } of ordered) {
      if (count === 0) continue
      const from = Math.max(stretch.from, key)
      const to = Math.min(stretch.to, key + interval)
      children.push({ from, to, start, count, children: null })
      start += count
    }
    return children
  }

  /** The page at the top came with the search itself. */
  #seed(hits: readonly Hit[]): void {
    if (this.count <= SKIP_MAX) {
      if (hits.length > 0) this.#pages.set(pageKey(this.#root, 0), hits)
      return
    }
    for (const stretch of this.#root.children ?? []) {
      const own = hits.slice(stretch.start, stretch.start + PAGE_ROWS)
      const whole = own.length === PAGE_ROWS || own.length === stretch.count
      if (stretch.count <= SKIP_MAX && whole) this.#pages.set(pageKey(stretch, 0), own)
    }
  }

  #leaf(position: number): Stretch | null {
    const { stretch, divided } = this.#deepest(position)
    return divided ? stretch : null
  }

  /** `divided` is false while the stretch has more rows than a request may skip. */
  #deepest(position: number): { readonly stretch: Stretch; readonly divided: boolean } {
    let stretch = this.#root
    while (stretch.children !== null && stretch.children.length > 0) {
      const next = childAt(stretch.children, position)
      if (next === null) break
      stretch = next
    }
    // Rows of one millisecond cannot be told apart by time.
    const divided = stretch.count <= SKIP_MAX || stretch.to - stretch.from <= 1 || stretch.children !== null
    return { stretch, divided }
  }

  #changed(): void {
    this.#version += 1
    for (const listener of this.#listeners) listener()
  }
}

function childAt(children: readonly Stretch[], position: number): Stretch | null {
  let low = 0
  let high = children.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    const candidate = children[middle]
    if (candidate !== undefined && candidate.start <= position) low = middle
    else high = middle - 1
  }
  return children[low] ?? null
}

function pageKey(stretch: Stretch, inside: number): string {
  return `${stretch.from} ${stretch.to} ${Math.floor(inside / PAGE_ROWS)}`
}

export function bucketsOf(aggregation: unknown): readonly DateBucket[] {
  const { buckets } = (aggregation ?? {}) as { readonly buckets?: readonly DateBucket[] }
  return buckets ?? []
}
