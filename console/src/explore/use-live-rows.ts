import { useCallback, useEffect, useMemo, useState } from 'react'
import type { DateBucket, Hit } from '../api/search.ts'
import type { Explore } from './use-explore.ts'
import { type Tail, useTail } from './use-tail.ts'

export interface LiveRows {
  readonly state: Tail['state']
  /** Shown above the rows of the search, newest first. */
  readonly arrived: readonly Hit[]
  /** Came in while somebody reads further down. */
  readonly waiting: number
  /** How many have come in since the search. */
  readonly total: number
  /** The histogram with what has come in. */
  readonly buckets: readonly DateBucket[]
  /** The latest time among them. */
  readonly until: number
  readonly setAtTop: (atTop: boolean) => void
}

/** New records join the table while its top is in view; below it nothing moves, and they are counted instead. */
export function useLiveRows({ state, data, rerun }: Explore): LiveRows {
  const tail = useTail(state.live, state.topics, state.query, rerun)
  const [atTop, setAtTop] = useState(true)
  const fresh = useMemo(() => withoutCovered(tail.hits, data), [tail.hits, data])
  const [held, setHeld] = useState<readonly Hit[]>([])
  useEffect(() => {
    if (atTop) setHeld(fresh)
  }, [atTop, fresh])
  const arrived = state.live ? (atTop ? fresh : held) : []
  const buckets = useMemo(() => withArrived(data?.buckets ?? [], data?.interval ?? 1, fresh), [data, fresh])
  const until = useMemo(
    () => fresh.reduce((latest, { timestamp }) => Math.max(latest, timestamp + 1), 0),
    [fresh],
  )
  return {
    state: tail.state,
    arrived,
    waiting: state.live ? fresh.length - arrived.length : 0,
    total: fresh.length,
    buckets,
    until,
    setAtTop: useCallback((next: boolean) => setAtTop(next), []),
  }
}

/** The search ran after the tail began: what it has already must not show twice. */
function withoutCovered(hits: readonly Hit[], data: Explore['data']): readonly Hit[] {
  if (hits.length === 0 || data === null) return []
  const ends = new Map(data.answer.coverage.map(({ topic, partition, to }) => [`${topic} ${partition}`, to]))
  return hits.filter(
    ({ topic, partition, offset, timestamp }) =>
      offset >= (ends.get(`${topic} ${partition}`) ?? 0) || timestamp >= data.fixed.to,
  )
}

function withArrived(
  buckets: readonly DateBucket[],
  interval: number,
  hits: readonly Hit[],
): readonly DateBucket[] {
  if (hits.length === 0) return buckets
  const counts = new Map(buckets.map(({ key, doc_count: count }) => [key, count]))
  for (const { timestamp } of hits) {
    const key = Math.floor(timestamp / interval) * interval
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].map(([key, count]) => ({ key, doc_count: count })).toSorted((a, b) => a.key - b.key)
}
