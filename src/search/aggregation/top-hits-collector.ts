import type { IndexReader } from '../index/index-reader.ts'
import type { TopHit, TopHitsPartial } from './aggregation-partial.ts'
import type { CompositeValue, HitSortKey, TopHitsSpec } from './aggregation-spec.ts'
import type { CollectContext, Collector } from './collector.ts'
import { type FieldColumns, fieldColumns } from './field-values.ts'
import { compareHits, compareValues, hitSort } from './top-hits-order.ts'

interface OwnerHits {
  total: number
  maxScore: number | null
  /** Sorted. */
  readonly hits: TopHit[]
}

/** What one hit costs in memory, roughly. */
const HIT_BYTES = 200

/** The best documents of each owner. */
export class TopHitsCollector implements Collector {
  readonly #spec: TopHitsSpec
  readonly #context: CollectContext
  readonly #owners: (OwnerHits | undefined)[] = []
  readonly #kept: number
  #reader: IndexReader | null = null
  #columns: (FieldColumns | null)[] = []
  #keys: readonly HitSortKey[] = []
  #found: number[] = []

  constructor(spec: TopHitsSpec, context: CollectContext) {
    this.#spec = spec
    this.#context = context
    this.#kept = spec.from + spec.size
  }

  begin(reader: IndexReader): void {
    this.#reader = reader
    this.#keys = []
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    const reader = this.#reader
    if (reader === null || count === 0) return
    this.#context.budget.check()
    if (this.#keys.length === 0) this.#resolve(reader, this.#context.score(docs[0]!) !== null)
    for (let i = 0; i < count; i += 1) this.#add(reader, docs[i]!, owners[i]!)
  }

  partial(owner: number): TopHitsPartial {
    const { total, maxScore, hits } = this.#owners[owner] ?? { total: 0, maxScore: null, hits: [] }
    return { kind: 'top_hits', total, maxScore, hits }
  }

  #resolve(reader: IndexReader, scored: boolean): void {
    this.#keys = hitSort(this.#spec.sort, scored)
    this.#columns = this.#keys.map(({ field }) =>
      field === '_score' || field === '_doc' ? null : fieldColumns(reader, field),
    )
  }

  #add(reader: IndexReader, doc: number, owner: number): void {
    const score = this.#context.score(doc)
    const of = this.#owners[owner] ?? this.#addOwner(owner)
    of.total += 1
    if (score !== null && (of.maxScore === null || score > of.maxScore)) of.maxScore = score
    if (this.#kept === 0) return
    const hit: TopHit = {
      topic: reader.topic,
      partition: reader.partition,
      offset: reader.offsetOf(doc),
      score,
      sort: this.#keys.map((key, index) => this.#sortValue(reader, doc, key, index)),
    }
    const { hits } = of
    const last = hits[hits.length - 1]
    if (hits.length === this.#kept && last !== undefined && compareHits(hit, last, this.#keys) >= 0) return
    let at = hits.length
    while (at > 0 && compareHits(hit, hits[at - 1]!, this.#keys) < 0) at -= 1
    hits.splice(at, 0, hit)
    if (hits.length > this.#kept) hits.pop()
  }

  #addOwner(owner: number): OwnerHits {
    this.#context.budget.allocate(HIT_BYTES * (this.#kept + 1))
    const of: OwnerHits = { total: 0, maxScore: null, hits: [] }
    while (this.#owners.length < owner) this.#owners.push(undefined)
    this.#owners[owner] = of
    return of
  }

  #sortValue(reader: IndexReader, doc: number, key: HitSortKey, index: number): CompositeValue {
    if (key.field === '_score') return this.#context.score(doc)
    if (key.field === '_doc') return reader.offsetOf(doc)
    const columns = this.#columns[index] ?? null
    const value = columns === null ? null : this.#fieldValue(columns, doc, key.mode)
    if (value !== null) return value
    return typeof key.missing === 'string' ? null : key.missing.value
  }

  /** The least or greatest value of a field in a document. A date that was written as a text counts as the date. */
  #fieldValue(columns: FieldColumns, doc: number, mode: 'min' | 'max'): CompositeValue {
    const { strings, numbers, booleans } = columns
    const found = this.#found
    let best: string | number | boolean | null = null
    const take = (value: string | number | boolean): void => {
      if (
        best === null ||
        (mode === 'min' ? compareValues(value, best) < 0 : compareValues(value, best) > 0)
      ) {
        best = value
      }
    }
    for (let i = (numbers?.readAll(doc, found) ?? 0) - 1; i >= 0; i -= 1) take(found[i]!)
    if (best !== null && columns.numberKind === 'date') return best
    for (let i = (booleans?.readAll(doc, found) ?? 0) - 1; i >= 0; i -= 1) take(found[i] !== 0)
    if (strings !== null) {
      for (let i = strings.readAll(doc, found) - 1; i >= 0; i -= 1) take(strings.value(found[i]!))
    }
    return best
  }
}
