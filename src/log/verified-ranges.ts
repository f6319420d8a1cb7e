const rangesMax = 64

/**
 * Which bytes of a segment file are known to be good in this run: written by it, or read once with every batch's CRC checked.
 * A cold read checks what is not covered yet; so each byte on disk is checked once and damage is never served.
 */
export class VerifiedRanges {
  /** Pairs (from, to), rising, not touching. */
  #ranges: { from: number; to: number }[] = []

  covers(from: number, to: number): boolean {
    return this.#ranges.some((range) => range.from <= from && to <= range.to)
  }

  add(from: number, to: number): void {
    const merged = { from, to }
    const others: { from: number; to: number }[] = []
    for (const range of this.#ranges) {
      if (range.to < merged.from || merged.to < range.from) {
        others.push(range)
      } else {
        merged.from = Math.min(merged.from, range.from)
        merged.to = Math.max(merged.to, range.to)
      }
    }
    others.push(merged)
    others.sort((a, b) => a.from - b.from)
    // Forgetting a range only means that it will be checked again.
    if (others.length > rangesMax) others.shift()
    this.#ranges = others
  }
}
