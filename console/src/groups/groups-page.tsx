import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactElement, useRef } from 'react'
import { type GroupSummary, groupsQuery } from '../api/cluster.ts'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { formatCount } from '../ui/format.ts'
import { useTitle } from '../ui/hooks.ts'
import { useKeys } from '../ui/keys.ts'
import { EmptyState, ErrorNotice } from '../ui/notice.tsx'
import { Command } from '../ui/copy-button.tsx'
import { GroupState } from './group-state.tsx'

const columns: readonly GridColumn<GroupSummary>[] = [
  {
    id: 'group',
    label: 'Group',
    width: 'minmax(190px, 1fr)',
    cell: ({ groupId }) => (
      <Link to="/groups/$id" params={{ id: groupId }}>
        {groupId}
      </Link>
    ),
    value: ({ groupId }) => groupId,
  },
  {
    id: 'state',
    label: 'State',
    width: '170px',
    cell: ({ state }) => <GroupState state={state} />,
    value: ({ state }) => state,
  },
  {
    id: 'kind',
    label: 'Protocol',
    width: '120px',
    cell: ({ kind, protocolType }) => (protocolType === '' ? kind : protocolType),
    value: ({ kind }) => kind,
  },
  {
    id: 'members',
    label: 'Members',
    width: '100px',
    number: true,
    cell: ({ memberCount }) => formatCount(memberCount),
    value: ({ memberCount }) => memberCount,
  },
  {
    id: 'lag',
    label: 'Lag',
    width: '130px',
    number: true,
    cell: ({ lag }) => formatCount(lag),
    value: ({ lag }) => lag,
  },
]

export function GroupsPage(): ReactElement {
  useTitle('Groups')
  const { filter = '', sort = '-lag' } = useSearch({ from: '/groups' })
  const navigate = useNavigate({ from: '/groups' })
  const field = useRef<HTMLInputElement>(null)
  const { data, error, refetch } = useQuery(groupsQuery)
  useKeys([{ keys: '/', label: 'Filter', group: 'Groups', run: () => field.current?.focus() }])
  const all = data?.groups ?? []
  const shown = all.filter(({ groupId }) => groupId.toLowerCase().includes(filter.toLowerCase()))
  return (
    <div className="page">
      <header className="page-head">
        <h1>
          Groups <span className="crumb">{data === undefined ? '' : formatCount(all.length)}</span>
        </h1>
        <input
          ref={field}
          className="input"
          type="search"
          aria-label="Filter groups"
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
      </header>
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && shown.length === 0 ? (
        <EmptyState title={all.length === 0 ? 'No consumer groups yet' : 'No group has that in its name'}>
          {all.length === 0 && (
            <>
              <p className="muted">
                A group is there as soon as a consumer joins it or commits an offset for it:
              </p>
              <Command text="bin/chronik topic consume TOPIC --group billing -n 10" />
            </>
          )}
        </EmptyState>
      ) : (
        <DataGrid
          label="Consumer groups"
          columns={columns}
          items={shown}
          keyOf={({ groupId }) => groupId}
          sort={sort}
          onSort={(next) => void navigate({ replace: true, search: (before) => ({ ...before, sort: next }) })}
        />
      )}
    </div>
  )
}
