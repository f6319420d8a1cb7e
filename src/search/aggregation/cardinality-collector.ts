import type { IndexReader } from '../index/index-reader.ts'
import type { CardinalityPartial } from './aggregation-partial.ts'
import type { CardinalitySpec } from './aggregation-spec.ts'
import type { CollectContext, Collector } from './collector.ts'
import { DocEmitter } from './doc-emitter.ts'
import { KeyCollector } from './key-collector.ts'
import { DistinctCounter } from './distinct-counter.ts'
import { hashKey } from './value-hash.ts'

/** Distinct values of a field. They are numbered as for a terms aggregation, and hashed once each. */
export class CardinalityCollector implements Collector {
  readonly #keys: KeyCollector
  readonly #threshold: number

  constructor(spec: CardinalitySpec, context: CollectContext) {
    this.#threshold = spec.precisionThreshold
    this.#keys = new KeyCollector(spec.field, spec.missing, null, context, new DocEmitter([]))
  }

  begin(reader: IndexReader, readerIndex: number): void {
    this.#keys.begin(reader, readerIndex)
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    this.#keys.collect(docs, owners, count)
  }

  partial(owner: number): CardinalityPartial {
    const counter = new DistinctCounter(this.#threshold)
    const { buckets, ids } = this.#keys
    for (const ordinal of buckets.of(owner)) counter.add(hashKey(ids.key(buckets.idOf(ordinal))))
    return counter.partial()
  }
}
