import type { Scheduler } from '../env/scheduler.ts'
import type { PendingAppend } from './commit.ts'

/** What one commit covers. `waiters` are called, in order, after every append of the group was handed back. */
export interface CommitGroup {
  readonly appends: PendingAppend[]
  readonly waiters: (() => void)[]
  bytes: number
}

/**
 * The queue behind group commit: collects appends into groups and runs one group at a time.
 *
 * Sequence of events: the first append of a quiet period schedules a run at the end of the event-loop turn (or `lingerMs` later),
 * so everything that comes until then shares the group. While a group is in flight further appends collect; when it completes, its appends are
 * handed back in order, its waiters are called, and the next group starts at once.
 */
export class CommitGroups {
  readonly #scheduler: Scheduler
  readonly #bytesMax: number
  readonly #recordsMax: number
  readonly #lingerMs: number
  readonly #commit: (group: CommitGroup) => Promise<void>
  #queue: CommitGroup[] = []
  #running: CommitGroup | null = null
  #scheduled = false
  #failed = false
  #drained: (() => void)[] = []
  pendingBytes = 0
  pendingCount = 0
  /** A group could not be committed. No group after it runs and nobody is called back: nothing may be acknowledged any more. */
  onFailure: (error: unknown) => void = () => {}

  constructor(
    scheduler: Scheduler,
    bytesMax: number,
    recordsMax: number,
    lingerMs: number,
    commit: (group: CommitGroup) => Promise<void>,
  ) {
    this.#scheduler = scheduler
    this.#bytesMax = bytesMax
    this.#recordsMax = recordsMax
    this.#lingerMs = lingerMs
    this.#commit = commit
  }

  /** Nothing is committed any more. */
  get failed(): boolean {
    return this.#failed
  }

  /** Stops as a failed group does, without a call to `onFailure`: what is in flight is not acknowledged either. */
  fence(): void {
    this.#failed = true
    this.#wakeDrained()
  }

  get busy(): boolean {
    return this.#running !== null || this.#queue.length > 0
  }

  add(append: PendingAppend): void {
    const bytes = append.batch.length
    let group = this.#queue.at(-1)
    const full =
      group !== undefined &&
      (group.appends.length >= this.#recordsMax ||
        (group.appends.length > 0 && group.bytes + bytes > this.#bytesMax))
    if (group === undefined || full) {
      group = { appends: [], waiters: [], bytes: 0 }
      this.#queue.push(group)
    }
    group.appends.push(append)
    group.bytes += bytes
    this.pendingBytes += bytes
    this.pendingCount += 1
    this.#schedule()
  }

  afterCommit(done: () => void): void {
    const last = this.#queue.at(-1) ?? this.#running
    if (last !== null) last.waiters.push(done)
    else if (!this.#failed) done()
  }

  /** Runs a group without appends, for the committer's own bookkeeping. */
  runEmpty(): void {
    if (this.busy) return
    this.#queue.push({ appends: [], waiters: [], bytes: 0 })
    this.#start()
  }

  /** Resolves when nothing is queued or running. */
  async drain(): Promise<void> {
    while (this.busy && !this.#failed) {
      if (this.#running === null) this.#start()
      await new Promise<void>((resolve) => this.#drained.push(resolve))
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#running !== null) return
    this.#scheduled = true
    const run = (): void => {
      this.#scheduled = false
      if (this.#running === null) this.#start()
    }
    if (this.#lingerMs > 0) this.#scheduler.after(this.#lingerMs, run)
    else this.#scheduler.endOfTurn(run)
  }

  #start(): void {
    if (this.#failed) return
    const group = this.#queue.shift()
    if (group === undefined) return
    this.#running = group
    void this.#run(group)
  }

  async #run(group: CommitGroup): Promise<void> {
    try {
      await this.#commit(group)
    } catch (error) {
      this.#running = null
      this.fence()
      this.onFailure(error)
      return
    }
    if (this.#failed) return
    this.pendingBytes -= group.bytes
    this.pendingCount -= group.appends.length
    for (const append of group.appends) append.target.committed(append)
    this.#running = null
    for (const waiter of group.waiters) waiter()
    if (this.#running === null) this.#start()
    if (!this.busy) this.#wakeDrained()
  }

  #wakeDrained(): void {
    const waiting = this.#drained
    this.#drained = []
    for (const wake of waiting) wake()
  }
}
