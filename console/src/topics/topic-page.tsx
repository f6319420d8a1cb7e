import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { topicQuery } from '../api/cluster.ts'
import { formatBytes, formatCount } from '../ui/format.ts'
import { useTitle } from '../ui/hooks.ts'
import { useKeys } from '../ui/keys.ts'
import { ErrorNotice } from '../ui/notice.tsx'
import { TopicConfigs } from './topic-configs.tsx'
import { TopicMessages } from './topic-messages.tsx'
import { TopicPartitions } from './topic-partitions.tsx'

const tabs = [
  { id: 'messages', label: 'Messages', keys: '1' },
  { id: 'partitions', label: 'Partitions', keys: '2' },
  { id: 'configs', label: 'Configs', keys: '3' },
] as const

export function TopicPage(): ReactElement {
  const { name } = useParams({ from: '/topics/$name' })
  const { tab = 'messages' } = useSearch({ from: '/topics/$name' })
  const navigate = useNavigate({ from: '/topics/$name' })
  useTitle(name)
  const { data: topic, error, refetch } = useQuery(topicQuery(name))
  useKeys([
    ...tabs.map(({ id, label, keys }) => ({
      keys,
      label,
      group: 'Topic',
      run: () => void navigate({ search: { tab: id }, replace: true }),
    })),
    {
      keys: 'x',
      label: 'Explore the topic',
      group: 'Topic',
      run: () => void navigate({ to: '/', search: { topics: name } }),
    },
  ])
  const records =
    topic?.partitions.reduce(
      (sum, partition) => sum + partition.highWatermark - partition.logStartOffset,
      0,
    ) ?? 0
  return (
    <div className="page">
      <header className="page-head">
        <h1>
          <Link to="/topics" className="crumb">
            Topics
          </Link>{' '}
          <span className="crumb">/</span> {name}
        </h1>
        {topic?.internal === true && <span className="badge">internal</span>}
        <Link to="/" search={{ topics: name }} className="button primary" title="x">
          Explore
        </Link>
      </header>
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {topic !== undefined && (
        <>
          <dl className="stat-row">
            <Stat label="Records" value={formatCount(records)} />
            <Stat label="Size" value={formatBytes(topic.bytes)} />
            <Stat label="Partitions" value={formatCount(topic.partitionCount)} />
            <Stat label="Replicas" value={formatCount(topic.replicationFactor)} />
            <Stat label="Cleaning up" value={topic.configs['cleanup.policy'] ?? 'delete'} />
          </dl>
          <nav className="tabs" aria-label="Parts of the topic">
            {tabs.map(({ id, label, keys }) => (
              <Link
                key={id}
                from="/topics/$name"
                search={{ tab: id }}
                replace
                title={keys}
                aria-current={tab === id ? 'page' : undefined}
              >
                {label}
              </Link>
            ))}
          </nav>
          {tab === 'partitions' ? (
            <TopicPartitions topic={topic} />
          ) : tab === 'configs' ? (
            <TopicConfigs name={name} />
          ) : (
            <TopicMessages name={name} />
          )}
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
