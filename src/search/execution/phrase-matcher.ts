import { noMoreDocs, type Postings } from '../index/index-reader.ts'
import { bm25 } from './bm25.ts'
import type { Matcher } from './matcher.ts'
import { phraseFrequency, type PhrasePositions } from './phrase-frequency.ts'
import type { PhrasePlan } from './plan.ts'
import { termNorm } from './term-matcher.ts'

/** Steps between two looks at the budget. */
const CHECK_EVERY = 16_384

/** Documents that have all words of a phrase; whether they stand where they should is asked only in `matches`. */
export class PhraseMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #plan: PhrasePlan
  readonly #slots: readonly SlotCursor[]
  readonly #rarestFirst: readonly SlotCursor[]
  /** The postings, rarest first, when each place is held by one word. */
  readonly #single: readonly Postings[] | null
  #frequency = 0
  #frequencyDoc = -1
  #steps = 0

  constructor(plan: PhrasePlan) {
    this.#plan = plan
    const uses = new Map<number, number>()
    for (const { ordinals } of plan.slots)
      for (const ordinal of ordinals) uses.set(ordinal, (uses.get(ordinal) ?? 0) + 1)
    this.#slots = plan.slots.map(({ ordinals, offset }) => {
      const postings = ordinals.map((ordinal) => plan.index.postings(ordinal))
      const shared = ordinals.some((ordinal) => (uses.get(ordinal) ?? 0) > 1)
      return new SlotCursor(postings, offset, shared)
    })
    this.#rarestFirst = [...this.#slots].sort((a, b) => a.cost - b.cost)
    this.cost = this.#rarestFirst[0]?.cost ?? 0
    const single = this.#rarestFirst.flatMap(({ single }) => (single === null ? [] : [single]))
    this.#single = single.length === this.#slots.length ? single : null
  }

  next(): number {
    return this.advance(this.doc + 1)
  }

  advance(target: number): number {
    if (target <= this.doc) return this.doc
    if (this.#single !== null) return (this.doc = advanceAll(this.#single, target))
    const slots = this.#rarestFirst
    let doc = target
    let agreed = 0
    while (agreed < slots.length) {
      const found = slots[agreed]?.advance(doc) ?? noMoreDocs
      if (found === noMoreDocs) return (this.doc = noMoreDocs)
      if (found === doc) agreed += 1
      else {
        doc = found
        agreed = 0
      }
    }
    return (this.doc = doc)
  }

  matches(): boolean {
    return this.#count() > 0
  }

  score(): number {
    const { weight, index } = this.#plan
    return weight.boost * bm25(weight.idf, this.#count(), termNorm(weight, index.length(this.doc)))
  }

  /** The (sloppy) frequency in the current document. */
  #count(): number {
    if (this.#frequencyDoc !== this.doc) {
      this.#frequencyDoc = this.doc
      for (const slot of this.#slots) {
        slot.load()
        this.#spend(1 + slot.count)
      }
      this.#frequency = phraseFrequency(this.#slots, this.#plan.slop, (steps) => this.#spend(steps))
    }
    return this.#frequency
  }

  #spend(steps: number): void {
    this.#steps += steps
    if (this.#steps < CHECK_EVERY) return
    this.#steps = 0
    this.#plan.budget.check()
  }
}

/** The first document from `target` on that is in all lists. */
function advanceAll(lists: readonly Postings[], target: number): number {
  const lead = lists[0]
  if (lead === undefined) return noMoreDocs
  let doc = lead.advance(target)
  for (let index = 1; index < lists.length && doc !== noMoreDocs;) {
    const found = lists[index]!.advance(doc)
    if (found === doc) index += 1
    else {
      doc = lead.advance(found)
      index = 1
    }
  }
  return doc
}

/** One place of a phrase: usually one term, several where a prefix stands. */
class SlotCursor implements PhrasePositions {
  readonly offset: number
  readonly shared: boolean
  readonly cost: number
  readonly positions: number[] = []
  count = 0
  readonly #terms: readonly Postings[]
  readonly #scratch: number[] = []

  constructor(terms: readonly Postings[], offset: number, shared: boolean) {
    this.#terms = terms
    this.offset = offset
    this.shared = shared
    let cost = 0
    for (const term of terms) cost += term.docFrequency
    this.cost = cost
  }

  get single(): Postings | null {
    return this.#terms.length === 1 ? (this.#terms[0] ?? null) : null
  }

  advance(target: number): number {
    let least = noMoreDocs
    for (const term of this.#terms) {
      const doc = term.doc >= target ? term.doc : term.advance(target)
      if (doc < least) least = doc
    }
    return least
  }

  load(): void {
    const [first] = this.#terms
    if (this.#terms.length === 1 && first !== undefined) {
      this.count = first.positions(this.positions)
      return
    }
    let doc = noMoreDocs
    for (const term of this.#terms) doc = Math.min(doc, term.doc)
    const all = new Set<number>()
    for (const term of this.#terms)
      if (term.doc === doc) {
        const count = term.positions(this.#scratch)
        for (let index = 0; index < count; index++) all.add(this.#scratch[index] ?? 0)
      }
    const sorted = [...all].sort((a, b) => a - b)
    for (const [index, position] of sorted.entries()) this.positions[index] = position
    this.count = sorted.length
  }
}
