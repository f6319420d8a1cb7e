import type { ErrorName } from '../../protocol/errors.ts'
import { done, failed, needsProducerId, type Outcome } from './outcome.ts'
import {
  changed,
  EPOCH_MAX,
  isExhausted,
  isPreparing,
  NO_EPOCH,
  NO_PARTITIONS,
  NO_PRODUCER_ID,
  type Transaction,
} from './transaction.ts'

export interface EndTransaction {
  readonly producerId: number
  readonly producerEpoch: number
  readonly committed: boolean
  /** 2 since EndTxn 5: the end of each transaction gives the producer a new epoch (KIP-890). */
  readonly clientVersion: number
  /** A producer id to use if one is needed. */
  readonly freshId: number | null
  readonly now: number
}

/**
 * EndTxn: the decision is made and durable once the record is; markers follow. A repeated request gets the same answer; before
 * clientVersion 2 it can not be told from one that comes late and hits the next transaction, since that has the same epoch.
 */
export function endTransaction(known: Transaction | undefined, request: EndTransaction): Outcome {
  if (known === undefined) return failed('INVALID_PRODUCER_ID_MAPPING')
  return request.clientVersion >= 2 ? endWithBump(known, request) : endWithoutBump(known, request)
}

function endWithoutBump(known: Transaction, request: EndTransaction): Outcome {
  if (known.producerId !== request.producerId) return failed('INVALID_PRODUCER_ID_MAPPING')
  if (known.producerEpoch !== request.producerEpoch) return failed('PRODUCER_FENCED')
  switch (known.state) {
    case 'Ongoing':
      return done(
        changed(known, {
          state: prepared(request),
          nextProducerId: NO_PRODUCER_ID,
          updateMs: request.now,
          clientVersion: 0,
        }),
      )
    case 'CompleteCommit':
      return request.committed ? done(null) : failed('INVALID_TXN_STATE')
    case 'CompleteAbort':
      return request.committed ? failed('INVALID_TXN_STATE') : done(null)
    case 'PrepareCommit':
    case 'PrepareAbort':
      return failed(whilePreparing(known, request))
    case 'Empty':
      return failed('INVALID_TXN_STATE')
  }
}

/** The epoch tells which transaction is meant: the one before the current epoch is a repetition. */
function endWithBump(known: Transaction, request: EndTransaction): Outcome {
  const { producerId, producerEpoch, committed } = request
  const repeatsRotation =
    known.previousProducerId === producerId && producerEpoch === EPOCH_MAX - 1 && known.producerEpoch === 0
  const repeatsBump = known.producerEpoch === producerEpoch + 1
  const repeats = repeatsRotation || repeatsBump
  const current = known.producerEpoch === producerEpoch
  if (known.producerId !== producerId && !repeatsRotation) return failed('INVALID_PRODUCER_ID_MAPPING')
  switch (known.state) {
    case 'Ongoing':
      return current ? prepare(known, request, known.startMs) : failed('PRODUCER_FENCED')
    case 'PrepareCommit':
    case 'PrepareAbort':
      return failed(repeatsBump ? whilePreparing(known, request) : 'PRODUCER_FENCED')
    case 'Empty':
      if (!current) return failed('PRODUCER_FENCED')
      return committed ? failed('INVALID_TXN_STATE') : prepare(known, request, request.now)
    case 'CompleteCommit':
    case 'CompleteAbort': {
      if (!repeats && !current) return failed('PRODUCER_FENCED')
      const same = (known.state === 'CompleteCommit') === committed
      if (repeats) return same ? done(null, known) : failed('INVALID_TXN_STATE')
      // An abort of a transaction that never had a partition still moves the epoch on.
      return committed ? failed('INVALID_TXN_STATE') : prepare(known, request, request.now)
    }
  }
}

function prepare(known: Transaction, request: EndTransaction, startMs: number): Outcome {
  const bumped = bump(known, request.freshId)
  if (bumped === null) return needsProducerId
  const next = changed(known, {
    ...bumped,
    state: prepared(request),
    startMs,
    updateMs: request.now,
    clientVersion: request.clientVersion,
  })
  return done(next, completed(next, request.now))
}

/** The epochs after the end of a transaction; null when the id's are used up and there is no other id. */
function bump(known: Transaction, freshId: number | null): Partial<Transaction> | null {
  const { producerEpoch } = known
  const exhausted = isExhausted(producerEpoch)
  if (exhausted && freshId === null) return null
  return {
    producerEpoch: Math.min(producerEpoch + 1, EPOCH_MAX),
    lastProducerEpoch: producerEpoch,
    nextProducerId: exhausted && freshId !== null ? freshId : NO_PRODUCER_ID,
  }
}

/**
 * Aborts an open transaction against its producer: another instance comes, or its time is over. The epoch moves on, so that the
 * producer is fenced. Null when a producer id is needed.
 */
export function abortByFence(
  known: Transaction,
  {
    version,
    freshId,
    now,
  }: { readonly version: number; readonly freshId: number | null; readonly now: number },
): Transaction | null {
  const common = { state: 'PrepareAbort', updateMs: now, clientVersion: version >= 2 ? 2 : 0 } as const
  if (version < 2) {
    const producerEpoch = Math.min(known.producerEpoch + 1, EPOCH_MAX)
    const change = { producerEpoch, lastProducerEpoch: NO_EPOCH, nextProducerId: NO_PRODUCER_ID }
    return changed(known, { ...common, ...change })
  }
  const bumped = bump(known, freshId)
  return bumped === null ? null : changed(known, { ...common, ...bumped })
}

/** All markers are written: the transaction is over. */
export function completed(known: Transaction, now: number): Transaction {
  const rotates = known.clientVersion >= 2 && known.nextProducerId !== NO_PRODUCER_ID
  return changed(known, {
    state: known.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort',
    ...(rotates ? { producerId: known.nextProducerId, producerEpoch: 0 } : {}),
    nextProducerId: NO_PRODUCER_ID,
    partitions: NO_PARTITIONS,
    updateMs: now,
  })
}

/** Whether the transaction has been open for longer than its producer wanted. */
export function isTimedOut({ state, startMs, timeoutMs }: Transaction, now: number): boolean {
  return state === 'Ongoing' && startMs + timeoutMs < now
}

/** Whether nothing has been heard of the id for so long that it may be forgotten. */
export function isExpired(known: Transaction, now: number, expirationMs: number): boolean {
  return known.state !== 'Ongoing' && !isPreparing(known) && known.updateMs <= now - expirationMs
}

function prepared({ committed }: EndTransaction): 'PrepareCommit' | 'PrepareAbort' {
  return committed ? 'PrepareCommit' : 'PrepareAbort'
}

function whilePreparing({ state }: Transaction, { committed }: EndTransaction): ErrorName {
  return (state === 'PrepareCommit') === committed ? 'CONCURRENT_TRANSACTIONS' : 'INVALID_TXN_STATE'
}
