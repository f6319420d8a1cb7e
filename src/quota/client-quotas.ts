import { entityName } from './quota-entity.ts'
import type { ClientQuotaKey, QuotaEntity } from './quota-entity.ts'
import { SampledRate } from './sampled-rate.ts'
import type { QuotaWindows } from './sampled-rate.ts'
import { TokenBucket } from './token-bucket.ts'

/** The limits of all entities, by the entity's name, then by the quota's. */
export type QuotaTable = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Who is throttled. */
export interface QuotaClient {
  readonly user: string
  readonly clientId: string
}

interface Limit {
  readonly limit: number
  /** Those who share the quota have the same key. */
  readonly sharedBy: string
}

interface Usage<T> {
  readonly meter: T
  usedAt: number
}

/** Meters that are kept; beyond it, those that were not used for the longest time go. */
const METERS_MAX = 20_000

/**
 * Quotas of users, client ids and addresses, and what has been used of them (KIP-13, 124, 257, 599, 612; Kafka: ClientQuotaManager).
 * Times are monotonic milliseconds.
 */
export class ClientQuotas {
  readonly #windows: QuotaWindows
  #table: QuotaTable = new Map()
  readonly #limits = new Map<string, Limit | null>()
  readonly #rates = new Map<string, Usage<SampledRate>>()
  readonly #buckets = new Map<string, Usage<TokenBucket>>()
  /** Whether there is any quota: without one, requests are not even looked at. */
  active = false

  constructor(windows: QuotaWindows) {
    this.#windows = windows
  }

  /** Other limits from now on. What has been used stays. */
  replace(table: QuotaTable): void {
    this.#table = table
    this.#limits.clear()
    this.active = table.size > 0
  }

  /** Counts what a client has used, and tells for how long it must pause. */
  throttleMs(key: ClientQuotaKey, client: QuotaClient, amount: number, now: number): number {
    const limit = this.#limitOf(key, client)
    if (limit === null) return 0
    const rate = meterOf(this.#rates, `${key} ${limit.sharedBy}`, now, () => new SampledRate(this.#windows))
    rate.record(amount, now)
    return rate.throttleMs(limit.limit, now)
  }

  /** The tokens for changes of topics and partitions, or null when there is no limit. */
  mutations(
    client: QuotaClient,
    now: number,
  ): { readonly bucket: TokenBucket; readonly rate: number } | null {
    const limit = this.#limitOf('controller_mutation_rate', client)
    if (limit === null) return null
    const bucket = meterOf(this.#buckets, limit.sharedBy, now, () => new TokenBucket(this.#windows))
    return { bucket, rate: limit.limit }
  }

  /** Counts a connection of an address, and tells for how long it must wait. */
  connectionThrottleMs(ip: string, now: number): number {
    if (!this.active) return 0
    const limit = this.#find([{ ip }, { ip: null }], 'connection_creation_rate')
    if (limit === null) return 0
    const rate = meterOf(this.#rates, `ip ${ip}`, now, () => new SampledRate(this.#windows))
    rate.record(1, now)
    return rate.throttleMs(limit.limit, now)
  }

  /** The most specific limit that is set: the user's before the client id's, a name before the default. */
  #limitOf(key: ClientQuotaKey, { user, clientId }: QuotaClient): Limit | null {
    const cacheKey = JSON.stringify([key, user, clientId])
    const known = this.#limits.get(cacheKey)
    if (known !== undefined) return known
    const found = this.#find(
      [
        { user, 'client-id': clientId },
        { user, 'client-id': null },
        { user },
        { user: null, 'client-id': clientId },
        { user: null, 'client-id': null },
        { user: null },
        { 'client-id': clientId },
        { 'client-id': null },
      ],
      key,
    )
    // Everybody whom a default is for has a quota of its own.
    const limit: Limit | null = found && {
      limit: found.limit,
      sharedBy: JSON.stringify([
        'user' in found.entity ? user : null,
        'client-id' in found.entity ? clientId : null,
      ]),
    }
    if (this.#limits.size >= METERS_MAX) this.#limits.clear()
    this.#limits.set(cacheKey, limit)
    return limit
  }

  #find(entities: readonly QuotaEntity[], key: string): { entity: QuotaEntity; limit: number } | null {
    for (const entity of entities) {
      const limit = this.#table.get(entityName(entity))?.get(key)
      if (limit !== undefined) return { entity, limit }
    }
    return null
  }
}

function meterOf<T>(meters: Map<string, Usage<T>>, key: string, now: number, create: () => T): T {
  const known = meters.get(key)
  if (known !== undefined) {
    known.usedAt = now
    return known.meter
  }
  if (meters.size >= METERS_MAX) {
    const oldest = [...meters].sort(([, a], [, b]) => a.usedAt - b.usedAt).slice(0, METERS_MAX / 4)
    for (const [old] of oldest) meters.delete(old)
  }
  const meter = create()
  meters.set(key, { meter, usedAt: now })
  return meter
}
