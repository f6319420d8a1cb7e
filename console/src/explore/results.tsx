import { type ReactElement, useMemo } from 'react'
import { formatCount } from '../ui/format.ts'
import { Icon } from '../ui/icon.tsx'
import { NoMatches } from './no-matches.tsx'
import { searchedWords } from './query-text.ts'
import { RecordTable } from './record-table.tsx'
import type { Cursor } from './use-cursor.ts'
import type { Explore } from './use-explore.ts'
import type { LiveRows } from './use-live-rows.ts'

interface ResultsProps {
  readonly explore: Explore
  readonly live: LiveRows
  readonly cursor: Cursor
  readonly empty: boolean
}

/** The table, or why there is none. */
export function Results({ explore, live, cursor, empty }: ResultsProps): ReactElement {
  const { state, change, data } = explore
  const words = useMemo(() => searchedWords(state.query), [state.query])
  const showTopic = state.topics.length !== 1 || (state.topics[0] ?? '').includes('*')
  return (
    <div className="records">
      {data !== null && empty && !explore.loading ? (
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
        <button
          type="button"
          className="button primary new-records"
          onClick={() => cursor.table.current?.toTop()}
        >
          <Icon name="up" /> {formatCount(live.waiting)} new
        </button>
      )}
      {data !== null && data.rows.capped && (
        <p className="capped">
          In this order the first {formatCount(data.rows.count)} of {formatCount(data.answer.total.value)} can
          be reached: narrow the query, or sort by time.
        </p>
      )}
    </div>
  )
}
