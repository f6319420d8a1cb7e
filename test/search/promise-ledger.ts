import type { RecordPlace } from '../../src/client/producer-batch.ts'
import type { Found } from './search-client.ts'

export interface Sent {
  readonly token: string
  readonly topic: string
  readonly value: object
  /** Null until it is acknowledged, and for ever when nobody knows what became of it. */
  place: RecordPlace | null
}

/** What was written, what was acknowledged, and what a search said that can not be. */
export class PromiseLedger {
  readonly sent = new Map<string, Sent>()
  readonly findings: string[] = []
  /** Acknowledged, and not looked for yet because the server went away. */
  readonly unchecked = new Set<string>()
  acknowledged = 0
  searches = 0

  add(token: string, topic: string, value: object): Sent {
    const entry: Sent = { token, topic, value, place: null }
    this.sent.set(token, entry)
    return entry
  }

  acknowledge(entry: Sent, place: RecordPlace): void {
    entry.place = place
    this.acknowledged += 1
    this.unchecked.add(entry.token)
  }

  report(finding: string): void {
    if (this.findings.length < 50) this.findings.push(finding)
  }

  /** Compares what a search for a token found with what was written. */
  checkToken(entry: Sent, hits: readonly Found[], complete: boolean): void {
    this.searches += 1
    if (!complete) this.report(`the answer to ${entry.token} is not complete`)
    if (entry.place !== null && hits.length === 0)
      this.report(`MISS: ${entry.token} is acknowledged at ${placeText(entry.place)} and is not found`)
    if (hits.length > 1) this.report(`PHANTOM: ${entry.token} is found ${hits.length} times`)
    for (const hit of hits) this.checkHit(hit)
    this.unchecked.delete(entry.token)
  }

  /** A hit must be what was written, where it was acknowledged. */
  checkHit(hit: Found): void {
    const token = tokenOf(hit.value)
    const entry = token === null ? undefined : this.sent.get(token)
    if (entry === undefined) {
      this.report(`PHANTOM: ${JSON.stringify(hit.value)} was never written`)
      return
    }
    if (JSON.stringify(hit.value) !== JSON.stringify(entry.value))
      this.report(`PHANTOM: ${entry.token} is found as ${JSON.stringify(hit.value)}`)
    const { place } = entry
    if (place === null || place.offset < 0) return
    if (place.partition !== hit.partition || place.offset !== hit.offset || entry.topic !== hit.topic)
      this.report(
        `PHANTOM: ${entry.token} is at ${placeText(place)} and is found at ${hit.topic}-${hit.partition}@${hit.offset}`,
      )
  }
}

function placeText({ topic, partition, offset }: RecordPlace): string {
  return `${topic}-${partition}@${offset}`
}

function tokenOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('token' in value)) return null
  return typeof value.token === 'string' ? value.token : null
}
