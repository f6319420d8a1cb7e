import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { apiUrl } from '../api/http.ts'
import { clusterQuery } from '../api/cluster.ts'
import { bootstrapServer } from '../explore/record-commands.ts'
import { Command } from '../ui/copy-button.tsx'

/** What fills an empty server: commands that work as they stand. */
export function FirstSteps({ hasTopic }: { readonly hasTopic: boolean }): ReactElement {
  const { data: cluster } = useQuery(clusterQuery)
  const server = bootstrapServer(cluster)
  const body = JSON.stringify({ records: [{ key: 'alice', value: { event: 'signup', plan: 'team' } }] })
  return (
    <div className="empty first-steps">
      <h2>{hasTopic ? 'No records yet' : 'Nothing here yet'}</h2>
      <p className="muted">
        Whatever any Kafka client writes to {server} can be searched here from the moment it is acknowledged.
      </p>
      <ol>
        <li>
          <h3>See it with sample data</h3>
          <p className="muted">
            Start the server with events of a web shop and its log lines, which keep coming while it runs:
          </p>
          <Command text="npm start -- --sample" />
        </li>
        <li>
          <h3>Or write a record of your own</h3>
          <Command
            text={`curl ${apiUrl('/api/v1/topics')} --json '{"name": "events"}'\ncurl ${apiUrl('/api/v1/topics/events/records')} --json '${body}'`}
          />
        </li>
        <li>
          <h3>Or with a Kafka client</h3>
          <Command text={`echo 'bob:{"event":"login"}' | kcat -b ${server} -P -t events -K :`} />
        </li>
      </ol>
    </div>
  )
}
