import type { IndexReader } from '../index/index-reader.ts'
import type { CompositePartial } from './aggregation-partial.ts'
import type { CompositeSource, CompositeSpec, CompositeValue } from './aggregation-spec.ts'
import { BucketOrdinals } from './bucket-ordinals.ts'
import type { CollectContext, Collector } from './collector.ts'
import { compareCompositeKeys } from './composite-order.ts'
import { dateRounding } from './date-rounding.ts'
import { DocEmitter } from './doc-emitter.ts'
import { fieldColumns, type FieldColumns } from './field-values.ts'
import { numberRounding } from './histogram-rounding.ts'
import { KeyCollector } from './key-collector.ts'
import { KeyIds } from './key-ids.ts'

/** Combinations of values that one document may be in. */
const COMBINATIONS_MAX = 1024

/** The values of one source in a document, as ids. */
class SourceValues {
  readonly spec: CompositeSource
  readonly ids: KeyIds
  readonly #keys: KeyCollector
  readonly #floor: ((value: number) => number) | null
  #columns: FieldColumns | null = null
  #numbers: number[] = []

  constructor(spec: CompositeSource, context: CollectContext) {
    this.spec = spec
    this.#keys = new KeyCollector(spec.field, null, null, context, new DocEmitter([]))
    this.#floor =
      spec.kind === 'terms'
        ? null
        : spec.kind === 'histogram'
          ? numberRounding(spec.interval, 0).floor
          : dateRounding(spec.interval, spec.timeZone, spec.offsetMs).floor
    this.ids = spec.kind === 'terms' ? this.#keys.ids : new KeyIds(context.budget, null)
  }

  begin(reader: IndexReader, readerIndex: number): void {
    this.#columns = fieldColumns(reader, this.spec.field)
    this.#keys.begin(reader, readerIndex)
  }

  /** Ids of the document's values into an empty list, -1 standing for none when the source wants such buckets. */
  read(doc: number, into: number[]): number {
    let found = 0
    if (this.#floor === null) {
      found = this.#keys.idsOf(doc)
      for (let i = 0; i < found; i += 1) into[i] = this.#keys.docId(i)
    } else {
      const length = this.#columns?.numbers?.readAll(doc, this.#numbers) ?? 0
      for (let i = 0; i < length; i += 1) {
        const id = this.ids.of(this.#floor(this.#numbers[i]!))
        if (!into.includes(id)) {
          into[found] = id
          found += 1
        }
      }
    }
    if (found > 0 || !this.spec.missingBucket) return found
    into[0] = -1
    return 1
  }

  valueOf(id: number): CompositeValue {
    return id < 0 ? null : this.ids.key(id)
  }
}

/** A bucket for each combination of the sources' values, in pages. Keys before the page are passed over when they are first seen. */
export class CompositeCollector implements Collector {
  readonly #spec: CompositeSpec
  readonly #context: CollectContext
  readonly #below: DocEmitter
  readonly #sources: readonly SourceValues[]
  /** Combinations of the first two sources, of these with the third, and so on: the number of a whole key is that of the last. */
  readonly #pairs: readonly BucketOrdinals[]
  readonly #keys: CompositeValue[][] = []
  readonly #wanted: (boolean | undefined)[] = []
  readonly #counts: number[] = []
  readonly #read: number[][]

  constructor(spec: CompositeSpec, context: CollectContext, below: DocEmitter) {
    this.#spec = spec
    this.#context = context
    this.#below = below
    this.#sources = spec.sources.map((source) => new SourceValues(source, context))
    this.#pairs = spec.sources.map(() => new BucketOrdinals(context.budget))
    this.#read = spec.sources.map(() => [])
  }

  begin(reader: IndexReader, readerIndex: number): void {
    for (const source of this.#sources) source.begin(reader, readerIndex)
    this.#below.begin(reader, readerIndex)
  }

  collect(docs: Int32Array, _owners: Int32Array, count: number): void {
    this.#context.budget.check()
    for (let i = 0; i < count; i += 1) this.#add(docs[i]!)
    this.#below.flush()
  }

  partial(): CompositePartial {
    const { sources, size } = this.#spec
    const ordinals = [...this.#keys.keys()].filter((ordinal) => this.#wanted[ordinal] === true)
    ordinals.sort((a, b) => compareCompositeKeys(this.#keys[a] ?? [], this.#keys[b] ?? [], sources))
    const page = ordinals.slice(0, size)
    this.#context.budget.buckets(page.length)
    return {
      kind: 'composite',
      buckets: page.map((ordinal) => ({
        key: this.#keys[ordinal] ?? [],
        count: this.#counts[ordinal] ?? 0,
        aggregations: this.#below.partials(ordinal),
      })),
    }
  }

  #add(doc: number): void {
    let combinations = 1
    for (const [index, source] of this.#sources.entries()) {
      const into = this.#read[index] ?? []
      into.length = 0
      into.length = source.read(doc, into)
      combinations = Math.min(COMBINATIONS_MAX, combinations * into.length)
    }
    for (let i = 0; i < combinations; i += 1) {
      let rest = i
      let owner = 0
      const last = this.#sources.length - 1
      for (let s = 0; s <= last; s += 1) {
        const ids = this.#read[s] ?? []
        const id = ids[rest % ids.length]!
        rest = Math.floor(rest / ids.length)
        owner = this.#pairs[s]!.ordinal(owner, id + 1)
      }
      if (this.#wanted[owner] === undefined) this.#addKey(owner, i)
      if (this.#wanted[owner] !== true) continue
      this.#counts[owner] = (this.#counts[owner] ?? 0) + 1
      this.#below.emit(doc, owner)
    }
  }

  #addKey(ordinal: number, combination: number): void {
    const { sources, after } = this.#spec
    let rest = combination
    const key = this.#sources.map((source, index) => {
      const ids = this.#read[index] ?? []
      const id = ids[rest % ids.length]!
      rest = Math.floor(rest / ids.length)
      return source.valueOf(id)
    })
    this.#context.budget.allocate(100)
    this.#keys[ordinal] = key
    this.#wanted[ordinal] = after === null || compareCompositeKeys(key, after, sources) > 0
  }
}
