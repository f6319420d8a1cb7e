import { queryOptions } from '@tanstack/react-query'
import { getJson } from './http.ts'

/** What the server did within one period, per second, and the lag of all groups at its end. */
export interface ActivitySample {
  readonly time: number
  readonly recordsIn: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly errors: number
  readonly lag: number
}

export const activityQuery = queryOptions({
  queryKey: ['activity'],
  queryFn: ({ signal }) =>
    getJson<{ readonly periodMs: number; readonly samples: readonly ActivitySample[] }>(
      '/api/v1/cluster/activity',
      signal,
    ),
  refetchInterval: 2000,
})
