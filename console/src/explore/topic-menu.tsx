import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { topicsQuery } from '../api/cluster.ts'
import { formatCompact, plural } from '../ui/format.ts'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'

const SHOWN_MAX = 200

interface TopicMenuProps {
  readonly topics: readonly string[]
  readonly onChange: (topics: readonly string[]) => void
  readonly openKey: { current: (() => void) | null }
}

export function TopicMenu({ topics, onChange, openKey }: TopicMenuProps): ReactElement {
  const label =
    topics.length === 0
      ? 'All topics'
      : topics.length === 1
        ? (topics[0] ?? '')
        : plural(topics.length, 'topic')
  return (
    <Menu
      label="Topics to search"
      detail={label}
      className="button topic-button"
      openKey={openKey}
      button={
        <>
          <Icon name="topics" />
          <span className="ellipsis">{label}</span>
          <Icon name="down" />
        </>
      }
    >
      {() => <TopicChoice topics={topics} onChange={onChange} />}
    </Menu>
  )
}

function TopicChoice({ topics, onChange }: Omit<TopicMenuProps, 'openKey'>): ReactElement {
  const [filter, setFilter] = useState('')
  const [internal, setInternal] = useState(topics.some((name) => name.startsWith('__')))
  const { data } = useQuery(topicsQuery(internal))
  const found = (data?.topics ?? []).filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()))
  const gone = topics.filter(
    (name) => data !== undefined && !data.topics.some((topic) => topic.name === name),
  )
  const toggle = (name: string): void =>
    onChange(topics.includes(name) ? topics.filter((other) => other !== name) : [...topics, name].toSorted())
  return (
    <div className="choice">
      <input
        className="input"
        data-autofocus
        aria-label="Filter topics, or a pattern such as logs-*"
        placeholder="Filter, or a pattern such as logs-*"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
        onKeyDown={(event) => {
          const name = filter.includes('*') ? filter : found[0]?.name
          if (event.key === 'Enter' && name !== undefined) toggle(name)
        }}
      />
      <div className="choice-list">
        <button
          type="button"
          className="option"
          aria-pressed={topics.length === 0}
          onClick={() => onChange([])}
        >
          <Check on={topics.length === 0} />
          All topics
        </button>
        {gone.map((name) => (
          <button type="button" key={name} className="option" aria-pressed onClick={() => toggle(name)}>
            <Check on />
            <span className="ellipsis">{name}</span>
            <span className="end">{name.includes('*') ? 'pattern' : 'not there'}</span>
          </button>
        ))}
        {found.slice(0, SHOWN_MAX).map(({ name, records }) => (
          <button
            type="button"
            key={name}
            className="option"
            aria-pressed={topics.includes(name)}
            onClick={() => toggle(name)}
          >
            <Check on={topics.includes(name)} />
            <span className="ellipsis">{name}</span>
            <span className="end">{formatCompact(records)}</span>
          </button>
        ))}
      </div>
      {found.length > SHOWN_MAX && (
        <p className="panel-note">{plural(found.length - SHOWN_MAX, 'more topic')}: type to narrow.</p>
      )}
      <label className="panel-note check">
        <input type="checkbox" checked={internal} onChange={(event) => setInternal(event.target.checked)} />
        Topics that the server keeps for itself
      </label>
    </div>
  )
}

function Check({ on }: { readonly on: boolean }): ReactElement {
  return <span className="check-mark">{on && <Icon name="check" />}</span>
}
