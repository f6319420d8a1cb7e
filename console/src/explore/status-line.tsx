import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { formatCount } from '../ui/format.ts'
import { Icon } from '../ui/icon.tsx'
import { CoverageMenu } from './coverage-menu.tsx'
import { exploreSearch, type ExploreState, searchOf } from './explore-state.ts'
import { curlSearch } from './record-commands.ts'
import type { Explore } from './use-explore.ts'
import type { LiveRows } from './use-live-rows.ts'
import { ViewsMenu } from './views-menu.tsx'

interface StatusLineProps {
  readonly explore: Explore
  readonly live: LiveRows
  readonly fieldsShown: boolean
  readonly onFields: () => void
}

/** What was found, how fast, and whether that is all there is. */
export function StatusLine({ explore, live, fieldsShown, onFields }: StatusLineProps): ReactElement {
  const { data, loading, state, change, error } = explore
  const navigate = useNavigate()
  const total = (data?.answer.total.value ?? 0) + live.total
  return (
    <div className="status">
      <p role="status" className="status-text">
        {data === null ? (
          error === null ? (
            'Searching …'
          ) : (
            'No answer'
          )
        ) : (
          <>
            <b>
              {data.answer.total.exact ? '' : 'at least '}
              {formatCount(total)}
            </b>{' '}
            {total === 1 ? 'record' : 'records'}{' '}
            <span className="muted">in {Math.max(1, Math.round(data.answer.tookMs))} ms</span>
          </>
        )}
      </p>
      {data !== null && <CoverageMenu coverage={data.answer.coverage} />}
      {data?.answer.hints.map((hint) => (
        <span className="badge warn hint" key={hint} title={hint}>
          {hint}
        </span>
      ))}
      <span className="status-end">
        {loading && data !== null && <span className="muted">Searching …</span>}
        {state.columns.length > 0 && (
          <button
            type="button"
            className="button quiet small wide-only"
            onClick={() => change({ columns: [] }, false)}
          >
            Reset columns
          </button>
        )}
        <select
          className="select"
          aria-label="Order"
          value={state.sort}
          onChange={(event) => change({ sort: event.target.value, live: false })}
        >
          <option value="">Newest first</option>
          <option value="_timestamp">Oldest first</option>
          <option value="_score">Best match first</option>
          {!['', '_timestamp', '_score'].includes(state.sort) && (
            <option value={state.sort}>By {state.sort.replace(/^-/, '')}</option>
          )}
        </select>
        <button
          type="button"
          className={`button small phone-only${fieldsShown ? ' on' : ''}`}
          aria-pressed={fieldsShown}
          onClick={onFields}
        >
          <Icon name="filter" /> Fields
        </button>
        <ViewsMenu
          suggestedName={state.query}
          onOpen={(search) =>
            void navigate({ to: '/', search: exploreSearch(Object.fromEntries(new URLSearchParams(search))) })
          }
          fixedLink={() => fixedLink(explore)}
          curl={() => curlSearch(curlBody(explore))}
        />
      </span>
    </div>
  )
}

function fixedLink({ state, data }: Explore): string {
  if (data === null) return location.href
  const fixed: ExploreState = {
    ...state,
    live: false,
    from: new Date(data.fixed.from).toISOString(),
    to: new Date(data.fixed.to).toISOString(),
  }
  return `${location.origin}${location.pathname}?${new URLSearchParams({ ...searchOf(fixed) })}`
}

function curlBody({ state, data }: Explore): Readonly<Record<string, unknown>> {
  return {
    query: state.query,
    ...(state.topics.length > 0 && { topics: state.topics }),
    ...(state.from !== '' && { from: state.from }),
    ...(state.to !== '' && { to: state.to }),
    ...(data !== null && { sort: data.fixed.sort }),
    size: 10,
  }
}
