import type { IndexReader } from '../index/index-reader.ts'
import type { SignificantTermsPartial } from './aggregation-partial.ts'
import type { SignificantTermsSpec } from './aggregation-spec.ts'
import { BATCH_DOCS, type CollectContext, type Collector } from './collector.ts'
import { DocEmitter } from './doc-emitter.ts'
import { holds } from './doc-set.ts'
import { KeyCollector } from './key-collector.ts'
import { keyFilter } from './key-filter.ts'
import { greatest, OwnerNumbers } from './owner-numbers.ts'
import { significance } from './significance.ts'
import { TERMS_EXACT } from './terms-limit.ts'

/** Values that are more frequent in an owner's documents than in all (or in the background that was asked for). */
export class SignificantTermsCollector implements Collector {
  readonly #spec: SignificantTermsSpec
  readonly #context: CollectContext
  readonly #below: DocEmitter
  readonly #keys: KeyCollector
  readonly #foreground: OwnerNumbers
  #background: { readonly total: number; readonly counts: ReadonlyMap<unknown, number> } | null = null

  constructor(spec: SignificantTermsSpec, context: CollectContext, below: DocEmitter) {
    this.#spec = spec
    this.#context = context
    this.#below = below
    this.#keys = new KeyCollector(spec.field, null, this.#accepts(), context, below)
    this.#foreground = new OwnerNumbers(context.budget, 0)
  }

  begin(reader: IndexReader, readerIndex: number): void {
    this.#keys.begin(reader, readerIndex)
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    this.#foreground.reserve(greatest(owners, count))
    for (let i = 0; i < count; i += 1) this.#foreground.array[owners[i]!]! += 1
    this.#keys.collect(docs, owners, count)
  }

  partial(owner: number): SignificantTermsPartial {
    this.#background ??= this.#countBackground()
    const { total, counts } = this.#background
    const { ids, buckets } = this.#keys
    const foreground = this.#foreground.of(owner)
    const found = [...buckets.of(owner)].map((ordinal) => {
      const key = ids.key(buckets.idOf(ordinal))
      const count = buckets.counts[ordinal]!
      const backgroundCount = Math.max(count, counts.get(key) ?? 0)
      return { key, count, backgroundCount, ordinal }
    })
    const kept = Math.max(this.#spec.shardSize, TERMS_EXACT)
    if (found.length > kept) {
      const score = (row: (typeof found)[number]): number =>
        significance(this.#spec.heuristic, row.count, foreground, row.backgroundCount, total)
      found.sort((a, b) => score(b) - score(a))
      found.length = kept
    }
    this.#context.budget.buckets(Math.min(found.length, this.#spec.size))
    return {
      kind: 'significant_terms',
      foreground,
      background: total,
      buckets: found.map(({ key, count, backgroundCount, ordinal }) => ({
        key,
        count,
        backgroundCount,
        aggregations: this.#below.partials(ordinal),
      })),
    }
  }

  #accepts() {
    return keyFilter(this.#spec.include, this.#spec.exclude, this.#context.pattern)
  }

  /** Counts the values of the background, whether or not the query matches them. */
  #countBackground(): { readonly total: number; readonly counts: ReadonlyMap<unknown, number> } {
    const all = new KeyCollector(this.#spec.field, null, this.#accepts(), this.#context, new DocEmitter([]))
    const docs = new Int32Array(BATCH_DOCS)
    const owners = new Int32Array(BATCH_DOCS)
    let total = 0
    for (const [readerIndex, reader] of this.#context.readers.entries()) {
      const set = this.#context.matches(readerIndex, this.#spec.background ?? { kind: 'all' })
      all.begin(reader, readerIndex)
      let count = 0
      for (let doc = 0; doc < reader.docCount; doc += 1) {
        if (!holds(set, doc)) continue
        docs[count] = doc
        count += 1
        total += 1
        if (count < BATCH_DOCS) continue
        all.collect(docs, owners, count)
        count = 0
      }
      all.collect(docs, owners, count)
    }
    const counts = new Map<unknown, number>()
    for (const ordinal of all.buckets.of(0)) {
      counts.set(all.ids.key(all.buckets.idOf(ordinal)), all.buckets.counts[ordinal]!)
    }
    return { total, counts }
  }
}
