import type { PartitionLog } from '../partition-log.ts'

/**
 * The log that took a record of the WAL, null when none needed it, or what is wrong with it. `unreadable`: the record is good, and the
 * segment that it points into does not have the batches.
 */
export type ReplayOutcome = PartitionLog | null | 'damaged' | 'gap' | 'contradiction' | 'unreadable'
