import type { IndexReader } from '../index/index-reader.ts'
import type { TermBucketPartial, TermsPartial } from './aggregation-partial.ts'
import type { TermsSpec } from './aggregation-spec.ts'
import { termComparer } from './bucket-order.ts'
import type { CollectContext, Collector } from './collector.ts'
import type { DocEmitter } from './doc-emitter.ts'
import { KeyCollector } from './key-collector.ts'
import { keyFilter } from './key-filter.ts'
import { TERMS_EXACT } from './terms-limit.ts'

/** One bucket for each value of a field. */
export class TermsCollector implements Collector {
  readonly #spec: TermsSpec
  readonly #context: CollectContext
  readonly #below: DocEmitter
  readonly #keys: KeyCollector
  #allKeys = false

  constructor(spec: TermsSpec, context: CollectContext, below: DocEmitter) {
    this.#spec = spec
    this.#context = context
    this.#below = below
    const accepts = keyFilter(spec.include, spec.exclude, context.pattern)
    this.#keys = new KeyCollector(spec.field, spec.missing, accepts, context, below)
  }

  begin(reader: IndexReader, readerIndex: number): void {
    this.#keys.begin(reader, readerIndex)
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    this.#keys.collect(docs, owners, count)
  }

  partial(owner: number): TermsPartial {
    const { ids, buckets, dates } = this.#keys
    if (this.#spec.minDocCount === 0 && !this.#allKeys) {
      this.#keys.addAllKeys()
      this.#allKeys = true
    }
    const kept = Math.max(this.#spec.shardSize, TERMS_EXACT)
    let ordinals: number[] = [...buckets.of(owner)]
    let otherCount = 0
    let error = 0
    const byCount = this.#spec.order[0]?.path === '_count'
    if (ordinals.length > kept && byCount) {
      // Without this, all sub-aggregations of buckets that nobody will see would be written out only to be sorted.
      const counts = buckets.counts
      const sign = this.#spec.order[0]?.order === 'asc' ? 1 : -1
      ordinals.sort((a, b) => sign * (counts[a]! - counts[b]!))
      for (const ordinal of ordinals.slice(kept)) otherCount += counts[ordinal]!
      error = counts[ordinals[kept]!] ?? 0
      ordinals = ordinals.slice(0, kept)
    }
    this.#context.budget.buckets(Math.min(ordinals.length, this.#spec.size))
    const list: TermBucketPartial[] = ordinals.map((ordinal) => ({
      key: ids.key(buckets.idOf(ordinal)),
      count: buckets.counts[ordinal]!,
      error: 0,
      aggregations: this.#below.partials(ordinal),
    }))
    if (this.#allKeys) this.#addEmpty(list, kept)
    list.sort(termComparer(this.#spec))
    for (const bucket of list.splice(kept)) {
      otherCount += bucket.count
      error = Math.max(error, bucket.count)
    }
    return { kind: 'terms', buckets: list, dates, otherCount, error }
  }

  #addEmpty(list: TermBucketPartial[], kept: number): void {
    const { ids } = this.#keys
    const found = new Set(list.map(({ key }) => key))
    for (let id = 0; id < ids.size && list.length < 2 * kept; id += 1) {
      const key = ids.key(id)
      if (!found.has(key)) list.push({ key, count: 0, error: 0, aggregations: this.#below.partials(-1) })
    }
  }
}
