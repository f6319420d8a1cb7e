import type { ReactElement, Ref } from 'react'
import { Icon } from '../ui/icon.tsx'
import { QueryBar, type QueryBarHandle } from './query-bar.tsx'
import { TimeMenu } from './time-menu.tsx'
import { TopicMenu } from './topic-menu.tsx'
import type { Explore } from './use-explore.ts'
import type { LiveRows } from './use-live-rows.ts'

/** Opens a menu from elsewhere, once it is there. */
export interface MenuKeys {
  readonly topics: { current: (() => void) | null }
  readonly time: { current: (() => void) | null }
}

interface ToolbarProps {
  readonly explore: Explore
  readonly live: LiveRows
  readonly bar: Ref<QueryBarHandle>
  /** What is written in the query bar and not searched for yet. */
  readonly draft: { current: string }
  readonly menus: MenuKeys
  readonly onSubmit: (query: string) => void
  readonly onLeave: () => void
}

/** Where, what, when: the topics, the query and the time. */
export function Toolbar({ explore, live, bar, draft, menus, onSubmit, onLeave }: ToolbarProps): ReactElement {
  const { state, change, error } = explore
  return (
    <div className="toolbar" role="search">
      <TopicMenu
        topics={state.topics}
        openKey={menus.topics}
        onChange={(topics) => change({ topics, record: '' })}
      />
      <QueryBar
        handle={bar}
        query={state.query}
        topics={state.topics}
        error={error}
        onSubmit={onSubmit}
        onDraft={(text) => (draft.current = text)}
        onLeave={onLeave}
      />
      <TimeMenu
        range={state}
        openKey={menus.time}
        onChange={({ from, to }) => change({ from, to, record: '', ...(to !== '' && { live: false }) })}
      />
      <LiveButton
        live={live}
        on={state.live}
        onChange={(on) => change({ live: on, ...(on && { sort: '', to: '' }) })}
      />
      <button
        type="button"
        className="button primary run"
        title="Search (Enter)"
        onClick={() => onSubmit(draft.current)}
      >
        <Icon name="refresh" />
        <span>Search</span>
      </button>
    </div>
  )
}

function LiveButton({
  live,
  on,
  onChange,
}: {
  readonly live: LiveRows
  readonly on: boolean
  readonly onChange: (on: boolean) => void
}): ReactElement {
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
