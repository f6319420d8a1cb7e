import type { Clock } from '../../env/clock.ts'
import { type Budget, SearchLimitError } from '../budget.ts'

export interface BudgetLimits {
  /** By the monotonic clock. */
  readonly deadlineMs: number
  readonly timeoutMs: number
  readonly bytesMax: number
  readonly bucketsMax: number
  readonly cancelled: SharedArrayBuffer
}

/** The budget of one request on one worker. */
export class SearchBudget implements Budget {
  readonly #clock: Clock
  readonly #limits: BudgetLimits
  readonly #cancelled: Int32Array
  #bytes = 0
  #buckets = 0

  constructor(clock: Clock, limits: BudgetLimits) {
    this.#clock = clock
    this.#limits = limits
    this.#cancelled = new Int32Array(limits.cancelled)
  }

  check(): void {
    if (Atomics.load(this.#cancelled, 0) !== 0)
      throw new SearchLimitError('cancelled', 'nobody waits for the answer of the search any more')
    if (this.#clock.monotonic() < this.#limits.deadlineMs) return
    throw new SearchLimitError(
      'search_timeout',
      `the search took longer than ${this.#limits.timeoutMs} ms; narrow the time range or the topics, or ask for a longer timeout (at most search.timeout.max.ms)`,
    )
  }

  allocate(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes <= this.#limits.bytesMax) return
    throw new SearchLimitError(
      'memory_limit',
      `the search needs more than ${this.#limits.bytesMax} bytes of memory; narrow it, ask for fewer hits or buckets, or raise search.request.memory.bytes`,
    )
  }

  buckets(count: number): void {
    this.#buckets += count
    if (this.#buckets <= this.#limits.bucketsMax) return
    throw new SearchLimitError(
      'too_many_buckets',
      `the aggregations make more than ${this.#limits.bucketsMax} buckets; ask for fewer, or raise search.max.buckets`,
    )
  }
}
