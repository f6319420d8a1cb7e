import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactElement, useRef, useState } from 'react'
import { type TopicSummary, topicsQuery } from '../api/cluster.ts'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { formatBytes, formatCount, plural } from '../ui/format.ts'
import { useTitle } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { useKeys } from '../ui/keys.ts'
import { EmptyState, ErrorNotice } from '../ui/notice.tsx'
import { CreateTopicDialog } from './create-topic-dialog.tsx'

const columns: readonly GridColumn<TopicSummary>[] = [
  {
    id: 'name',
    label: 'Topic',
    width: 'minmax(190px, 1fr)',
    cell: ({ name, internal }) => (
      <>
        <Link to="/topics/$name" params={{ name }}>
          {name}
        </Link>
        {internal && <span className="badge">internal</span>}
      </>
    ),
    value: ({ name }) => name,
  },
  {
    id: 'partitions',
    label: 'Partitions',
    width: '100px',
    number: true,
    cell: ({ partitionCount }) => formatCount(partitionCount),
    value: ({ partitionCount }) => partitionCount,
  },
  {
    id: 'replicas',
    label: 'Replicas',
    width: '90px',
    number: true,
    cell: ({ replicationFactor }) => formatCount(replicationFactor),
    value: ({ replicationFactor }) => replicationFactor,
  },
  {
    id: 'records',
    label: 'Records',
    width: '130px',
    number: true,
    cell: ({ records }) => formatCount(records),
    value: ({ records }) => records,
  },
  {
    id: 'size',
    label: 'Size',
    width: '110px',
    number: true,
    cell: ({ bytes }) => formatBytes(bytes),
    value: ({ bytes }) => bytes,
  },
  {
    id: 'explore',
    label: '',
    width: '96px',
    number: true,
    cell: ({ name }) => (
      <Link to="/" search={{ topics: name }} aria-label={`Explore ${name}`}>
        Explore
      </Link>
    ),
  },
]

export function TopicsPage(): ReactElement {
  useTitle('Topics')
  const { filter = '', internal = '', sort = 'name' } = useSearch({ from: '/topics' })
  const navigate = useNavigate({ from: '/topics' })
  const [creating, setCreating] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const { data, error, refetch } = useQuery(topicsQuery(internal === '1'))
  useKeys([
    { keys: '/', label: 'Filter', group: 'Topics', run: () => field.current?.focus() },
    { keys: 'c', label: 'Create a topic', group: 'Topics', run: () => setCreating(true) },
  ])
  const all = data?.topics ?? []
  const shown = all.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()))
  return (
    <div className="page">
      <header className="page-head">
        <h1>
          Topics <span className="crumb">{data === undefined ? '' : formatCount(all.length)}</span>
        </h1>
        <input
          ref={field}
          className="input"
          type="search"
          aria-label="Filter topics"
          placeholder="Filter"
          value={filter}
          onChange={(event) =>
            void navigate({
              replace: true,
              search: ({ filter: _before, ...rest }) => ({
                ...rest,
                ...(event.target.value !== '' && { filter: event.target.value }),
              }),
            })
          }
        />
        <label className="check">
          <input
            type="checkbox"
            checked={internal === '1'}
            onChange={(event) =>
              void navigate({
                replace: true,
                search: ({ internal: _before, ...rest }) => ({
                  ...rest,
                  ...(event.target.checked && { internal: '1' }),
                }),
              })
            }
          />
          Internal
        </label>
        <button type="button" className="button primary" onClick={() => setCreating(true)}>
          <Icon name="plus" /> Create topic
        </button>
      </header>
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && shown.length === 0 ? (
        <EmptyState title={all.length === 0 ? 'No topics yet' : 'No topic has that in its name'}>
          <p className="muted">A topic is made here, by any Kafka client, or on the first write to it.</p>
        </EmptyState>
      ) : (
        <DataGrid
          label="Topics"
          columns={columns}
          items={shown}
          keyOf={({ topicId }) => topicId}
          sort={sort}
          onSort={(next) => void navigate({ replace: true, search: (before) => ({ ...before, sort: next }) })}
        />
      )}
      {data?.nextAfter !== undefined && data.nextAfter !== null && (
        <p className="muted">Only the first {plural(all.length, 'topic')} are listed.</p>
      )}
      {creating && (
        <CreateTopicDialog
          onClose={() => setCreating(false)}
          onCreated={(name) => void navigate({ to: '/topics/$name', params: { name } })}
        />
      )}
    </div>
  )
}
