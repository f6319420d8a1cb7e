/** Something that happens at a virtual time. */
export interface SimEvent {
  readonly timeMs: number
  /** Orders events of the same time: drawn from the seed, so that a test sees many orders. */
  readonly tieBreak: number
  readonly serial: number
  readonly label: string
  /** Null when it was cancelled. */
  work: (() => void) | null
}

function comesFirst(a: SimEvent, b: SimEvent): boolean {
  if (a.timeMs !== b.timeMs) return a.timeMs < b.timeMs
  if (a.tieBreak !== b.tieBreak) return a.tieBreak < b.tieBreak
  return a.serial < b.serial
}

/** A binary heap of events, earliest first. */
export class EventHeap {
  readonly #items: SimEvent[] = []

  peek(): SimEvent | undefined {
    return this.#items[0]
  }

  push(event: SimEvent): void {
    const items = this.#items
    let index = items.length
    items.push(event)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = items[parent]
      if (above === undefined || !comesFirst(event, above)) break
      items[index] = above
      index = parent
    }
    items[index] = event
  }

  pop(): SimEvent | undefined {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (last !== undefined && items.length > 0) this.#sink(last)
    return first
  }

  #sink(event: SimEvent): void {
    const items = this.#items
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      let below = items[child]
      if (below === undefined) break
      const right = items[child + 1]
      if (right !== undefined && comesFirst(right, below)) {
        child++
        below = right
      }
      if (!comesFirst(below, event)) break
      items[index] = below
      index = child
    }
    items[index] = event
  }
}
