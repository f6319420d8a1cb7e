import type { SortKey, SortValue } from '../search-request.ts'
import { compareHits, compareValues, isAfter, type Placed } from './hit-order.ts'

/** A hit on its way to the answer. */
export interface Candidate extends Placed {
  readonly reader: number
  readonly doc: number
  readonly score: number | null
  /** Value of the field that hits are collapsed by. */
  readonly group: SortValue
}

/** Keeps the best `size` hits, or the best hit of each of the best `size` groups. */
export class TopHits {
  readonly #keys: readonly SortKey[]
  readonly #size: number
  readonly #after: readonly SortValue[] | null
  /** A heap with the worst kept hit on top. */
  readonly #heap: Candidate[] = []
  readonly #groups: Map<SortValue, Candidate> | null

  constructor(
    keys: readonly SortKey[],
    size: number,
    after: readonly SortValue[] | null,
    collapsed: boolean,
  ) {
    this.#keys = keys
    this.#size = size
    this.#after = after
    this.#groups = collapsed ? new Map() : null
  }

  /** The worst hit of a full list; null while every hit is welcome. */
  worst(): Candidate | null {
    return this.#groups === null && this.#heap.length >= this.#size ? (this.#heap[0] ?? null) : null
  }

  /** Whether nothing is kept at all. */
  get isEmpty(): boolean {
    return this.#size === 0
  }

  /** Whether a hit with this first sort value may still get in. Ties are not decided by it. */
  mayEnter(first: SortValue): boolean {
    if (this.#size === 0) return false
    const worst = this.worst()
    const [key] = this.#keys
    return worst === null || key === undefined || compareValues(key, first, worst.sort[0] ?? null) <= 0
  }

  offer(candidate: Candidate): void {
    if (this.#size === 0) return
    if (this.#after !== null && !isAfter(this.#keys, this.#after, candidate)) return
    if (this.#groups !== null) {
      this.#offerGroup(this.#groups, candidate)
      return
    }
    if (this.#heap.length < this.#size) {
      this.#heap.push(candidate)
      this.#up(this.#heap.length - 1)
      return
    }
    const [worst] = this.#heap
    if (worst === undefined || compareHits(this.#keys, candidate, worst) >= 0) return
    this.#heap[0] = candidate
    this.#down()
  }

  sorted(): Candidate[] {
    const hits = this.#groups === null ? [...this.#heap] : [...this.#groups.values()]
    return hits.sort((a, b) => compareHits(this.#keys, a, b)).slice(0, this.#size)
  }

  /** A group's best hit only gets better, so groups that are behind `size` others now can be forgotten until a better hit comes. */
  #offerGroup(groups: Map<SortValue, Candidate>, candidate: Candidate): void {
    const known = groups.get(candidate.group)
    if (known !== undefined && compareHits(this.#keys, known, candidate) <= 0) return
    groups.set(candidate.group, candidate)
    if (groups.size <= this.#size * 4 + 1000) return
    const kept = this.sorted()
    groups.clear()
    for (const hit of kept) groups.set(hit.group, hit)
  }

  #up(start: number): void {
    let index = start
    while (index > 0) {
      const parent = (index - 1) >>> 1
      if (!this.#worse(index, parent)) return
      this.#swap(index, parent)
      index = parent
    }
  }

  #down(): void {
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= this.#heap.length) return
      if (child + 1 < this.#heap.length && this.#worse(child + 1, child)) child += 1
      if (!this.#worse(child, index)) return
      this.#swap(child, index)
      index = child
    }
  }

  #worse(a: number, b: number): boolean {
    const left = this.#heap[a]
    const right = this.#heap[b]
    return left !== undefined && right !== undefined && compareHits(this.#keys, left, right) > 0
  }

  #swap(a: number, b: number): void {
    const left = this.#heap[a]
    const right = this.#heap[b]
    if (left === undefined || right === undefined) return
    this.#heap[a] = right
    this.#heap[b] = left
  }
}
