import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { activityQuery, type ActivitySample } from '../api/activity.ts'
import { clusterQuery, groupsQuery, healthQuery, type TopicSummary, topicsQuery } from '../api/cluster.ts'
import { FirstSteps } from '../app/first-steps.tsx'
import { bootstrapServer } from '../explore/record-commands.ts'
import { recentSearches } from '../explore/saved-views.ts'
import { exploreSearch } from '../explore/explore-state.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { formatBytes, formatCompact, formatCount } from '../ui/format.ts'
import { useTitle } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { healthSentence, type Problem, problemsOf } from './health.ts'
import { SparkTile } from './spark-tile.tsx'

const TOPICS_SHOWN = 8

export function HomePage(): ReactElement {
  useTitle('Home')
  const cluster = useQuery(clusterQuery)
  const { data: topicList } = useQuery(topicsQuery(false))
  const { data: groupList } = useQuery(groupsQuery)
  const { data: checks } = useQuery(healthQuery)
  const topics = topicList?.topics ?? []
  const groups = groupList?.groups ?? []
  const problems = problemsOf(checks ?? [], groups, cluster.error)
  const gravity = problems.some((problem) => problem.gravity === 'bad')
    ? 'bad'
    : problems.length > 0
      ? 'warn'
      : 'good'
  const known = topicList !== undefined && groupList !== undefined && checks !== undefined
  return (
    <div className="page">
      <h1 className="unseen">Home</h1>
      <p className="health" role="status">
        <span className={`dot ${known || problems.length > 0 ? gravity : 'unknown'}`} />
        {known || problems.length > 0 ? healthSentence(problems, topics, groups) : 'Looking …'}
      </p>
      <Activity />
      {problems.length > 0 && <Problems problems={problems} />}
      {known && topics.length === 0 ? (
        <section className="card">
          <FirstSteps hasTopic={false} />
        </section>
      ) : (
        <div className="columns">
          <BusiestTopics topics={topics} />
          <div className="columns">
            <Connect
              server={bootstrapServer(cluster.data)}
              version={cluster.data?.version ?? ''}
              clusterId={cluster.data?.clusterId ?? ''}
            />
            <Recent />
          </div>
        </div>
      )}
    </div>
  )
}

const tiles: readonly {
  readonly label: string
  readonly unit: string
  readonly value: (sample: ActivitySample) => number
  readonly format: (value: number) => string
}[] = [
  { label: 'Records in', unit: 'per second', value: ({ recordsIn }) => recordsIn, format: formatCompact },
  { label: 'Bytes out', unit: 'per second', value: ({ bytesOut }) => bytesOut, format: formatBytes },
  { label: 'Lag of all groups', unit: 'records', value: ({ lag }) => lag, format: formatCompact },
  { label: 'Errors answered', unit: 'per second', value: ({ errors }) => errors, format: formatCompact },
]

function Activity(): ReactElement {
  const { data } = useQuery(activityQuery)
  const samples = data?.samples ?? []
  const times = samples.map(({ time }) => time)
  return (
    <div className="tiles">
      {tiles.map(({ label, unit, value, format }) => (
        <SparkTile
          key={label}
          label={label}
          unit={unit}
          times={times}
          values={samples.map(value)}
          format={format}
        />
      ))}
    </div>
  )
}

function Problems({ problems }: { readonly problems: readonly Problem[] }): ReactElement {
  return (
    <section className="card" aria-label="To look at">
      <div className="card-head">
        <h2>To look at</h2>
      </div>
      <ul className="problems">
        {problems.map(({ gravity, text, advice, group }) => (
          <li key={text} className={gravity}>
            <Icon name="warning" />
            <div>
              <p>
                {text}{' '}
                {group !== undefined && (
                  <Link to="/groups/$id" params={{ id: group }}>
                    Open
                  </Link>
                )}
              </p>
              <p className="muted">{advice}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

function BusiestTopics({ topics }: { readonly topics: readonly TopicSummary[] }): ReactElement {
  const shown = topics.toSorted((a, b) => b.records - a.records).slice(0, TOPICS_SHOWN)
  return (
    <section className="card" aria-label="Largest topics">
      <div className="card-head">
        <h2>Largest topics</h2>
        <Link to="/topics" className="end">
          All {formatCount(topics.length)}
        </Link>
      </div>
      <div className="scroll-x">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Topic</th>
              <th scope="col" className="number">
                Records
              </th>
              <th scope="col" className="number">
                Size
              </th>
              <th scope="col">
                <span className="unseen">Explore</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ name, records, bytes }) => (
              <tr key={name}>
                <td>
                  <Link to="/topics/$name" params={{ name }}>
                    {name}
                  </Link>
                </td>
                <td className="number">{formatCount(records)}</td>
                <td className="number">{formatBytes(bytes)}</td>
                <td className="number">
                  <Link to="/" search={{ topics: name }}>
                    Explore
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Connect({
  server,
  version,
  clusterId,
}: {
  readonly server: string
  readonly version: string
  readonly clusterId: string
}): ReactElement {
  return (
    <section className="card" aria-label="Connect">
      <div className="card-head">
        <h2>Connect</h2>
      </div>
      <dl className="facts card-body">
        <div>
          <dt>Kafka</dt>
          <dd className="mono">
            {server} <CopyButton className="tiny" text={server} label="Copy the address for Kafka clients" />
          </dd>
        </div>
        <div>
          <dt>HTTP</dt>
          <dd>
            <a href="api/v1/openapi.json">OpenAPI</a> · <a href="metrics">metrics</a>
          </dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>{version}</dd>
        </div>
        <div>
          <dt>Cluster</dt>
          <dd className="mono">{clusterId}</dd>
        </div>
      </dl>
    </section>
  )
}

function Recent(): ReactElement | null {
  const recent = recentSearches().slice(0, 6)
  if (recent.length === 0) return null
  return (
    <section className="card" aria-label="Recent searches">
      <div className="card-head">
        <h2>Recent searches</h2>
      </div>
      <ul className="card-body">
        {recent.map(({ name, search }) => (
          <li key={name}>
            <Link
              to="/"
              search={exploreSearch(Object.fromEntries(new URLSearchParams(search)))}
              className="mono"
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
