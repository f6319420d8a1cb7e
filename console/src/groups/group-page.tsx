import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { type GroupDetail, groupQuery } from '../api/cluster.ts'
import { formatCount } from '../ui/format.ts'
import { useTitle } from '../ui/hooks.ts'
import { ErrorNotice } from '../ui/notice.tsx'
import { GroupState } from './group-state.tsx'

export function GroupPage(): ReactElement {
  const { id } = useParams({ from: '/groups/$id' })
  useTitle(id)
  const { data: group, error, refetch } = useQuery(groupQuery(id))
  return (
    <div className="page">
      <header className="page-head">
        <h1>
          <Link to="/groups" className="crumb">
            Groups
          </Link>{' '}
          <span className="crumb">/</span> {id}
        </h1>
        {group !== undefined && <GroupState state={group.state} />}
      </header>
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {group !== undefined && (
        <>
          <dl className="stat-row">
            <Stat label="Lag" value={formatCount(group.lag)} />
            <Stat label="Members" value={formatCount(group.memberCount)} />
            <Stat label="Assignor" value={group.protocol === '' ? 'none' : group.protocol} />
            <Stat label="Generation" value={formatCount(Math.max(0, group.generation))} />
            <Stat label="Kind" value={group.kind} />
          </dl>
          <Offsets group={group} />
          <Members group={group} />
        </>
      )}
    </div>
  )
}

function Stat({ label, value }: { readonly label: string; readonly value: string }): ReactElement {
  return (
    <div className="stat">
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function Offsets({ group: { offsets } }: { readonly group: GroupDetail }): ReactElement {
  const most = Math.max(1, ...offsets.map(({ lag }) => lag ?? 0))
  return (
    <section className="card" aria-label="Lag by partition">
      <div className="card-head">
        <h2>Lag by partition</h2>
      </div>
      {offsets.length === 0 ? (
        <p className="card-body muted">The group has committed no offset.</p>
      ) : (
        <div className="scroll-x" tabIndex={0} role="region" aria-label="Committed offsets">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Topic</th>
                <th scope="col" className="number">
                  Partition
                </th>
                <th scope="col" className="number">
                  Committed
                </th>
                <th scope="col" className="number">
                  High watermark
                </th>
                <th scope="col" className="number">
                  Lag
                </th>
                <th scope="col">Note of the client</th>
              </tr>
            </thead>
            <tbody>
              {offsets.map(({ topic, partition, committedOffset, highWatermark, lag, metadata }) => (
                <tr key={`${topic} ${partition}`}>
                  <td>
                    <Link to="/topics/$name" params={{ name: topic }}>
                      {topic}
                    </Link>
                  </td>
                  <td className="number">{partition}</td>
                  <td className="number">{formatCount(committedOffset)}</td>
                  <td className="number">
                    {highWatermark === null ? (
                      <span className="badge warn">partition gone</span>
                    ) : (
                      formatCount(highWatermark)
                    )}
                  </td>
                  <td className="number nowrap">
                    {lag === null ? '–' : formatCount(lag)}
                    <span className="lag-bar" aria-hidden="true">
                      <i style={{ width: `${((lag ?? 0) / most) * 100}%` }} />
                    </span>
                  </td>
                  <td className="muted">{metadata ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function Members({ group: { members } }: { readonly group: GroupDetail }): ReactElement {
  return (
    <section className="card" aria-label="Members">
      <div className="card-head">
        <h2>Members</h2>
      </div>
      {members.length === 0 ? (
        <p className="card-body muted">Nobody is in the group now.</p>
      ) : (
        <div className="scroll-x" tabIndex={0} role="region" aria-label="Members of the group">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Client</th>
                <th scope="col">Host</th>
                <th scope="col">Instance</th>
                <th scope="col">Member</th>
              </tr>
            </thead>
            <tbody>
              {members.map(({ memberId, clientId, clientHost, groupInstanceId }) => (
                <tr key={memberId}>
                  <td>{clientId}</td>
                  <td className="mono">{clientHost}</td>
                  <td>{groupInstanceId ?? <span className="muted">none</span>}</td>
                  <td className="mono muted">{memberId}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
