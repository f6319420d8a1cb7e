import { noMoreDocs } from '../index/index-reader.ts'
import type { Matcher } from './matcher.ts'

/** All of them: the rarest leads, the others leap after it. `scored` and `optional` add up to the score. */
export class AndMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #all: readonly Matcher[]
  readonly #scored: readonly Matcher[]
  readonly #optional: readonly Matcher[]

  constructor(scored: readonly Matcher[], filters: readonly Matcher[], optional: readonly Matcher[]) {
    this.#all = [...scored, ...filters].sort((a, b) => a.cost - b.cost)
    this.#scored = scored
    this.#optional = optional
    this.cost = this.#all[0]?.cost ?? 0
  }

  next(): number {
    return this.advance(this.doc + 1)
  }

  advance(target: number): number {
    if (target <= this.doc) return this.doc
    const all = this.#all
    const lead = all[0]
    if (lead === undefined) return (this.doc = noMoreDocs)
    let doc = lead.advance(target)
    let agreed = 1
    while (agreed < all.length && doc !== noMoreDocs) {
      const other = all[agreed]
      if (other === undefined) break
      const found = other.advance(doc)
      if (found === doc) agreed += 1
      else {
        doc = lead.advance(found)
        agreed = 1
      }
    }
    return (this.doc = doc)
  }

  matches(): boolean {
    for (const matcher of this.#all) if (!matcher.matches()) return false
    return true
  }

  score(): number {
    let sum = 0
    for (const matcher of this.#scored) sum += matcher.score()
    for (const matcher of this.#optional)
      if (matcher.advance(this.doc) === this.doc && matcher.matches()) sum += matcher.score()
    return sum
  }
}

/**
 * At least `minimum` of them. A score is added up in the order of the query, whoever leads, so that the same document has the same
 * score to the last bit however it was found.
 */
export class OrMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #children: readonly Matcher[]
  /** A heap by document: the least is at 0. */
  readonly #heap: Matcher[]
  readonly #minimum: number

  constructor(children: readonly Matcher[], minimum: number) {
    this.#children = children
    this.#heap = [...children]
    this.#minimum = minimum
    let cost = 0
    for (const child of children) cost += child.cost
    this.cost = cost
  }

  next(): number {
    return this.advance(this.doc + 1)
  }

  advance(target: number): number {
    if (target <= this.doc) return this.doc
    const heap = this.#heap
    for (;;) {
      const top = heap[0]
      if (top === undefined) return (this.doc = noMoreDocs)
      if (top.doc >= target) return (this.doc = top.doc)
      top.advance(target)
      siftDown(heap)
    }
  }

  matches(): boolean {
    if (this.doc === noMoreDocs) return false
    let found = 0
    for (const child of this.#children) {
      if (child.doc === this.doc && child.matches()) found += 1
      if (found >= this.#minimum) return true
    }
    return false
  }

  score(): number {
    let sum = 0
    for (const child of this.#children) if (child.doc === this.doc && child.matches()) sum += child.score()
    return sum
  }
}

function siftDown(heap: Matcher[]): void {
  const moved = heap[0]
  if (moved === undefined) return
  const doc = moved.doc
  let index = 0
  for (;;) {
    let child = 2 * index + 1
    const left = heap[child]
    if (left === undefined) break
    const right = heap[child + 1]
    let least = left
    if (right !== undefined && right.doc < left.doc) {
      least = right
      child += 1
    }
    if (least.doc >= doc) break
    heap[index] = least
    index = child
  }
  heap[index] = moved
}

/** What matches the one and not the other. */
export class NotMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #child: Matcher
  readonly #excluded: Matcher

  constructor(child: Matcher, excluded: Matcher) {
    this.#child = child
    this.#excluded = excluded
    this.cost = child.cost
  }

  next(): number {
    return (this.doc = this.#child.next())
  }

  advance(target: number): number {
    return (this.doc = this.#child.advance(target))
  }

  matches(): boolean {
    if (!this.#child.matches()) return false
    return this.#excluded.advance(this.doc) !== this.doc || !this.#excluded.matches()
  }

  score(): number {
    return this.#child.score()
  }
}

/** Any of them; the best score and a share of the others. */
export class MaxMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #any: OrMatcher
  readonly children: readonly Matcher[]
  readonly tieBreaker: number

  constructor(children: readonly Matcher[], tieBreaker: number) {
    this.#any = new OrMatcher(children, 1)
    this.children = children
    this.tieBreaker = tieBreaker
    this.cost = this.#any.cost
  }

  next(): number {
    return (this.doc = this.#any.next())
  }

  advance(target: number): number {
    return (this.doc = this.#any.advance(target))
  }

  matches(): boolean {
    return this.#any.matches()
  }

  score(): number {
    let best = Number.NEGATIVE_INFINITY
    let sum = 0
    for (const child of this.children)
      if (child.doc === this.doc && child.matches()) {
        const score = child.score()
        sum += score
        if (score > best) best = score
      }
    return best + (sum - best) * this.tieBreaker
  }
}
