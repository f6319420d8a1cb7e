import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { clusterQuery, topicsQuery } from '../api/cluster.ts'
import { FirstSteps } from '../app/first-steps.tsx'
import { formatCount } from '../ui/format.ts'
import { EmptyState } from '../ui/notice.tsx'
import type { ExploreState } from './explore-state.ts'
import { countEver } from './overview.ts'
import { rangeLabel } from './time-range.ts'

interface NoMatchesProps {
  readonly state: ExploreState
  readonly hints: readonly string[]
  readonly onAllTime: () => void
  readonly onClear: () => void
}

/** Says which of the ways to find nothing it was, and what would find something. */
export function NoMatches({ state, hints, onAllTime, onClear }: NoMatchesProps): ReactElement {
  const { query, topics, from, to } = state
  const bounded = from !== '' || to !== ''
  const { data: cluster } = useQuery(clusterQuery)
  const { data: list } = useQuery(topicsQuery(false))
  const ever = useQuery({
    queryKey: ['ever', query, topics],
    enabled: bounded,
    queryFn: ({ signal }) => countEver(query, topics, signal),
  })
  const own = list?.topics ?? []
  if (
    cluster !== undefined &&
    list !== undefined &&
    (own.length === 0 || (own.every(({ records }) => records === 0) && query === ''))
  ) {
    return <FirstSteps hasTopic={own.length > 0} />
  }
  const elsewhere = ever.data ?? 0
  return (
    <EmptyState title={elsewhere > 0 ? `No matches in this time range` : 'No matches'}>
      {elsewhere > 0 ? (
        <p>
          {rangeLabel({ from, to })}: nothing. At other times: {formatCount(elsewhere)}{' '}
          {elsewhere === 1 ? 'record' : 'records'}.
        </p>
      ) : (
        <p>No record of {topics.length === 0 ? 'any topic' : topics.join(', ')} matches, at whatever time.</p>
      )}
      {hints.map((hint) => (
        <p key={hint}>{hint}</p>
      ))}
      <div className="actions">
        {elsewhere > 0 && (
          <button type="button" className="button primary" onClick={onAllTime}>
            Search all time
          </button>
        )}
        {query !== '' && (
          <button type="button" className="button" onClick={onClear}>
            Clear the query
          </button>
        )}
        <Link to="/topics" className="button">
          See the topics
        </Link>
      </div>
    </EmptyState>
  )
}
