import type { Clock } from '../../env/clock.ts'
import type { DocumentReader } from './document-reader.ts'
import type { WorkerSettings } from './messages.ts'
import type { PartitionIndex } from './partition-index.ts'

/** What a worker serves a request with. */
export interface WorkerContext {
  readonly partitions: ReadonlyMap<number, PartitionIndex>
  readonly documents: DocumentReader
  readonly clock: Clock
  readonly settings: WorkerSettings
  /** By the monotonic clock: when the request came. */
  readonly startedMs: number
}
