import { type ReactElement, useCallback, useRef, useState } from 'react'
import { PHONE, useMedia, useTitle } from '../ui/hooks.ts'
import { recordAddress, recordText, searchOf } from './explore-state.ts'
import { Facets } from './facets.tsx'
import { Histogram } from './histogram.tsx'
import type { QueryBarHandle } from './query-bar.tsx'
import { QueryProblem } from './query-problem.tsx'
import { toggleClause } from './query-text.ts'
import { RecordDrawer } from './record-drawer.tsx'
import { Results } from './results.tsx'
import type { FixedSearch } from './row-source.ts'
import { rememberSearch } from './saved-views.ts'
import { StatusLine } from './status-line.tsx'
import { Toolbar } from './toolbar.tsx'
import { useCursor } from './use-cursor.ts'
import { useExplore } from './use-explore.ts'
import { useExploreKeys } from './use-explore-keys.ts'
import { useLiveRows } from './use-live-rows.ts'

/** Search in topics: the query above, what it finds below, and all of it in the address. */
export function ExplorePage(): ReactElement {
  useTitle('Explore')
  const explore = useExplore()
  const { state, change, data, error } = explore
  const phone = useMedia(PHONE)
  const [fieldsShown, setFieldsShown] = useState(false)
  const live = useLiveRows(explore)
  const cursor = useCursor(explore, live)
  const bar = useRef<QueryBarHandle>(null)
  const draft = useRef(state.query)
  draft.current = state.query
  const menus = { topics: useRef<(() => void) | null>(null), time: useRef<(() => void) | null>(null) }
  const submit = (query: string): void => {
    const next = query.trim()
    if (next === state.query) explore.rerun()
    change({ query: next, record: '' })
    if (next !== '')
      rememberSearch({
        name: next,
        search: `?${new URLSearchParams({ ...searchOf({ ...state, query: next }) })}`,
      })
  }
  const filter = useCallback(
    (field: string, value: string, negative: boolean) =>
      change({ query: toggleClause(draft.current, field, value, negative), record: '' }),
    [change],
  )
  useExploreKeys({ explore, cursor, focusQuery: () => bar.current?.focus(), menus })
  const empty = data !== null && data.rows.count + live.arrived.length === 0
  const address = recordAddress(state.record)
  const facets = (
    <Facets
      search={facetSearch(data?.fixed ?? null, live.until)}
      query={state.query}
      topics={state.topics}
      opened={state.facets}
      columns={state.columns}
      onOpened={(facetNames) => change({ facets: facetNames }, false)}
      onColumns={(columns) => change({ columns }, false)}
      onFilter={filter}
    />
  )
  return (
    <div className={`explore${address === null ? '' : ' with-record'}`} aria-busy={explore.loading}>
      <h1 className="unseen">Explore</h1>
      <Toolbar
        explore={explore}
        live={live}
        bar={bar}
        draft={draft}
        menus={menus}
        onSubmit={submit}
        onLeave={() => cursor.table.current?.focus()}
      />
      <QueryProblem error={error} query={draft.current} />
      <StatusLine
        explore={explore}
        live={live}
        onFields={() => setFieldsShown(!fieldsShown)}
        fieldsShown={fieldsShown}
      />
      {data !== null && !empty && (
        <Histogram
          data={{
            ...data.fixed,
            to: Math.max(data.fixed.to, live.until),
            interval: data.interval,
            buckets: live.buckets,
          }}
          onRange={(from, to) =>
            change({
              from: new Date(from).toISOString(),
              to: new Date(to).toISOString(),
              live: false,
              record: '',
            })
          }
        />
      )}
      <div className="results">
        {(!phone || fieldsShown) && (
          <aside className={phone ? 'side sheet' : 'side'} aria-label="Fields and values">
            {facets}
          </aside>
        )}
        <Results explore={explore} live={live} cursor={cursor} empty={empty} />
        {address !== null && (
          <RecordDrawer
            address={address}
            tab={state.tab}
            actions={{
              onFilter: filter,
              onColumn: (field) => change({ columns: [...new Set([...state.columns, field])] }, false),
            }}
            onTab={(tab) => change({ tab }, false)}
            onClose={cursor.close}
            onOpen={(next) => change({ record: recordText(next) })}
            onStep={cursor.index >= 0 ? cursor.move : null}
          />
        )}
      </div>
    </div>
  )
}

const FACET_STEP_MS = 3000

/** What the facets count: with what has come in live, but not anew for each record. */
function facetSearch(fixed: FixedSearch | null, until: number): FixedSearch | null {
  if (fixed === null || until <= fixed.to) return fixed
  return { ...fixed, to: Math.ceil(until / FACET_STEP_MS) * FACET_STEP_MS }
}
