import type { MetadataImage } from '../../metadata/image.ts'
import { resourcesOf } from '../../metadata/resource-configs.ts'
import { compileTopicRegex } from '../../coordinator/group/consumer/topic-regex.ts'
import { crc32c } from '../../util/crc32c.ts'

/** What is known of a client that asks for its subscription; keys are the attributes of `match`. */
export interface ClientAttributes {
  readonly client_instance_id: string
  readonly client_id: string
  readonly client_software_name: string
  readonly client_software_version: string
  readonly client_source_address: string
  readonly client_source_port: string
}

/** What one client is to push (KIP-714). */
export interface ClientSubscription {
  /** Changes with what is asked for, so that a client notices. */
  readonly id: number
  readonly pushIntervalMs: number
  /** Prefixes of names; one empty prefix asks for all; none asks for nothing. */
  readonly metrics: readonly string[]
}

const PUSH_INTERVAL_DEFAULT_MS = 300_000

/** The subscriptions that match the client, as one: all their metrics, at the shortest of their intervals. */
export function subscriptionOf(image: MetadataImage, client: ClientAttributes): ClientSubscription {
  const metrics = new Set<string>()
  let pushIntervalMs = Number.POSITIVE_INFINITY
  for (const [, configs] of resourcesOf(image, 'client-metrics')) {
    if (!matches(configs.get('match') ?? '', client)) continue
    const asked = listOf(configs.get('metrics') ?? '')
    for (const prefix of asked) metrics.add(prefix === '*' ? '' : prefix)
    if (asked.length > 0)
      pushIntervalMs = Math.min(
        pushIntervalMs,
        Number(configs.get('interval.ms') ?? PUSH_INTERVAL_DEFAULT_MS),
      )
  }
  const all = metrics.has('') ? [''] : [...metrics].sort()
  const interval = Number.isFinite(pushIntervalMs) ? pushIntervalMs : PUSH_INTERVAL_DEFAULT_MS
  return {
    id: crc32c(Buffer.from(JSON.stringify([all, interval]))) | 0,
    pushIntervalMs: interval,
    metrics: all,
  }
}

/** Every pair must match; the pattern must match the whole attribute, in bounded time. */
function matches(match: string, client: ClientAttributes): boolean {
  return listOf(match).every((pair) => {
    const [attribute = '', pattern = ''] = pair.split('=').map((text) => text.trim())
    const value = new Map<string, string>(Object.entries(client)).get(attribute)
    const compiled = compileTopicRegex(pattern)
    return value !== undefined && compiled.kind === 'regex' && compiled.matches(value)
  })
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
