import type { PromiseLedger } from './promise-ledger.ts'
import type { Found, SearchClient } from './search-client.ts'

const queries: readonly object[] = [
  { query: 'level:error', size: 50 },
  { query: 'text:"connection reset" AND ms:[100 TO 500]', size: 50 },
  {
    query: 'größe über',
    size: 50,
    sort: [
      { field: 'ms', order: 'desc' },
      { field: 'n', order: 'asc' },
    ],
  },
  { query: 'token:a*x1?', size: 100, sort: ['n'] },
  { query: 'time~ OR cache', scored: true, size: 20 },
  {
    size: 0,
    aggregations: {
      levels: { terms: { field: 'level' }, aggregations: { ms: { stats: { field: 'ms' } } } },
      writers: { cardinality: { field: 'writer' } },
      slow: { percentiles: { field: 'ms' } },
    },
  },
]

/** Answers to a set of queries, for comparing indexes of the same records. Sums may differ in their last digits by the order of addition. */
export async function answersOf(client: SearchClient, topic: string): Promise<string[]> {
  const answers: string[] = []
  for (const query of queries) {
    const { total, hits, aggregations, complete } = await client.search({
      topics: [topic],
      timeout: '120s',
      trackTotalHits: true,
      ...query,
    })
    const rounded = JSON.stringify({ total, hits, aggregations, complete }, (_key, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(10)) : value,
    )
    answers.push(rounded)
  }
  return answers
}

/** Every record that a consumer can read is found, exactly once, as it is; and nothing else is. */
export async function compareWithLog(
  client: SearchClient,
  topic: string,
  ledger: PromiseLedger,
): Promise<number> {
  const read = new Map<string, string>()
  for (const partition of [0, 1, 2])
    for await (const record of client.records(topic, partition))
      read.set(placeOf(record), JSON.stringify(record.value))
  const found = new Set<string>()
  for await (const hit of client.hits({ topics: [topic], size: 1_000_000, timeout: '120s' })) {
    const place = placeOf(hit)
    if (found.has(place)) ledger.report(`PHANTOM: ${place} is found twice`)
    found.add(place)
    ledger.checkHit(hit)
    const value = read.get(place)
    if (value === undefined) ledger.report(`PHANTOM: ${place} is found and can not be read`)
    else if (value !== JSON.stringify(hit.value))
      ledger.report(`PHANTOM: ${place} is found with another value`)
  }
  for (const place of read.keys())
    if (!found.has(place)) ledger.report(`MISS: ${place} can be read and is not found`)
  return read.size
}

function placeOf({ partition, offset }: Found): string {
  return `${partition}@${offset}`
}
