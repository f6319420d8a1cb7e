import type { Env } from '../env/env.ts'
import type { Committer, CommitTarget, PendingAppend } from './commit.ts'
import { CommitGroups } from './commit-groups.ts'

/**
 * The committer of `wal.sync=os`: an append is committed when the operating system has it in the segment file, which survives a
 * kill of the process and not a power cut. Nothing is written twice.
 */
export class SegmentCommitter implements Committer {
  readonly #groups: CommitGroups

  /** `writeOut` brings a partition's appends to the operating system, however long the disk stays full. */
  constructor(
    env: Env,
    options: {
      groupBytesMax: number
      groupRecordsMax: number
      lingerMs: number
      onFatal: (error: unknown) => void
    },
    writeOut: (target: CommitTarget) => Promise<void>,
  ) {
    const { groupBytesMax, groupRecordsMax, lingerMs } = options
    this.#groups = new CommitGroups(
      env.scheduler,
      groupBytesMax,
      groupRecordsMax,
      lingerMs,
      async (group) => {
        const targets = new Set(group.appends.map((append) => append.target))
        await Promise.all([...targets].map(writeOut))
      },
    )
    this.#groups.onFailure = options.onFatal
  }

  submit(append: PendingAppend): void {
    this.#groups.add(append)
  }

  afterCommit(done: () => void): void {
    this.#groups.afterCommit(done)
  }

  /** Space is watched for the data directory as a whole; there is nothing to reserve here. */
  admits(): boolean {
    return !this.#groups.failed
  }

  get failed(): boolean {
    return this.#groups.failed
  }

  fence(): void {
    this.#groups.fence()
  }

  get pendingBytes(): number {
    return this.#groups.pendingBytes
  }

  async close(): Promise<void> {
    await this.#groups.drain()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
