import { isWrittenOut, viewOf } from '../../log/log-files.ts'
import type { PartitionLog } from '../../log/partition-log.ts'
import type { PartitionIndexState, PartitionSpec } from './messages.ts'
import type { WorkerClient } from './worker-client.ts'

const marksMax = 128

/** A partition whose log a worker follows, and what was last said to the worker about it. */
export class FollowedPartition implements Disposable {
  readonly key: number
  readonly log: PartitionLog
  readonly spec: PartitionSpec
  readonly worker: WorkerClient
  #state: PartitionIndexState | null = null
  /** The log has moved since the worker was last told. */
  dirty = true
  /** The worker knows the partition. */
  opened = false
  /** The worker has indexed every offset below, and will not ask for them again; 0 when nobody knows. */
  #indexedTo = 0
  /** When the log ended where, oldest first: those ends that the index has not reached. */
  #marks: { readonly atMs: number; readonly end: number }[] = []
  #fingerprint = ''
  readonly #unwatch: () => void

  constructor(
    key: number,
    log: PartitionLog,
    spec: PartitionSpec,
    worker: WorkerClient,
    onDirty: (partition: FollowedPartition) => void,
  ) {
    this.key = key
    this.log = log
    this.spec = spec
    this.worker = worker
    // Called with each commit: it must do nothing but this.
    this.#unwatch = log.watch(() => {
      if (this.dirty) return
      this.dirty = true
      onDirty(this)
    })
  }

  /** As the worker last told. */
  get state(): PartitionIndexState | null {
    return this.#state
  }

  /** Takes what the worker tells; returns whether it has to be told more, because it begins anew further back. */
  noteState(state: PartitionIndexState): boolean {
    this.#marks = this.#marks.filter(({ end }) => end > state.indexedTo)
    const back = state.indexedTo < this.#indexedTo
    this.#state = state
    this.#indexedTo = state.indexedTo
    if (back) this.#fingerprint = ''
    return back
  }

  /** How old the oldest records are that the index does not have, as far as the worker has told. */
  behindForMs(now: number): number {
    const [oldest] = this.#marks
    return oldest === undefined ? 0 : now - oldest.atMs
  }

  /** Nothing that a search could find has ever been here, or all of it is gone. */
  get empty(): boolean {
    return this.log.logStartOffset >= this.log.lastStableOffset
  }

  /**
   * Tells the worker how far the files go now. Returns whether that is all that is committed; else more can be told once it is
   * written out.
   */
  tell(now: number): boolean {
    if (!this.worker.running) return true
    this.#mark(now)
    const complete = isWrittenOut(this.log)
    this.dirty = !complete
    const view = viewOf(this.log, Math.max(this.log.logStartOffset, this.#indexedTo))
    const last = view.files.at(-1)
    const files = view.files.reduce((sum, { id }) => sum + id, 0)
    const fingerprint = `${view.logStartOffset} ${view.lastStableOffset} ${files} ${last?.id} ${last?.bytes} ${last?.sealed}`
    if (this.opened && fingerprint === this.#fingerprint) return complete
    this.#fingerprint = fingerprint
    if (this.opened) this.worker.post({ kind: 'view', key: this.key, view })
    else this.worker.post({ kind: 'open', key: this.key, partition: this.spec, view })
    this.opened = true
    return complete
  }

  #mark(now: number): void {
    const end = this.log.lastStableOffset
    if (end <= (this.#marks.at(-1)?.end ?? this.#indexedTo)) return
    // With half of them the oldest one still tells how far behind the index is.
    if (this.#marks.length >= marksMax) this.#marks = this.#marks.filter((_, index) => index % 2 === 0)
    this.#marks.push({ atMs: now, end })
  }

  /** The worker has begun anew and knows nothing. */
  forget(): void {
    this.opened = false
    this.#state = null
    this.#indexedTo = 0
    this.dirty = true
  }

  [Symbol.dispose](): void {
    this.#unwatch()
  }
}
