import type { Cluster } from '../api/cluster.ts'
import { apiUrl } from '../api/http.ts'
import type { RecordAddress } from './explore-state.ts'

/** A word of a shell command; what is not plain is put in quotes. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** Where Kafka clients of this browser's machine reach the broker. */
export function bootstrapServer(cluster: Cluster | undefined): string {
  const endpoint = cluster?.brokers[0]?.endpoints[0]
  if (endpoint === undefined) return `${location.hostname}:9092`
  const everywhere = endpoint.host === '' || endpoint.host === '0.0.0.0' || endpoint.host === '::'
  return `${everywhere ? location.hostname : endpoint.host}:${endpoint.port}`
}

export function kcatCommand({ topic, partition, offset }: RecordAddress, server: string): string {
  return `kcat -b ${server} -C -t ${shellWord(topic)} -p ${partition} -o ${offset} -c 1 -e -J`
}

export function curlCommand({ topic, partition, offset }: RecordAddress): string {
  const url = apiUrl(
    `/api/v1/topics/${encodeURIComponent(topic)}/records?partition=${partition}&offset=${offset}&limit=1`,
  )
  return `curl ${shellWord(url).startsWith("'") ? shellWord(url) : `'${url}'`}`
}

export function chronikCommand({ topic, partition, offset }: RecordAddress, server: string): string {
  return `bin/chronik topic consume ${shellWord(topic)} --partition ${partition} --offset ${offset} -n 1 --brokers ${server}`
}

/** The search itself, for a terminal. */
export function curlSearch(body: Readonly<Record<string, unknown>>): string {
  return `curl ${shellWord(apiUrl('/api/v1/search'))} --json ${shellWord(JSON.stringify(body))}`
}
