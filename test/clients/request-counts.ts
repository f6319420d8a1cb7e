const COUNTER = /^chronik_api_version_requests_total\{([^}]*)\} (\d+)/gm
const LABEL = /(\w+)="([^"]*)"/g

/** Reads from /metrics how many requests the server has handled, by API and version, whatever the client calls itself. */
export async function readRequestCounts(http: string): Promise<Map<string, number>> {
  const response = await fetch(`http://${http}/metrics`)
  const text = await response.text()
  if (!response.ok) throw new Error(`/metrics answered ${response.status}: ${text}`)
  const counts = new Map<string, number>()
  for (const [, labels = '', count] of text.matchAll(COUNTER)) {
    const values = new Map([...labels.matchAll(LABEL)].map(([, name = '', value = '']) => [name, value]))
    const version = values.get('version')
    const name = `${values.get('api')} v${version}`
    counts.set(name, (counts.get(name) ?? 0) + Number(count))
  }
  return counts
}

/** What was handled between two readings, as `Produce ×12`. */
export function requestsBetween(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): string[] {
  return [...after]
    .map(([api, count]) => [api, count - (before.get(api) ?? 0)] as const)
    .filter(([, count]) => count > 0)
    .map(([api, count]) => `${api} ×${count}`)
}
