export interface EpochStart {
  readonly epoch: number
  readonly startOffset: number
}

/**
 * Which leader epoch began at which offset (KIP-101, KIP-279). Both columns rise strictly; derived from the batches, so it is
 * always rebuildable from the log.
 */
export class LeaderEpochs {
  #entries: EpochStart[]

  constructor(entries: readonly EpochStart[] = []) {
    this.#entries = [...entries]
  }

  get entries(): readonly EpochStart[] {
    return this.#entries
  }

  get latest(): number {
    return this.#entries.at(-1)?.epoch ?? -1
  }

  /** A batch of this epoch starts at this offset. An epoch that began there and has no batch never was (Kafka's LeaderEpochFileCache.assign). */
  assign(epoch: number, startOffset: number): void {
    if (epoch <= this.latest) return
    while ((this.#entries.at(-1)?.startOffset ?? -1) >= startOffset) this.#entries.pop()
    this.#entries.push({ epoch, startOffset })
  }

  /**
   * The largest epoch at or below the asked one, with the offset at which the next epoch starts, or the log end (Kafka's
   * LeaderEpochFileCache.endOffsetFor). `{ epoch: -1, endOffset: -1 }` when the epoch is unknown. An epoch that has begun and has no
   * batch yet ends where the log ends.
   */
  endOffsetFor(
    epoch: number,
    currentEpoch: number,
    logEndOffset: number,
  ): { epoch: number; endOffset: number } {
    if (epoch >= this.latest && epoch <= currentEpoch) return { epoch, endOffset: logEndOffset }
    const next = this.#entries.findIndex((entry) => entry.epoch > epoch)
    const following = next < 0 ? null : this.#entries[next]
    if (following === null || following === undefined) return { epoch: -1, endOffset: -1 }
    const floor = this.#entries[next - 1]
    return { epoch: floor?.epoch ?? epoch, endOffset: following.startOffset }
  }

  /** The epoch of the record at the offset, or -1. */
  epochAt(offset: number): number {
    let found = -1
    for (const entry of this.#entries) {
      if (entry.startOffset > offset) break
      found = entry.epoch
    }
    return found
  }

  /** The epochs that began before the offset. */
  before(offset: number): LeaderEpochs {
    return new LeaderEpochs(this.#entries.filter((entry) => entry.startOffset < offset))
  }

  /** The log starts at `offset` now: entries that end before it go, the one that holds it starts there. */
  truncateFromStart(offset: number): void {
    const kept = this.#entries.filter((entry) => entry.startOffset > offset)
    const epoch = this.epochAt(offset)
    this.#entries = epoch < 0 ? kept : [{ epoch, startOffset: offset }, ...kept]
  }
}
