import { noMoreDocs, type Postings } from '../index/index-reader.ts'
import type { Matcher } from './matcher.ts'
import { TermMatcher } from './term-matcher.ts'

/** All of them: the rarest leads, the others leap after it. `scored` and `optional` add up to the score. */
export class AndMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #lead: Matcher | null
  /** Those that are terms are moved without a call in between, and match wherever they stand. */
  readonly #postings: readonly Postings[]
  readonly #others: readonly Matcher[]
  readonly #leadIsTerm: boolean
  readonly #scored: readonly Matcher[]
  readonly #optional: readonly Matcher[]

  constructor(scored: readonly Matcher[], filters: readonly Matcher[], optional: readonly Matcher[]) {
    const [lead, ...rest] = [...scored, ...filters].sort((a, b) => a.cost - b.cost)
    this.#lead = lead ?? null
    this.#leadIsTerm = lead instanceof TermMatcher
    this.#postings = rest.flatMap((matcher) => (matcher instanceof TermMatcher ? [matcher.postings] : []))
    this.#others = rest.filter((matcher) => !(matcher instanceof TermMatcher))
    this.#scored = scored
    this.#optional = optional
    this.cost = lead?.cost ?? 0
  }

  next(): number {
    return this.advance(this.doc + 1)
  }

  advance(target: number): number {
    if (target <= this.doc) return this.doc
    const lead = this.#lead
    if (lead === null) return (this.doc = noMoreDocs)
    let doc = lead.advance(target)
    while (doc !== noMoreDocs) {
      const found = this.#follow(doc)
      if (found === doc) break
      doc = lead.advance(found)
    }
    return (this.doc = doc)
  }

  matches(): boolean {
    if (!this.#leadIsTerm && this.#lead !== null && !this.#lead.matches()) return false
    for (const matcher of this.#others) if (!matcher.matches()) return false
    return true
  }

  score(): number {
    let sum = 0
    for (const matcher of this.#scored) sum += matcher.score()
    for (const matcher of this.#optional)
      if (matcher.advance(this.doc) === this.doc && matcher.matches()) sum += matcher.score()
    return sum
  }

  /** Moves the others to `doc`; returns where the first of them stands that has gone beyond, else `doc`. */
  #follow(doc: number): number {
    const postings = this.#postings
    for (let index = 0; index < postings.length; index++) {
      const found = postings[index]!.advance(doc)
      if (found !== doc) return found
    }
    const others = this.#others
    for (let index = 0; index < others.length; index++) {
      const found = others[index]!.advance(doc)
      if (found !== doc) return found
    }
    return doc
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
