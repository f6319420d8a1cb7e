import { useEffect, useRef, useState } from 'react'
import { parseJson } from '../api/exact-json.ts'
import { apiUrl } from '../api/http.ts'
import { type Hit, tailPath } from '../api/search.ts'

/** How often what came in is shown: a faster table cannot be read. */
const SHOW_MS = 200
const HELD_MAX = 5000

export interface Tail {
  readonly state: 'off' | 'connecting' | 'on' | 'lost'
  /** Newest first. */
  readonly hits: readonly Hit[]
  /** True when there were more than are held. */
  readonly overflowed: boolean
}

/** Records that match and come in while the page is open. `onConnect` is called whenever a connection begins: what was before is not sent. */
export function useTail(on: boolean, topics: readonly string[], query: string, onConnect: () => void): Tail {
  const [tail, setTail] = useState<Tail>({ state: 'off', hits: [], overflowed: false })
  const connected = useRef(onConnect)
  connected.current = onConnect
  const address = on ? apiUrl(tailPath(topics, query)) : null
  useEffect(() => {
    if (address === null) {
      setTail({ state: 'off', hits: [], overflowed: false })
      return
    }
    let waiting: Hit[] = []
    setTail({ state: 'connecting', hits: [], overflowed: false })
    const source = new EventSource(address)
    const take = (event: MessageEvent<string>): void => {
      waiting.push(...hitsOf(parseJson(event.data)))
      if (waiting.length > HELD_MAX) waiting = waiting.slice(-HELD_MAX)
    }
    source.addEventListener('open', () => {
      waiting = []
      setTail({ state: 'on', hits: [], overflowed: false })
      connected.current()
    })
    source.addEventListener('error', () => setTail((before) => ({ ...before, state: 'lost' })))
    source.addEventListener('message', take)
    source.addEventListener('hits', take)
    source.addEventListener('hit', take)
    const timer = setInterval(() => {
      if (waiting.length === 0) return
      const fresh = waiting.reverse()
      waiting = []
      setTail((before) => {
        const hits = [...fresh, ...before.hits]
        const overflowed = before.overflowed || hits.length > HELD_MAX
        return { ...before, overflowed, hits: hits.slice(0, HELD_MAX) }
      })
    }, SHOW_MS)
    return () => {
      clearInterval(timer)
      source.close()
    }
  }, [address])
  return tail
}

function hitsOf(data: unknown): readonly Hit[] {
  if (Array.isArray(data)) return data as readonly Hit[]
  const { hits } = (data ?? {}) as { readonly hits?: readonly Hit[] }
  return hits ?? [data as Hit]
}
