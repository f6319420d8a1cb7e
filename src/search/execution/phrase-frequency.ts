/** Where the word of one place of a phrase occurs in a document. */
export interface PhrasePositions {
  /** Ascending; the first `count` are valid. */
  readonly positions: readonly number[]
  readonly count: number
  /** Place in the phrase. */
  readonly offset: number
  /** Whether another place may be held by the same word: then each needs an occurrence of its own. */
  readonly shared: boolean
}

/**
 * How often a phrase occurs. An occurrence takes one position of each word; moved back by its place in the phrase, the positions of a
 * perfect occurrence are all equal, and otherwise the distance between the least and the greatest is how far the words are out of
 * place, at most `slop`. Only the closest occurrence for each end counts, with 1 / (1 + distance), as in Lucene. `spend` hears of the
 * steps that it takes, and may throw.
 */
export function phraseFrequency(
  slots: readonly PhrasePositions[],
  slop: number,
  spend: (steps: number) => void,
): number {
  if (slop === 0) return exactFrequency(slots, spend)
  const starts = new Set<number>()
  for (const slot of slots)
    for (let index = 0; index < slot.count; index++) starts.add((slot.positions[index] ?? 0) - slot.offset)
  let frequency = 0
  let end = Number.NaN
  let start = 0
  for (const candidate of [...starts].sort((a, b) => a - b)) {
    const reach = windowEnd(slots, candidate, slop, spend)
    if (Number.isNaN(reach)) continue
    // Windows come in ascending order; of those with the same end the last is the closest.
    if (!Number.isNaN(end) && end !== reach) frequency += 1 / (1 + end - start)
    end = reach
    start = candidate
  }
  return Number.isNaN(end) ? frequency : frequency + 1 / (1 + end - start)
}

/** Occurrences with every word in its place. */
function exactFrequency(slots: readonly PhrasePositions[], spend: (steps: number) => void): number {
  const [first, ...others] = slots
  if (first === undefined) return 0
  const at = others.map(() => 0)
  let frequency = 0
  for (let index = 0; index < first.count; index++) {
    const start = (first.positions[index] ?? 0) - first.offset
    let all = true
    spend(others.length)
    for (let other = 0; other < others.length; other++) {
      const slot = others[other]
      if (slot === undefined) continue
      let cursor = at[other] ?? 0
      while (cursor < slot.count && (slot.positions[cursor] ?? 0) - slot.offset < start) cursor += 1
      at[other] = cursor
      if (cursor >= slot.count) return frequency
      if ((slot.positions[cursor] ?? 0) - slot.offset !== start) {
        all = false
        break
      }
    }
    if (all) frequency += 1
  }
  return frequency
}

/**
 * The greatest moved position when each word takes its first free one not below `start`; NaN when one has none within `slop`. Taking
 * the first free one in the order of the places is the best choice, because all intervals have the same length.
 */
function windowEnd(
  slots: readonly PhrasePositions[],
  start: number,
  slop: number,
  spend: (steps: number) => void,
): number {
  let end = start
  const taken = new Set<number>()
  for (const slot of slots) {
    const limit = start + slop + slot.offset
    const first = firstFrom(slot, start + slot.offset)
    let index = first
    while (slot.shared && index < slot.count && taken.has(slot.positions[index] ?? -1)) index += 1
    spend(1 + index - first)
    const position = slot.positions[index] ?? Number.POSITIVE_INFINITY
    if (index >= slot.count || position > limit) return Number.NaN
    if (slot.shared) taken.add(position)
    end = Math.max(end, position - slot.offset)
  }
  return end
}

/** Every position that an occurrence takes: what a highlighter marks. */
export function phrasePositions(
  slots: readonly PhrasePositions[],
  slop: number,
  spend: (steps: number) => void,
): ReadonlySet<number> {
  const marked = new Set<number>()
  for (const slot of slots)
    for (let index = 0; index < slot.count; index++) {
      const start = (slot.positions[index] ?? 0) - slot.offset
      const taken = windowPositions(slots, start, slop, spend)
      for (const position of taken ?? []) marked.add(position)
    }
  return marked
}

/** The positions that `windowEnd` goes over; null when a word has none. */
function windowPositions(
  slots: readonly PhrasePositions[],
  start: number,
  slop: number,
  spend: (steps: number) => void,
): ReadonlySet<number> | null {
  const taken = new Set<number>()
  for (const slot of slots) {
    const first = firstFrom(slot, start + slot.offset)
    let index = first
    while (index < slot.count && taken.has(slot.positions[index] ?? -1)) index += 1
    spend(1 + index - first)
    const position = slot.positions[index]
    if (index >= slot.count || position === undefined || position > start + slop + slot.offset) return null
    taken.add(position)
  }
  return taken
}

/** Index of the first position not below `low`. */
function firstFrom(slot: PhrasePositions, low: number): number {
  let from = 0
  let to = slot.count
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((slot.positions[middle] ?? 0) < low) from = middle + 1
    else to = middle
  }
  return from
}
