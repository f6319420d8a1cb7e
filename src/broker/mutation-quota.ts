import { KafkaError } from '../protocol/errors.ts'
import type { RequestContext } from './handler.ts'
import { ANONYMOUS } from './request-quota.ts'

/** What one request may still change. */
export interface MutationQuota {
  /** Counts partitions that are to be made or deleted. Throws THROTTLING_QUOTA_EXCEEDED when nothing may be changed now. */
  take(partitions: number): void
  /** For how long the client must pause after the request. */
  throttleMs(): number
}

const UNLIMITED: MutationQuota = { take: () => {}, throttleMs: () => 0 }

/** Before version `strictFrom` of its API a client does not know the error: it only has to pause (KIP-599). */
export function mutationQuota(context: RequestContext, strictFrom: number): MutationQuota {
  const { quotas, env } = context.broker
  if (!quotas.active) return UNLIMITED
  const now = env.clock.monotonic()
  const client = { user: ANONYMOUS, clientId: context.clientId ?? '' }
  const found = quotas.mutations(client, now)
  if (found === null) return UNLIMITED
  const { bucket, rate } = found
  return {
    take(partitions) {
      if (context.apiVersion >= strictFrom && bucket.exhausted(rate, now)) {
        throw new KafkaError(
          'THROTTLING_QUOTA_EXCEEDED',
          `the quota controller_mutation_rate of ${rate} partitions a second is exceeded; retry in ${bucket.throttleMs(rate, now)} ms`,
        )
      }
      bucket.take(partitions, rate, now)
    },
    throttleMs: () => bucket.throttleMs(rate, now),
  }
}
