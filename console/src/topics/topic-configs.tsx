import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { topicConfigsQuery } from '../api/cluster.ts'
import { ErrorNotice } from '../ui/notice.tsx'

/** All settings of a topic; those that differ from the default come first. */
export function TopicConfigs({ name }: { readonly name: string }): ReactElement {
  const { data, error } = useQuery(topicConfigsQuery(name))
  const [filter, setFilter] = useState('')
  if (error !== null) return <ErrorNotice error={error} />
  const shown = (data?.configs ?? [])
    .filter((config) => config.name.includes(filter.trim()))
    .toSorted((a, b) => Number(b.set) - Number(a.set) || a.name.localeCompare(b.name))
  return (
    <section className="card" aria-label="Configs">
      <div className="card-head">
        <input
          className="input"
          type="search"
          aria-label="Filter configs"
          placeholder="Filter"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      </div>
      <div className="scroll-x" tabIndex={0} role="region" aria-label="Configs of the topic">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Config</th>
              <th scope="col">Value</th>
              <th scope="col">Default</th>
              <th scope="col">What it does</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ name: config, value, default: standard, set, documentation }) => (
              <tr key={config}>
                <td className="mono">
                  {config} {set && <span className="badge">set here</span>}
                </td>
                <td className="mono">
                  {value === null || value === '' ? (
                    <span className="muted">none</span>
                  ) : set ? (
                    <b>{value}</b>
                  ) : (
                    value
                  )}
                </td>
                <td className="mono muted">{standard === null || standard === '' ? 'none' : standard}</td>
                <td className="doc">{documentation}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
