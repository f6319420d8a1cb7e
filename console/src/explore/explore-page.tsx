import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { formatCount } from '../ui/format.ts'
import { PHONE, useMedia, useTitle } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { useKeys } from '../ui/keys.ts'
import type { VirtualRowsHandle } from '../ui/virtual-rows.tsx'
import { CoverageMenu } from './coverage-menu.tsx'
import { exploreSearch, type ExploreState, recordAddress, recordText, searchOf } from './explore-state.ts'
import { Facets } from './facets.tsx'
import { Histogram } from './histogram.tsx'
import { NoMatches } from './no-matches.tsx'
import { QueryBar, type QueryBarHandle } from './query-bar.tsx'
import { searchedWords, toggleClause } from './query-text.ts'
import { QueryProblem } from './query-problem.tsx'
import { curlSearch } from './record-commands.ts'
import { RecordDrawer } from './record-drawer.tsx'
import { RecordTable } from './record-table.tsx'
import { rememberSearch } from './saved-views.ts'
import { TimeMenu } from './time-menu.tsx'
import { TopicMenu } from './topic-menu.tsx'
import { type Explore, useExplore } from './use-explore.ts'
import { type LiveRows, useLiveRows } from './use-live-rows.ts'
import { ViewsMenu } from './views-menu.tsx'

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
    if (next !== '') rememberSearch({ name: next, search: `?${new URLSearchParams({ ...searchOf({ ...state, query: next }) })}` })
  }
  const filter = useCallback(
    (field: string, value: string, negative: boolean) =>
      change({ query: toggleClause(draft.current, field, value, negative), record: '' }),
    [change],
  )
  useExploreKeys({ explore, live, cursor, focusQuery: () => bar.current?.focus(), menus })
  const empty = data !== null && data.rows.count + live.arrived.length === 0
  const address = recordAddress(state.record)
  const words = useMemo(() => searchedWords(state.query), [state.query])
  const showTopic = state.topics.length !== 1 || (state.topics[0] ?? '').includes('*')
  const facets = (
    <Facets
      search={data?.fixed ?? null}
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
      <div className="toolbar" role="search">
        <TopicMenu topics={state.topics} openKey={menus.topics} onChange={(topics) => change({ topics, record: '' })} />
        <QueryBar
          handle={bar}
          query={state.query}
          topics={state.topics}
          error={error}
          onSubmit={submit}
          onDraft={(text) => (draft.current = text)}
          onLeave={() => cursor.table.current?.focus()}
        />
        <TimeMenu
          range={state}
          openKey={menus.time}
          onChange={({ from, to }) => change({ from, to, record: '', ...(to !== '' && { live: false }) })}
        />
        <LiveButton live={live} on={state.live} onChange={(on) => change({ live: on, ...(on && { sort: '', to: '' }) })} />
        <button type="button" className="button primary run" title="Search (Enter)" onClick={() => submit(draft.current)}>
          <Icon name="refresh" />
          <span>Search</span>
        </button>
      </div>
      <QueryProblem error={error} query={draft.current} />
      <Status explore={explore} live={live} onFields={() => setFieldsShown(!fieldsShown)} fieldsShown={fieldsShown} />
      {data !== null && (
        <Histogram
          data={{ ...data.fixed, to: Math.max(data.fixed.to, live.until), interval: data.interval, buckets: live.buckets }}
          onRange={(from, to) =>
            change({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), live: false, record: '' })
          }
        />
      )}
      <div className="results">
        {(!phone || fieldsShown) && (
          <aside className={phone ? 'side sheet' : 'side'} aria-label="Fields and values">
            {facets}
          </aside>
        )}
        <div className="records">
          {empty && !explore.loading ? (
            <NoMatches
              state={state}
              hints={data.answer.hints}
              onAllTime={() => change({ from: '', to: '' })}
              onClear={() => change({ query: '' })}
            />
          ) : (
            data !== null && (
              <RecordTable
                handle={cursor.table}
                source={data.rows}
                arrived={live.arrived}
                columns={state.columns}
                showTopic={showTopic}
                words={words}
                selected={cursor.index}
                sort={state.sort}
                onSort={(sort) => change({ sort, live: false, record: '' })}
                onSelect={cursor.select}
                onAtTop={live.setAtTop}
              />
            )
          )}
          {live.waiting > 0 && (
            <button type="button" className="button primary new-records" onClick={() => cursor.table.current?.toTop()}>
              <Icon name="up" /> {formatCount(live.waiting)} new
            </button>
          )}
          {data !== null && data.rows.capped && (
            <p className="capped">
              In this order the first {formatCount(data.rows.count)} of {formatCount(data.answer.total.value)} can be reached: narrow the
              query, or sort by time.
            </p>
          )}
        </div>
        {address !== null && (
          <RecordDrawer
            address={address}
            tab={state.tab}
            actions={{ onFilter: filter, onColumn: (field) => change({ columns: [...new Set([...state.columns, field])] }, false) }}
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

function LiveButton({ live, on, onChange }: { readonly live: LiveRows; readonly on: boolean; readonly onChange: (on: boolean) => void }): ReactElement {
  const lost = on && live.state === 'lost'
  return (
    <button
      type="button"
      className={on ? 'button on live' : 'button live'}
      aria-pressed={on}
      title="New records as they come (l)"
      onClick={() => onChange(!on)}
    >
      {on ? <span className={`dot ${lost ? 'bad' : 'pulse'}`} /> : <Icon name="live" />}
      <span>{lost ? 'Reconnecting' : 'Live'}</span>
    </button>
  )
}

interface StatusProps {
  readonly explore: Explore
  readonly live: LiveRows
  readonly fieldsShown: boolean
  readonly onFields: () => void
}

/** What was found, how fast, and whether that is all there is. */
function Status({ explore, live, fieldsShown, onFields }: StatusProps): ReactElement {
  const { data, loading, state, change, error } = explore
  const navigate = useNavigate()
  const total = (data?.answer.total.value ?? 0) + live.total
  return (
    <div className="status">
      <p role="status" className="status-text">
        {data === null ? (
          error === null ? 'Searching …' : 'No answer'
        ) : (
          <>
            <b>
              {data.answer.total.exact ? '' : 'at least '}
              {formatCount(total)}
            </b>{' '}
            {total === 1 ? 'record' : 'records'} <span className="muted">in {Math.max(1, Math.round(data.answer.tookMs))} ms</span>
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
          <button type="button" className="button quiet small wide-only" onClick={() => change({ columns: [] }, false)}>
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
          {!['', '_timestamp', '_score'].includes(state.sort) && <option value={state.sort}>By {state.sort.replace(/^-/, '')}</option>}
        </select>
        <button type="button" className={`button small phone-only${fieldsShown ? ' on' : ''}`} aria-pressed={fieldsShown} onClick={onFields}>
          <Icon name="filter" /> Fields
        </button>
        <ViewsMenu
          suggestedName={state.query}
          onOpen={(search) => void navigate({ to: '/', search: exploreSearch(Object.fromEntries(new URLSearchParams(search))) })}
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

interface Cursor {
  /** The row that the keys are at; -1 when at none. */
  readonly index: number
  readonly table: { current: VirtualRowsHandle | null }
  readonly select: (index: number, open: boolean) => void
  readonly move: (step: number) => void
  readonly open: () => void
  readonly close: () => void
}

/** Where in the table the reader is. New records above move it down with its row. */
function useCursor({ change, data, state }: Explore, live: LiveRows): Cursor {
  const [index, setIndex] = useState(-1)
  const table = useRef<VirtualRowsHandle>(null)
  const count = (data?.rows.count ?? 0) + live.arrived.length
  const latest = useRef({ live, data, count, open: false })
  latest.current = { live, data, count, open: state.record !== '' }
  const shift = useRef(0)
  useEffect(() => {
    const by = live.arrived.length - shift.current
    shift.current = live.arrived.length
    if (by !== 0) setIndex((before) => (before < 0 ? before : Math.max(-1, before + by)))
  }, [live.arrived.length])
  useEffect(() => setIndex(-1), [data?.rows])
  const select = useCallback(
    (next: number, open: boolean) => {
      setIndex(next)
      table.current?.reveal(next)
      const { live: rows, data: found } = latest.current
      const hit = rows.arrived[next] ?? found?.rows.row(next - rows.arrived.length) ?? null
      if (open && hit !== null) change({ record: recordText(hit) }, !latest.current.open)
    },
    [change],
  )
  const move = useCallback(
    (step: number) => {
      const { count: rows, open } = latest.current
      if (rows > 0) select(Math.max(0, Math.min(rows - 1, index + step)), open)
    },
    [index, select],
  )
  return {
    index,
    table,
    select,
    move,
    open: () => select(Math.max(0, index), true),
    close: () => {
      change({ record: '' }, false)
      table.current?.focus()
    },
  }
}

interface KeysOf {
  readonly explore: Explore
  readonly live: LiveRows
  readonly cursor: Cursor
  readonly focusQuery: () => void
  readonly menus: Readonly<Record<'topics' | 'time', { readonly current: (() => void) | null }>>
}

const PAGE_STEP = 20

function useExploreKeys({ explore, cursor, focusQuery, menus }: KeysOf): void {
  const { state, change, data, rerun } = explore
  const group = 'Explore'
  const toggleLive = (): void => change({ live: !state.live, ...(!state.live && { sort: '', to: '' }) })
  const zoomOut = (): void => {
    if (data === null) return
    const span = data.fixed.to - data.fixed.from
    const part = { from: new Date(data.fixed.from - span / 2).toISOString(), to: new Date(data.fixed.to + span / 2).toISOString() }
    change({ ...part, live: false })
  }
  useKeys([
    { keys: '/', label: 'Write a query', group, run: focusQuery },
    { keys: 't', label: 'Choose a time range', group, run: () => menus.time.current?.() },
    { keys: 'p', label: 'Choose topics', group, run: () => menus.topics.current?.() },
    { keys: 'l', label: 'Live', group, run: toggleLive },
    { keys: 'r', label: 'Search again', group, run: rerun },
    { keys: 'z', label: 'Twice the time', group, run: zoomOut },
    { keys: 'j', label: 'Row below', group, run: () => cursor.move(1) },
    { keys: 'k', label: 'Row above', group, run: () => cursor.move(-1) },
    { keys: 'ArrowDown', label: 'Row below', group: '', run: () => cursor.move(1) },
    { keys: 'ArrowUp', label: 'Row above', group: '', run: () => cursor.move(-1) },
    { keys: 'PageDown', label: 'Twenty rows down', group: '', run: () => cursor.move(PAGE_STEP) },
    { keys: 'PageUp', label: 'Twenty rows up', group: '', run: () => cursor.move(-PAGE_STEP) },
    { keys: 'Home', label: 'First row', group, run: () => cursor.move(-Infinity) },
    { keys: 'End', label: 'Last row', group, run: () => cursor.move(Infinity) },
    { keys: 'Enter', label: 'Open the record', group, run: cursor.open },
    { keys: 'Escape', label: 'Close the record', group, run: () => state.record !== '' && cursor.close() },
  ])
}
