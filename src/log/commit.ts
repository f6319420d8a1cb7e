import type { Segment } from './segment.ts'

/**
 * One batch on its way to durability. The log made it; the committer writes it and hands it back through `committed`.
 */
export interface PendingAppend {
  /** The record batch as stored: offsets and leader epoch patched. A view of a tail chunk that stays unchanged until `committed`. */
  readonly batch: Buffer
  readonly baseOffset: number
  readonly lastOffset: number
  readonly leaderEpoch: number
  readonly target: CommitTarget
  readonly segment: Segment
  /** Where the batch ends in its segment. */
  readonly endPosition: number
}

/** The partition that an append belongs to, as a committer sees it. */
export interface CommitTarget {
  /** 16 bytes. */
  readonly topicIdBytes: Buffer
  readonly partition: number
  /** The append is as durable as the configuration asks for. Comes in the order of submission. */
  committed(append: PendingAppend): void
  /** Writes what has been appended to the segment file and resolves when the operating system has it. */
  writeOut(): Promise<void>
  /**
   * Makes the appends up to `endPosition` of the last of these segments durable in the segment files themselves. False when the files
   * can not take them (no space is left, the topic was deleted); any other failure rejects, and nothing may be committed after it.
   */
  writeThrough(segments: readonly Segment[], endPosition: number): Promise<boolean>
  /** Starts to write the appends up to there for a `writeThrough` that will follow; a failure is found by that one. */
  writeAhead(segment: Segment, endPosition: number): void
}

/**
 * Group commit. Appends of one event-loop turn, and all that arrive while a group is being written, form the next group; one
 * group is in flight at a time, so no timer is needed. Order of submission is order of commit, over all partitions.
 */
export interface Committer extends AsyncDisposable {
  submit(append: PendingAppend): void
  /** Calls `done` once everything submitted up to now is committed; at once when nothing is pending. */
  afterCommit(done: () => void): void
  /** False when the append of `bytes` more can not be taken because there is no disk space left for it, or after a failure. */
  admits(bytes: number): boolean
  /** A commit failed or `fence` was called: nothing is committed any more. */
  readonly failed: boolean
  /** Commits nothing from now on, not even what is in flight; for a failure elsewhere. */
  fence(): void
  /** Bytes submitted and not committed yet. */
  readonly pendingBytes: number
  /** Commits what is pending and stops; later submissions are a mistake of the caller. */
  close(): Promise<void>
}

/** Stands where a committer will be once recovery is over. */
export const notOpenCommitter: Committer = {
  submit: () => {
    throw new Error('the log is not open yet')
  },
  afterCommit: (done) => done(),
  admits: () => false,
  failed: false,
  fence: () => {},
  pendingBytes: 0,
  close: async () => {},
  [Symbol.asyncDispose]: async () => {},
}
