import type { Scheduler } from '../../env/scheduler.ts'
import type { EngineHit, EngineRequest, EngineResponse, OffsetBounds } from './engine-request.ts'

export type TailEvent =
  | { readonly kind: 'hits'; readonly hits: readonly EngineHit[] }
  /** So many more matched than are shown. */
  | { readonly kind: 'skipped'; readonly count: number }
  /** Nothing has come for a while. */
  | { readonly kind: 'idle' }

const periodMs = 200
/** Hits of one period that are shown; nobody reads more. */
const hitsMax = 500
const idlePeriods = 75

/** What following needs of the engine. */
export interface TailedEngine {
  search(request: EngineRequest, signal?: AbortSignal): Promise<EngineResponse>
  /** The end of each partition of these topics now: what is found from here on is new. */
  ends(topics: readonly string[]): OffsetBounds[]
}

/** Searches again and again, each time only what is new, until the signal. Oldest hits first. */
export async function* followSearch(
  engine: TailedEngine,
  scheduler: Scheduler,
  request: Pick<EngineRequest, 'topics' | 'query'>,
  signal: AbortSignal,
): AsyncGenerator<TailEvent, void> {
  const seen = new Map(engine.ends(request.topics).map((end) => [placeOf(end), end.from]))
  let quiet = 0
  while (!signal.aborted) {
    await pause(scheduler, signal)
    const offsets: OffsetBounds[] = []
    for (const end of engine.ends(request.topics)) {
      const from = seen.get(placeOf(end)) ?? 0
      if (end.from > from) offsets.push({ ...end, from, to: end.from })
    }
    if (signal.aborted) return
    quiet += 1
    if (offsets.length > 0) {
      const response = await engine.search({ ...request, offsets, size: hitsMax, sort: byTime }, signal)
      for (const { topic, partition, to } of response.coverage) seen.set(placeOf({ topic, partition }), to)
      const { hits, total } = response
      if (hits.length > 0) yield { kind: 'hits', hits }
      if (total.value > hitsMax) yield { kind: 'skipped', count: total.value - hitsMax }
      if (hits.length > 0) quiet = 0
    }
    if (quiet < idlePeriods) continue
    quiet = 0
    yield { kind: 'idle' }
  }
}

const byTime = [
  { field: '_timestamp', order: 'asc', missing: 'last', mode: 'min' },
  { field: '_offset', order: 'asc', missing: 'last', mode: 'min' },
] as const

function placeOf({ topic, partition }: Pick<OffsetBounds, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`
}

function pause(scheduler: Scheduler, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = scheduler.after(periodMs, done)
    signal.addEventListener('abort', done)
  })
}
