import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { ApiError } from '../api/http.ts'
import { type ExploreState, searchOf, stateOf } from './explore-state.ts'
import { type Overview, overview, sortKeys } from './overview.ts'
import { resolveRange } from './time-range.ts'

export interface Explore {
  readonly state: ExploreState
  /** Changes what stands in the address; `step` makes it a step that Back undoes. */
  readonly change: (part: Partial<ExploreState>, step?: boolean) => void
  readonly data: Overview | null
  readonly error: Error | null
  readonly loading: boolean
  /** Searches again, up to the present. */
  readonly rerun: () => void
}

export function useExplore(): Explore {
  const raw = useSearch({ from: '/' })
  const state = useMemo(() => stateOf(raw), [raw])
  const navigate = useNavigate({ from: '/' })
  const change = useCallback(
    (part: Partial<ExploreState>, step = true) => {
      void navigate({ search: (before) => searchOf({ ...stateOf(before), ...part }), replace: !step })
    },
    [navigate],
  )
  const [run, setRun] = useState(0)
  const { query, from, to, sort } = state
  const topicText = state.topics.join()
  const requested = useMemo(() => {
    const range = resolveRange({ from, to }, Date.now())
    const topics = topicText === '' ? [] : topicText.split(',')
    return range === null ? null : { query, topics, range, sort: sortKeys(sort), run }
  }, [query, topicText, from, to, sort, run])
  const result = useQuery({
    queryKey: ['explore', requested],
    enabled: requested !== null,
    queryFn: ({ signal }) => (requested === null ? null : overview(requested, signal)),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
  })
  const rangeError =
    requested === null
      ? new ApiError('INVALID_TIME', 0, `The time range "${from} – ${to}" cannot be read.`)
      : null
  return {
    state,
    change,
    data: result.data ?? null,
    error: rangeError ?? result.error,
    loading: result.isFetching,
    rerun: useCallback(() => setRun((before) => before + 1), []),
  }
}
