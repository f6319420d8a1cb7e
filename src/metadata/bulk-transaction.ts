import type { Compare, MetaStore, Operation, Transaction, TransactionResult } from './meta-store.ts'

/**
 * A change that may be larger than one transaction. `prepare` writes keys that mean nothing to readers until `commit`
 * makes them visible, in one transaction, all at once; so a crash in between leaves garbage and never half a change.
 */
export interface BulkTransaction {
  /** Compared with every chunk, and with the commit. */
  readonly guard: readonly Compare[]
  readonly prepare: readonly Operation[]
  readonly commit: { readonly compare: readonly Compare[]; readonly success: readonly Operation[] }
  /** Removes what chunks had written, once the guard or the commit failed. Null when leftovers are harmless. */
  readonly undo: Transaction | null
}

const CHUNKS_IN_FLIGHT = 8

/** A change that fits into one transaction. */
export function single(compare: readonly Compare[], success: readonly Operation[]): BulkTransaction {
  return { guard: [], prepare: [], commit: { compare, success }, undo: null }
}

async function prepareChunks(store: MetaStore, bulk: BulkTransaction): Promise<TransactionResult | null> {
  const size = store.maxOperations
  const chunks = Math.ceil(bulk.prepare.length / size)
  let next = 0
  let failed: TransactionResult | null = null
  const lane = async () => {
    while (next < chunks && failed === null) {
      const at = next++
      const success = bulk.prepare.slice(at * size, (at + 1) * size)
      const result = await store.transact({ compare: bulk.guard, success })
      if (!result.succeeded) failed = result
    }
  }
  // allSettled: no chunk may still be on its way when `undo` runs or when the caller hears of an error.
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(CHUNKS_IN_FLIGHT, chunks) }, lane))
  const broken = lanes.find((lane) => lane.status === 'rejected')
  if (broken) throw broken.reason
  return failed
}

/**
 * Applies the change, in one transaction when it fits, else in chunks. `succeeded: false` when a compare did not hold,
 * with everything undone. The result's revision is that of the commit.
 */
export async function transactInBulk(store: MetaStore, bulk: BulkTransaction): Promise<TransactionResult> {
  const { guard, prepare, commit, undo } = bulk
  const compare = [...guard, ...commit.compare]
  if (prepare.length + commit.success.length <= store.maxOperations) {
    return await store.transact({ compare, success: [...prepare, ...commit.success] })
  }
  const failed = await prepareChunks(store, bulk)
  const result = failed ?? (await store.transact({ compare, success: commit.success }))
  if (!result.succeeded && undo) await store.transact(undo)
  return result
}
