import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { search } from '../api/search.ts'
import { recordText } from '../explore/explore-state.ts'
import { scalarText, summaryOf } from '../explore/document.ts'
import { formatTime } from '../ui/format.ts'
import { EmptyState, ErrorNotice } from '../ui/notice.tsx'

const SHOWN = 50

/** The last records of a topic; the rest is Explore's. */
export function TopicMessages({ name }: { readonly name: string }): ReactElement {
  const [order, setOrder] = useState<'desc' | 'asc'>('desc')
  const { data, error } = useQuery({
    queryKey: ['messages', name, order],
    placeholderData: keepPreviousData,
    refetchInterval: 3000,
    queryFn: ({ signal }) =>
      search({ query: '', topics: [name], size: SHOWN, sort: [{ field: '_timestamp', order }] }, signal),
  })
  if (error !== null) return <ErrorNotice error={error} />
  if (data !== undefined && data.hits.length === 0) {
    return (
      <EmptyState title="No records">
        <p className="muted">What is written to the topic shows up here at once.</p>
      </EmptyState>
    )
  }
  return (
    <section className="card" aria-label="Messages">
      <div className="card-head">
        <h2>{order === 'desc' ? `Newest ${SHOWN}` : `Oldest ${SHOWN}`}</h2>
        <button
          type="button"
          className="button small"
          onClick={() => setOrder(order === 'desc' ? 'asc' : 'desc')}
        >
          {order === 'desc' ? 'Show the oldest' : 'Show the newest'}
        </button>
        <Link to="/" search={{ topics: name, from: 'all' }} className="end">
          Search in all
        </Link>
      </div>
      <div className="scroll-x" tabIndex={0} role="region" aria-label="Messages of the topic">
        <table className="table messages">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col" className="number">
                Partition
              </th>
              <th scope="col" className="number">
                Offset
              </th>
              <th scope="col">Key</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {data?.hits.map((hit) => (
              <tr key={`${hit.partition} ${hit.offset}`}>
                <td className="mono nowrap">{formatTime(hit.timestamp)}</td>
                <td className="mono number">{hit.partition}</td>
                <td className="mono number">
                  <Link to="/" search={{ topics: name, from: 'all', record: recordText(hit) }}>
                    {hit.offset}
                  </Link>
                </td>
                <td className="mono nowrap">
                  {hit.key === null ? <span className="muted">none</span> : scalarText(hit.key)}
                </td>
                <td className="mono message-value">
                  {hit.value !== null && typeof hit.value === 'object'
                    ? summaryOf(hit).map(({ name: field, text }) => (
                        <span className="pair" key={field}>
                          <b>{field}=</b>
                          {text}
                        </span>
                      ))
                    : scalarText(hit.value)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
