import type { Env } from '../env/env.ts'
import type { Committer, PendingAppend } from './commit.ts'
import { type CommitGroup, CommitGroups } from './commit-groups.ts'

/**
 * The committer of `wal.sync=os`: an append is committed when the operating system has it in the segment file, which survives a
 * kill of the process and not a power cut. Nothing is written twice.
 */
export class SegmentCommitter implements Committer {
  readonly #groups: CommitGroups

  constructor(
    env: Env,
    options: { groupBytesMax: number; groupRecordsMax: number; lingerMs: number; onFatal: (error: unknown) => void },
  ) {
    this.#groups = new CommitGroups(env.scheduler, options.groupBytesMax, options.groupRecordsMax, options.lingerMs, commitGroup)
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
    return true
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

async function commitGroup(group: CommitGroup): Promise<void> {
  const targets = new Set(group.appends.map((append) => append.target))
  await Promise.all([...targets].map((target) => target.writeOut()))
}
