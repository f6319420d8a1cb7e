import type { BrokerPool } from './broker-pool.ts'
import type { BenchOptions } from './options.ts'
import type { BenchReport } from './report/report.ts'
import type { TopicKeeper } from './topic-keeper.ts'

export interface BenchContext {
  readonly options: BenchOptions
  readonly brokers: BrokerPool
  readonly topics: TopicKeeper
  /** Brings the machine into the same state before each run: nothing is dirty, and memory is filled if the user wants that. */
  readonly settle: () => void
  /** Tells the user what goes on; it is not part of the report. */
  readonly progress: (line: string) => void
}

/** One benchmark. */
export interface Bench {
  readonly name: string
  readonly summary: string
  readonly run: (context: BenchContext) => Promise<BenchReport>
}
