import type { IndexReader } from '../index/index-reader.ts'
import type { HistogramPartial } from './aggregation-partial.ts'
import type { DateHistogramSpec, HistogramSpec } from './aggregation-spec.ts'
import { BucketOrdinals } from './bucket-ordinals.ts'
import type { CollectContext, Collector } from './collector.ts'
import type { DocEmitter } from './doc-emitter.ts'
import { rounding } from './histogram-rounding.ts'
import { NumberValues } from './number-values.ts'

/** Fewer documents are not halved any more. */
const PART_DOCS = 256

/** histogram and date_histogram. */
export class HistogramCollector implements Collector {
  readonly #context: CollectContext
  readonly #below: DocEmitter
  readonly #values: NumberValues
  readonly #rounding: ReturnType<typeof rounding>
  readonly #buckets: BucketOrdinals
  readonly #ids = new Map<number, number>()
  readonly #keys: number[] = []
  /** The bucket of the value before: times come nearly sorted, so the next is likely in it. */
  #low = Infinity
  #high = -Infinity
  #id = -1

  constructor(spec: HistogramSpec | DateHistogramSpec, context: CollectContext, below: DocEmitter) {
    this.#context = context
    this.#below = below
    this.#values = new NumberValues(spec.field, spec.missing)
    this.#rounding = rounding(spec)
    this.#buckets = new BucketOrdinals(context.budget)
  }

  begin(reader: IndexReader, readerIndex: number): void {
    this.#values.begin(reader)
    this.#below.begin(reader, readerIndex)
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    this.#context.budget.check()
    this.#collectPart(docs, owners, count)
    this.#below.flush()
  }

  partial(owner: number): HistogramPartial {
    const buckets = [...this.#buckets.of(owner)].map((ordinal) => ({
      key: this.#keys[this.#buckets.idOf(ordinal)] ?? 0,
      count: this.#buckets.counts[ordinal]!,
      aggregations: this.#below.partials(ordinal),
    }))
    return { kind: 'histogram', buckets: buckets.sort((a, b) => a.key - b.key) }
  }

  /** What lies in several buckets is halved: times are nearly sorted, so that most of it need not be read all the same. */
  #collectPart(docs: Int32Array, owners: Int32Array, count: number): void {
    if (this.#collectWithin(docs, owners, count)) return
    if (count <= PART_DOCS || this.#values.denseColumn === null) {
      this.#collectValues(docs, owners, count)
      return
    }
    const half = count >>> 1
    this.#collectPart(docs, owners, half)
    this.#collectPart(docs.subarray(half), owners.subarray(half), count - half)
  }

  /** A batch whose blocks all lie in one bucket need not be read. False when it must be. */
  #collectWithin(docs: Int32Array, owners: Int32Array, count: number): boolean {
    const column = this.#values.denseColumn
    if (column === null || count === 0) return false
    const firstBlock = Math.floor(docs[0]! / column.blockDocs)
    const lastBlock = Math.floor(docs[count - 1]! / column.blockDocs)
    if (lastBlock - firstBlock >= count) return false
    let min = Infinity
    let max = -Infinity
    for (let block = firstBlock; block <= lastBlock; block += 1) {
      min = Math.min(min, column.blockMin(block))
      max = Math.max(max, column.blockMax(block))
    }
    if (!Number.isFinite(min) || !Number.isFinite(max)) return false
    const id = this.#idOf(min)
    if (max >= this.#high && this.#idOf(max) !== id) return false
    if (id < 0) return true
    const leaf = this.#below.isEmpty
    for (let from = 0; from < count;) {
      const owner = owners[from]!
      let to = from + 1
      while (to < count && owners[to] === owner) to += 1
      const bucket = this.#buckets.addRun(owner, id, to - from)
      if (!leaf) this.#below.emitRun(from === 0 ? docs : docs.subarray(from, to), to - from, bucket)
      from = to
    }
    return true
  }

  #collectValues(docs: Int32Array, owners: Int32Array, count: number): void {
    const length = this.#values.load(docs, owners, count)
    const { values, docs: of, owners: under, severalPerDoc } = this.#values
    const leaf = this.#below.isEmpty
    for (let i = 0; i < length; i += 1) {
      const value = values[i]!
      if (Number.isNaN(value)) continue
      const id = value >= this.#low && value < this.#high ? this.#id : this.#idOf(value)
      if (id < 0 || (severalPerDoc && this.#seenBefore(i, id))) continue
      const bucket = this.#buckets.add(under[i]!, id)
      if (!leaf) this.#below.emit(of[i]!, bucket)
    }
  }

  /** Whether an earlier value of the same entry was in the same bucket. */
  #seenBefore(index: number, id: number): boolean {
    const { values, docs, owners } = this.#values
    for (let i = index - 1; i >= 0 && docs[i] === docs[index] && owners[i] === owners[index]; i -= 1) {
      const value = values[i]!
      if (!Number.isNaN(value) && this.#ids.get(this.#rounding.floor(value)) === id) return true
    }
    return false
  }

  /** The id of the bucket of a value, -1 outside of the hard bounds. */
  #idOf(value: number): number {
    const key = this.#rounding.floor(value)
    let id = this.#ids.get(key)
    if (id === undefined) {
      id = this.#rounding.inBounds(key) ? this.#keys.length : -1
      if (id >= 0) {
        this.#context.budget.buckets(1)
        this.#keys.push(key)
        this.#ids.set(key, id)
      }
    }
    this.#low = key
    this.#high = this.#rounding.exact ? this.#rounding.next(key) : -Infinity
    this.#id = id
    return id
  }
}
