import type { ErrorName } from '../../protocol/errors.ts'
import type { Transaction } from './transaction.ts'

/** Whom a producer is told to be. */
export interface Identity {
  readonly producerId: number
  readonly producerEpoch: number
}

/**
 * What was decided about a request. `next` is the transaction after it, null when nothing changes. `needs-producer-id`: take one and
 * decide again.
 */
export type Outcome =
  | { readonly kind: 'done'; readonly next: Transaction | null; readonly identity: Identity }
  | { readonly kind: 'error'; readonly next: Transaction | null; readonly error: ErrorName }
  | { readonly kind: 'needs-producer-id' }

export const needsProducerId: Outcome = { kind: 'needs-producer-id' }

const nobody: Identity = { producerId: -1, producerEpoch: -1 }

export function done(next: Transaction | null, identity = nobody): Outcome {
  return { kind: 'done', next, identity }
}

export function failed(error: ErrorName, next: Transaction | null = null): Outcome {
  return { kind: 'error', next, error }
}
