import type { DocSet, IndexReader } from '../index/index-reader.ts'
import type { Query } from '../query/query.ts'
import type { SlotsPartial } from './aggregation-partial.ts'
import type { FilterSpec, FiltersSpec, KeyedRange, MissingSpec, RangeSpec } from './aggregation-spec.ts'
import { BATCH_DOCS, type CollectContext, type Collector } from './collector.ts'
import type { DocEmitter } from './doc-emitter.ts'
import { fieldColumns, fieldOf, isAddressField } from './field-values.ts'
import { NumberValues } from './number-values.ts'
import { holds } from './doc-set.ts'
import { greatest, OwnerNumbers } from './owner-numbers.ts'

/** Buckets that are known beforehand: bucket `slot` of an owner has the number `owner * slots + slot`. */
class Slots {
  readonly #slots: number
  readonly #counts: OwnerNumbers
  readonly below: DocEmitter

  constructor(slots: number, context: CollectContext, below: DocEmitter) {
    this.#slots = slots
    this.#counts = new OwnerNumbers(context.budget, 0)
    this.below = below
  }

  reserve(owners: Int32Array, count: number): void {
    this.#counts.reserve((greatest(owners, count) + 1) * this.#slots)
  }

  add(doc: number, owner: number, slot: number): void {
    const bucket = owner * this.#slots + slot
    this.#counts.array[bucket]! += 1
    this.below.emit(doc, bucket)
  }

  partial(owner: number): SlotsPartial {
    const slots = Array.from({ length: this.#slots }, (_, slot) => {
      const bucket = owner < 0 ? -1 : owner * this.#slots + slot
      return { count: this.#counts.of(bucket), aggregations: this.below.partials(bucket) }
    })
    return { kind: 'slots', slots }
  }
}

/** range and date_range. Ranges may overlap. */
export class RangeCollector implements Collector {
  readonly #ranges: readonly KeyedRange[]
  readonly #values: NumberValues
  readonly #slots: Slots
  readonly #context: CollectContext
  readonly #lows: Float64Array
  readonly #highs: Float64Array

  constructor(spec: RangeSpec, context: CollectContext, below: DocEmitter) {
    this.#context = context
    this.#ranges = spec.ranges
    this.#values = new NumberValues(spec.field, spec.missing)
    this.#slots = new Slots(spec.ranges.length, context, below)
    this.#lows = Float64Array.from(spec.ranges, ({ from }) => from ?? -Infinity)
    this.#highs = Float64Array.from(spec.ranges, ({ to }) => to ?? Infinity)
    context.budget.buckets(spec.ranges.length)
  }

  begin(reader: IndexReader, readerIndex: number): void {
    this.#values.begin(reader)
    this.#slots.below.begin(reader, readerIndex)
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    this.#context.budget.check()
    this.#slots.reserve(owners, count)
    const length = this.#values.load(docs, owners, count)
    const { values, docs: of, owners: under, severalPerDoc } = this.#values
    const ranges = this.#ranges.length
    for (let i = 0; i < length; i += 1) {
      const value = values[i]!
      for (let slot = 0; slot < ranges; slot += 1) {
        if (!this.#contains(slot, value)) continue
        if (severalPerDoc && this.#seenBefore(i, slot)) continue
        this.#slots.add(of[i]!, under[i]!, slot)
      }
    }
    this.#slots.below.flush()
  }

  partial(owner: number): SlotsPartial {
    return this.#slots.partial(owner)
  }

  /** False for NaN. An open end also takes infinity. */
  #contains(slot: number, value: number): boolean {
    const high = this.#highs[slot]!
    return value >= this.#lows[slot]! && (value < high || (high === Infinity && value === Infinity))
  }

  #seenBefore(index: number, slot: number): boolean {
    const { values, docs, owners } = this.#values
    for (let i = index - 1; i >= 0 && docs[i] === docs[index] && owners[i] === owners[index]; i -= 1) {
      if (this.#contains(slot, values[i]!)) return true
    }
    return false
  }
}

/** filter and filters: each bucket is a query. */
export class FiltersCollector implements Collector {
  readonly #queries: readonly Query[]
  readonly #other: boolean
  readonly #context: CollectContext
  readonly #slots: Slots
  #sets: DocSet[] = []

  constructor(spec: FilterSpec | FiltersSpec, context: CollectContext, below: DocEmitter) {
    this.#context = context
    this.#queries = spec.kind === 'filter' ? [spec.query] : spec.filters.map(({ query }) => query)
    this.#other = spec.kind === 'filters' && spec.other !== null
    this.#slots = new Slots(this.#queries.length + (this.#other ? 1 : 0), context, below)
    context.budget.buckets(this.#queries.length)
  }

  begin(reader: IndexReader, readerIndex: number): void {
    this.#sets = this.#queries.map((query) => this.#context.matches(readerIndex, query))
    this.#slots.below.begin(reader, readerIndex)
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    this.#context.budget.check()
    this.#slots.reserve(owners, count)
    for (let i = 0; i < count; i += 1) {
      const doc = docs[i]!
      let matched = false
      for (let slot = 0; slot < this.#sets.length; slot += 1) {
        if (!holds(this.#sets[slot]!, doc)) continue
        matched = true
        this.#slots.add(doc, owners[i]!, slot)
      }
      if (this.#other && !matched) this.#slots.add(doc, owners[i]!, this.#sets.length)
    }
    this.#slots.below.flush()
  }

  partial(owner: number): SlotsPartial {
    return this.#slots.partial(owner)
  }
}

/** Documents without any value of a field. */
export class MissingCollector implements Collector {
  readonly #spec: MissingSpec
  readonly #slots: Slots
  readonly #context: CollectContext
  #has: (doc: number) => boolean = () => false

  constructor(spec: MissingSpec, context: CollectContext, below: DocEmitter) {
    this.#spec = spec
    this.#context = context
    this.#slots = new Slots(1, context, below)
    context.budget.buckets(1)
  }

  begin(reader: IndexReader, readerIndex: number): void {
    const { field: name } = this.#spec
    const field = fieldOf(reader, name)
    this.#has = () => isAddressField(name)
    if (field !== null && reader.field(name) !== null) this.#has = (doc) => holds(field.presence, doc)
    else if (field !== null) {
      const { strings } = fieldColumns(reader, name)
      const found: number[] = []
      this.#has = (doc) => strings !== null && strings.readAll(doc, found) > 0
    }
    this.#slots.below.begin(reader, readerIndex)
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    this.#context.budget.check()
    this.#slots.reserve(owners, count)
    for (let i = 0; i < count; i += 1) if (!this.#has(docs[i]!)) this.#slots.add(docs[i]!, owners[i]!, 0)
    this.#slots.below.flush()
  }

  partial(owner: number): SlotsPartial {
    return this.#slots.partial(owner)
  }
}

/** All documents, whatever the query matches. It collects them itself, when the search is through. */
export class GlobalCollector implements Collector {
  readonly #context: CollectContext
  readonly #slots: Slots
  #collected = false

  constructor(context: CollectContext, below: DocEmitter) {
    this.#context = context
    this.#slots = new Slots(1, context, below)
    context.budget.buckets(1)
  }

  begin(): void {
    // What the query matches is of no interest.
  }

  collect(): void {
    // As above.
  }

  partial(owner: number): SlotsPartial {
    if (!this.#collected) this.#collectAll()
    this.#collected = true
    return this.#slots.partial(owner)
  }

  #collectAll(): void {
    const owners = new Int32Array(BATCH_DOCS)
    this.#slots.reserve(owners, 1)
    for (const [readerIndex, reader] of this.#context.readers.entries()) {
      const all = this.#context.matches(readerIndex, { kind: 'all' })
      this.#slots.below.begin(reader, readerIndex)
      for (let doc = 0; doc < reader.docCount; doc += 1) {
        if (doc % BATCH_DOCS === 0) this.#context.budget.check()
        if (holds(all, doc)) this.#slots.add(doc, 0, 0)
      }
      this.#slots.below.flush()
    }
  }
}
