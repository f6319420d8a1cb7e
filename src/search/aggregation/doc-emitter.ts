import type { IndexReader } from '../index/index-reader.ts'
import type { AggregationPartials } from './aggregation-partial.ts'
import { BATCH_DOCS, type Collector } from './collector.ts'

/** Aggregations below the buckets of one aggregation, and the batch of documents that goes to them next. */
export class DocEmitter {
  readonly #children: readonly (readonly [string, Collector])[]
  readonly #docs = new Int32Array(BATCH_DOCS)
  readonly #owners = new Int32Array(BATCH_DOCS)
  #count = 0

  constructor(children: readonly (readonly [string, Collector])[]) {
    this.#children = children
  }

  /** Whether nobody is below: then nothing needs to be emitted. */
  get isEmpty(): boolean {
    return this.#children.length === 0
  }

  begin(reader: IndexReader, readerIndex: number): void {
    for (const [, child] of this.#children) child.begin(reader, readerIndex)
  }

  emit(doc: number, bucket: number): void {
    if (this.#count === BATCH_DOCS) this.flush()
    this.#docs[this.#count] = doc
    this.#owners[this.#count] = bucket
    this.#count += 1
  }

  /** The first `count` documents for one bucket. */
  emitRun(docs: Int32Array, count: number, bucket: number): void {
    for (let from = 0; from < count;) {
      if (this.#count === BATCH_DOCS) this.flush()
      const part = Math.min(count - from, BATCH_DOCS - this.#count)
      this.#docs.set(docs.subarray(from, from + part), this.#count)
      this.#owners.fill(bucket, this.#count, this.#count + part)
      this.#count += part
      from += part
    }
  }

  /** To be called at the end of every batch that comes in. */
  flush(): void {
    if (this.#count === 0) return
    for (const [, child] of this.#children) child.collect(this.#docs, this.#owners, this.#count)
    this.#count = 0
  }

  partials(bucket: number): AggregationPartials {
    return Object.fromEntries(this.#children.map(([name, child]) => [name, child.partial(bucket)]))
  }
}
