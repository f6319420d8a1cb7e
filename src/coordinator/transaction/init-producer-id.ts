import { abortByFence } from './end-transaction.ts'
import { done, failed, type Identity, needsProducerId, type Outcome } from './outcome.ts'
import {
  changed,
  isExhausted,
  NO_EPOCH,
  NO_PARTITIONS,
  NO_PRODUCER_ID,
  type Transaction,
} from './transaction.ts'

export interface InitProducerId {
  readonly transactionalId: string
  readonly timeoutMs: number
  /** Whom the producer takes itself for, when it goes on after an error (KIP-360). */
  readonly expected: Identity | null
  /** A producer id to use if one is needed. */
  readonly freshId: number | null
  /** The level of transaction.version. */
  readonly version: number
  readonly now: number
}

/**
 * InitProducerId of a transactional producer: a new epoch, so that instances before it are fenced, and a new producer id when epochs
 * have run out. An open transaction is aborted first, which the client is to wait for (CONCURRENT_TRANSACTIONS).
 */
export function initProducerId(known: Transaction | undefined, request: InitProducerId): Outcome {
  const { expected, freshId } = request
  if (known === undefined)
    return freshId === null ? needsProducerId : initialized(created(request, freshId), request)
  if (expected !== null && !mayBe(known, expected)) return failed('PRODUCER_FENCED')
  switch (known.state) {
    case 'PrepareCommit':
    case 'PrepareAbort':
      return failed('CONCURRENT_TRANSACTIONS')
    case 'Ongoing': {
      const aborted = abortByFence(known, request)
      return aborted === null ? needsProducerId : failed('CONCURRENT_TRANSACTIONS', aborted)
    }
    case 'Empty':
    case 'CompleteCommit':
    case 'CompleteAbort': {
      const rotates =
        isExhausted(known.producerEpoch) &&
        (expected?.producerEpoch ?? known.producerEpoch) === known.producerEpoch
      return rotates ? rotated(known, request) : initialized(known, request)
    }
  }
}

function created({ transactionalId, timeoutMs, now }: InitProducerId, producerId: number): Transaction {
  return {
    transactionalId,
    producerId,
    previousProducerId: NO_PRODUCER_ID,
    nextProducerId: NO_PRODUCER_ID,
    producerEpoch: NO_EPOCH,
    lastProducerEpoch: NO_EPOCH,
    timeoutMs,
    state: 'Empty',
    partitions: NO_PARTITIONS,
    startMs: -1,
    updateMs: now,
    clientVersion: 0,
  }
}

/** Whether the producer can be the one that the id belongs to, or was before its epochs ran out. */
function mayBe(known: Transaction, expected: Identity): boolean {
  return (
    expected.producerId === known.producerId ||
    (expected.producerId === known.previousProducerId && isExhausted(expected.producerEpoch))
  )
}

function initialized(before: Transaction, request: InitProducerId): Outcome {
  const epochs = nextEpochs(before, request.expected)
  return epochs === null ? failed('PRODUCER_FENCED') : emptied(before, request, epochs)
}

/** Null fences: another instance has been here since. A retry of the last request gets the epoch that it gave. */
function nextEpochs(
  { producerEpoch, lastProducerEpoch }: Transaction,
  expected: Identity | null,
): Pick<Transaction, 'producerEpoch' | 'lastProducerEpoch'> | null {
  const bumped = producerEpoch + 1
  if (expected === null) return { producerEpoch: bumped, lastProducerEpoch: NO_EPOCH }
  if (producerEpoch === NO_EPOCH || expected.producerEpoch === producerEpoch)
    return { producerEpoch: bumped, lastProducerEpoch: producerEpoch }
  if (expected.producerEpoch === lastProducerEpoch) return { producerEpoch, lastProducerEpoch }
  return null
}

function rotated(before: Transaction, request: InitProducerId): Outcome {
  const { freshId, expected } = request
  if (freshId === null) return needsProducerId
  const lastProducerEpoch = expected === null ? NO_EPOCH : before.producerEpoch
  return emptied(before, request, { producerId: freshId, producerEpoch: 0, lastProducerEpoch })
}

function emptied(before: Transaction, request: InitProducerId, change: Partial<Transaction>): Outcome {
  const next = changed(before, {
    ...change,
    nextProducerId: NO_PRODUCER_ID,
    timeoutMs: request.timeoutMs,
    state: 'Empty',
    partitions: NO_PARTITIONS,
    startMs: -1,
    updateMs: request.now,
  })
  return done(next, { producerId: next.producerId, producerEpoch: next.producerEpoch })
}
