import type { TransactionBug } from '../checker/transaction-bugs.ts'

/** What the server under test does to its own disk. Given to the process as JSON in the variable below. */
export interface FaultPlan {
  /** Dies at this crash point when it is reached for the `hit`-th time. */
  readonly crash?: {
    readonly point: string
    readonly hit: number
    /** Seeds how much of a torn write is written. */ readonly seed: number
    /** Counts only from the order to stop on. */ readonly duringStop?: boolean
  }
  /** A planted bug, which a suite must find: the proof that it can find one. */
  readonly defect?: Defect
  /** A bug in how the broker deals with transactions, planted likewise. */
  readonly bug?: TransactionBug
}

/**
 * `no-sync`: fdatasync and fsync answer at once and do nothing; `no-wal-sync`: only those of WAL files. `lazy-wal`: writes to the WAL are held back in memory until the
 * next one, so the newest acknowledged group exists only in the process.
 */
export type Defect = 'no-sync' | 'no-wal-sync' | 'lazy-wal'

export const faultPlanVariable = 'CHRONIK_TEST_FAULT_PLAN'

export function encodeFaultPlan(plan: FaultPlan): Record<string, string> {
  return { [faultPlanVariable]: JSON.stringify(plan) }
}

export function readFaultPlan(environment: Readonly<Record<string, string | undefined>>): FaultPlan {
  const text = environment[faultPlanVariable]
  // Only encodeFaultPlan writes it.
  return text === undefined ? {} : (JSON.parse(text) as FaultPlan)
}
