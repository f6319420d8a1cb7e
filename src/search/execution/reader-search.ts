import { noMoreDocs, type IndexReader } from '../index/index-reader.ts'
import type { SearchRequest, SortKey, SortValue } from '../search-request.ts'
import { searchBlockMax, type BoundedMatcher } from './block-max.ts'
import { countPlan, knownCount } from './count-plan.ts'
import { comparePlaces, compareValues } from './hit-order.ts'
import type { Matcher } from './matcher.ts'
import { collectNumbers } from './number-batches.ts'
import { openPlan } from './open-plan.ts'
import type { Plan, TermPlan } from './plan.ts'
import { scoreBounds } from './score-bounds.ts'
import type { SearchContext } from './search-context.ts'
import type { DocCollector } from './doc-collector.ts'
import { sortSource, type SortSource } from './sort-source.ts'
import { scanTerm } from './term-scan.ts'
import type { Candidate, TopHits } from './top-hits.ts'

/** Hits counted so far over all readers. */
export interface HitCount {
  total: number
  exact: boolean
  maxScore: number | null
  /** Above it the total is only a lower bound, and what can not become a hit need not be found. */
  readonly limit: number
}

/** Candidates between two looks at the budget. */
const CHECK_EVERY = 4096

interface Work {
  readonly index: number
  readonly reader: IndexReader
  readonly plan: Plan
  /** The hits' filter, which aggregations do not see. */
  readonly filter: Plan | null
  readonly request: SearchRequest
  readonly keys: readonly SortKey[]
  readonly scored: boolean
  readonly context: SearchContext
  readonly top: TopHits
  readonly count: HitCount
  readonly aggregate: DocCollector | null
}

/** The search of one reader; what it finds goes into the list of hits shared by all of them. */
export class ReaderSearch {
  readonly reader: IndexReader
  readonly plan: Plan
  readonly #work: Work
  readonly #sources: readonly SortSource[]
  readonly #group: SortSource | null
  readonly #best: SortValue
  /** How many documents match, where that is known beforehand. */
  readonly #known: number | null
  #filter: Matcher | null = null
  #windowFrom = 0

  constructor(work: Work) {
    this.#work = work
    this.reader = work.reader
    this.plan = work.plan
    this.#sources = work.keys.map((key) => sortSource(work.reader, key))
    const { collapse } = work.request
    this.#group = collapse === null ? null : sortSource(work.reader, groupKey(collapse))
    const { docCount } = work.reader
    this.#known =
      work.filter === null && work.request.minScore === null ? knownCount(work.plan, docCount) : null
    this.#best = docCount === 0 ? null : (this.#sources[0]?.bestIn?.(0, docCount) ?? null)
  }

  /** Below 0 when this reader can have better hits than the other. */
  compareBest(other: ReaderSearch): number {
    const [key] = this.#work.keys
    const known = this.#sources[0]?.bestIn && other.#sources[0]?.bestIn
    return key === undefined || !known ? 0 : compareValues(key, this.#best, other.#best)
  }

  run(): void {
    const { plan, reader, request, top, aggregate, count, context } = this.#work
    if (plan.kind === 'none' || reader.docCount === 0) return
    context.budget.check()
    const before = count.total
    const plain = this.#work.filter === null && request.minScore === null
    if (aggregate !== null && this.#collectsNumbers(plain)) return
    if (aggregate !== null) this.#walk(0, reader.docCount, null)
    else if (top.isEmpty && plain)
      count.total += countPlan(plan, reader.docCount, Math.max(0, count.limit - count.total), context.budget)
    else if (request.collapse !== null || !plain) this.#walk(0, reader.docCount, null)
    else if (this.#work.keys[0]?.field === '_score') this.#byScore()
    else this.#bySort()
    // What was left out is counted all the same where the number is known.
    if (this.#known !== null) count.total = before + this.#known
    if (count.total > count.limit) count.exact = false
  }

  /** When nothing but aggregations is wanted of the documents of a column, they come in batches. False when it is not so. */
  #collectsNumbers(plain: boolean): boolean {
    const { plan, scored, top, aggregate, index, count, context } = this.#work
    if (aggregate === null || !plain || scored || !top.isEmpty) return false
    if (plan.kind !== 'numbers' || plan.column.multiValued) return false
    const batch = new Int32Array(CHECK_EVERY)
    count.total += collectNumbers(
      plan,
      batch,
      (found) => aggregate.collect(index, batch, found, null),
      context.budget,
    )
    if (count.total > count.limit) count.exact = false
    return true
  }

  /** Newest documents first, in windows; in each the alternatives leap over what can not get in. */
  #byScore(): void {
    const { reader } = this.#work
    const alternatives = boundedAlternatives(this.plan, reader.docCount, null)
    if (alternatives === null || this.#work.keys.length > 1) {
      this.#walk(0, reader.docCount, null)
      return
    }
    if (this.plan.kind === 'term' && this.#scanTerm(this.plan)) return
    const maxima = alternatives.map(({ maxScore }) => maxScore)
    let size = this.#work.context.limits.windowDocs
    for (let to = reader.docCount; to > 0; size *= 2) {
      const from = Math.max(0, to - size)
      this.#windowFrom = from
      const fresh = boundedAlternatives(this.plan, reader.docCount, maxima) ?? []
      searchBlockMax(
        fresh,
        from,
        to,
        (score) => this.#isCompetitive(score),
        (doc, score) => this.#hit(doc, score),
        this.#work.context.budget,
      )
      to = from
    }
  }

  /** One term alone needs no windows. False when its list can not be read by blocks. */
  #scanTerm({ index, ordinal, weight }: TermPlan): boolean {
    const blocks = index.postings(ordinal).blocks?.()
    if (blocks === undefined) return false
    const { top, context, reader, count } = this.#work
    const floor = (): number =>
      top.isEmpty
        ? (count.maxScore ?? Number.NEGATIVE_INFINITY)
        : (top.worst()?.score ?? Number.NEGATIVE_INFINITY)
    const mayTie = (lastDoc: number): boolean => {
      const worst = top.worst()
      if (worst === null) return true
      return worst.reader === this.#work.index ? lastDoc > worst.doc : this.#comesBefore(worst)
    }
    const hit = (doc: number, score: number): void => this.#hit(doc, score)
    scanTerm(index, blocks, weight, { floor, mayTie, hit }, context.budget)
    return reader.docCount > 0
  }

  /** Whether a document of this reader comes before a hit of another one that has the same score. */
  #comesBefore(worst: Candidate): boolean {
    const { topic, partition } = this.reader
    const order = comparePlaces(
      { topic, partition, offset: 0 },
      { topic: worst.topic, partition: worst.partition, offset: 0 },
    )
    if (order !== 0) return order < 0
    return worst.offset < this.reader.endOffset
  }

  /** Whether a score may still matter: while hits are counted every one does. */
  #isCompetitive(score: number): boolean {
    const { count, top } = this.#work
    if (this.#known === null && count.total <= count.limit) return true
    if (top.isEmpty) return score > (count.maxScore ?? Number.NEGATIVE_INFINITY)
    const worst = top.worst()
    if (worst === null) return true
    const floor = worst.score ?? Number.NEGATIVE_INFINITY
    if (score !== floor) return score > floor
    // Equal scores: the place decides. What comes later in this window is newer than a hit of the window.
    if (worst.reader === this.#work.index) return worst.doc >= this.#windowFrom
    return this.#comesBefore(worst)
  }

  /** Windows that can have the best values first; the rest is left out once nothing in it can get in. */
  #bySort(): void {
    const { reader, keys } = this.#work
    const { windowDocs } = this.#work.context.limits
    const bestIn = this.#sources[0]?.bestIn ?? null
    const [key] = keys
    const cost = openPlan(this.plan, reader.docCount).cost
    if (bestIn === null || key === undefined || cost <= windowDocs) {
      this.#walk(0, reader.docCount, null)
      return
    }
    if (this.#isHopeless(this.#best)) return
    const windows: { from: number; to: number; best: SortValue }[] = []
    for (let to = reader.docCount; to > 0; to -= windowDocs) {
      const from = Math.max(0, to - windowDocs)
      windows.push({ from, to, best: bestIn(from, to) })
    }
    windows.sort((a, b) => compareValues(key, a.best, b.best))
    let matcher: Matcher | null = null
    for (const { from, to, best } of windows) {
      if (this.#isHopeless(best)) break
      matcher = this.#walk(from, to, matcher)
    }
  }

  /** Whether documents with such a first sort value need not be found: they can not get in, and need not be counted one by one. */
  #isHopeless(best: SortValue): boolean {
    const { count, top } = this.#work
    return (this.#known !== null || count.total > count.limit) && !top.mayEnter(best)
  }

  /** Every match in [from, to). Goes on with `open` where that stands before the interval; returns what it walked with. */
  #walk(from: number, to: number, open: Matcher | null): Matcher {
    const { reader, scored, aggregate, context, index } = this.#work
    const reusable = open !== null && open.doc <= from
    const matcher = reusable ? open : openPlan(this.plan, reader.docCount)
    if (!reusable || this.#filter === null)
      this.#filter = this.#work.filter === null ? null : openPlan(this.#work.filter, reader.docCount)
    const batch = aggregate === null ? null : new Int32Array(CHECK_EVERY)
    const scores = batch === null || !scored ? null : new Float64Array(CHECK_EVERY)
    const minScore = this.#work.request.minScore ?? Number.NEGATIVE_INFINITY
    let batched = 0
    let steps = 0
    for (let doc = matcher.advance(from); doc < to && doc !== noMoreDocs; doc = matcher.next()) {
      steps += 1
      if (steps % CHECK_EVERY === 0) context.budget.check()
      if (!matcher.matches()) continue
      const score = scored ? matcher.score() : 0
      if (score < minScore) continue
      if (batch !== null) {
        batch[batched] = doc
        if (scores !== null) scores[batched] = score
        batched += 1
        if (batched === batch.length) {
          aggregate?.collect(index, batch, batched, scores)
          batched = 0
        }
      }
      this.#hit(doc, score)
    }
    if (batch !== null && batched > 0) aggregate?.collect(index, batch, batched, scores)
    return matcher
  }

  #hit(doc: number, score: number): void {
    const { top, count, reader, index, scored } = this.#work
    const filter = this.#filter
    if (filter !== null && !(filter.advance(doc) === doc && filter.matches())) return
    count.total += 1
    if (scored && (count.maxScore === null || score > count.maxScore)) count.maxScore = score
    if (top.isEmpty) return
    const [first, ...others] = this.#sources
    const value = first?.value(doc, score) ?? null
    if (!top.mayEnter(value)) return
    top.offer({
      topic: reader.topic,
      partition: reader.partition,
      offset: reader.offsetOf(doc),
      sort: [value, ...others.map((source) => source.value(doc, score))],
      score: scored ? score : null,
      group: this.#group === null ? null : this.#group.value(doc, score),
      reader: index,
      doc,
    })
  }
}

function groupKey(field: string): SortKey {
  return { field, order: 'asc', missing: 'last', mode: 'min' }
}

const boundedKinds: ReadonlySet<Plan['kind']> = new Set(['term', 'max', 'constant', 'bits', 'list', 'all'])

/** Fresh cursors for a disjunction whose scores have bounds; null for every other plan. `maxima` are those of a former call. */
function boundedAlternatives(
  plan: Plan,
  docCount: number,
  maxima: readonly number[] | null,
): BoundedMatcher[] | null {
  const plans = plan.kind === 'or' && plan.minimum === 1 ? plan.children : [plan]
  const alternatives: BoundedMatcher[] = []
  for (const child of plans) {
    if (!boundedKinds.has(child.kind)) return null
    const matcher = openPlan(child, docCount)
    const bounds = scoreBounds(matcher)
    if (bounds === null) return null
    alternatives.push({ matcher, bounds, maxScore: maxima?.[alternatives.length] ?? bounds.maxScore() })
  }
  return alternatives
}
