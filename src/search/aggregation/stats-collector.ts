import type { IndexReader } from '../index/index-reader.ts'
import type { StatsPartial } from './aggregation-partial.ts'
import type { NumberMetricSpec } from './aggregation-spec.ts'
import type { CollectContext, Collector } from './collector.ts'
import { type FieldColumns, fieldColumns } from './field-values.ts'
import { NumberValues } from './number-values.ts'
import { greatest, OwnerNumbers } from './owner-numbers.ts'

/** avg, sum, min, max, stats and extended_stats. Sums are Kahan's, as Elasticsearch's are. */
export class StatsCollector implements Collector {
  readonly #values: NumberValues
  readonly #context: CollectContext
  readonly #squares: boolean
  readonly #count: OwnerNumbers
  readonly #sum: OwnerNumbers
  readonly #sumRest: OwnerNumbers
  readonly #sumOfSquares: OwnerNumbers
  readonly #sumOfSquaresRest: OwnerNumbers
  readonly #min: OwnerNumbers
  readonly #max: OwnerNumbers

  constructor(spec: NumberMetricSpec, context: CollectContext) {
    const { budget } = context
    this.#context = context
    this.#values = new NumberValues(spec.field, spec.missing)
    this.#squares = spec.kind === 'extended_stats'
    this.#count = new OwnerNumbers(budget, 0)
    this.#sum = new OwnerNumbers(budget, 0)
    this.#sumRest = new OwnerNumbers(budget, 0)
    this.#sumOfSquares = new OwnerNumbers(budget, 0)
    this.#sumOfSquaresRest = new OwnerNumbers(budget, 0)
    this.#min = new OwnerNumbers(budget, Infinity)
    this.#max = new OwnerNumbers(budget, -Infinity)
  }

  begin(reader: IndexReader): void {
    this.#values.begin(reader)
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    this.#context.budget.check()
    const length = this.#values.load(docs, owners, count)
    this.#reserve(greatest(owners, count))
    const counts = this.#count.array
    const sums = this.#sum.array
    const rests = this.#sumRest.array
    const mins = this.#min.array
    const maxs = this.#max.array
    const { values, owners: of } = this.#values
    for (let i = 0; i < length; i += 1) {
      const value = values[i]!
      if (Number.isNaN(value)) continue
      const owner = of[i]!
      counts[owner]! += 1
      if (value < mins[owner]!) mins[owner] = value
      if (value > maxs[owner]!) maxs[owner] = value
      const sum = sums[owner]!
      const corrected = value + rests[owner]!
      const next = sum + corrected
      rests[owner] = corrected - (next - sum)
      sums[owner] = next
    }
    if (this.#squares) this.#addSquares(length)
  }

  partial(owner: number): StatsPartial {
    return {
      kind: 'stats',
      count: this.#count.of(owner),
      sum: this.#sum.of(owner),
      sumRest: this.#sumRest.of(owner),
      sumOfSquares: this.#sumOfSquares.of(owner),
      sumOfSquaresRest: this.#sumOfSquaresRest.of(owner),
      min: this.#min.of(owner),
      max: this.#max.of(owner),
      dates: this.#values.dates,
    }
  }

  #reserve(owner: number): void {
    for (const numbers of [this.#count, this.#sum, this.#sumRest, this.#min, this.#max])
      numbers.reserve(owner)
    if (!this.#squares) return
    this.#sumOfSquares.reserve(owner)
    this.#sumOfSquaresRest.reserve(owner)
  }

  #addSquares(length: number): void {
    const sums = this.#sumOfSquares.array
    const rests = this.#sumOfSquaresRest.array
    const { values, owners } = this.#values
    for (let i = 0; i < length; i += 1) {
      const value = values[i]!
      if (Number.isNaN(value)) continue
      const owner = owners[i]!
      const sum = sums[owner]!
      const corrected = value * value + rests[owner]!
      const next = sum + corrected
      rests[owner] = corrected - (next - sum)
      sums[owner] = next
    }
  }
}

/** value_count: values of any type, several of a document counted each. */
export class ValueCountCollector implements Collector {
  readonly #field: string
  readonly #missing: number | null
  readonly #count: OwnerNumbers
  readonly #context: CollectContext
  #columns: FieldColumns | null = null
  #found: number[] = []

  constructor(spec: NumberMetricSpec, context: CollectContext) {
    this.#field = spec.field
    this.#missing = spec.missing
    this.#context = context
    this.#count = new OwnerNumbers(context.budget, 0)
  }

  begin(reader: IndexReader): void {
    this.#columns = fieldColumns(reader, this.#field)
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    this.#context.budget.check()
    this.#count.reserve(greatest(owners, count))
    const counts = this.#count.array
    for (let i = 0; i < count; i += 1) counts[owners[i]!]! += this.#valuesOf(docs[i]!)
  }

  partial(owner: number): StatsPartial {
    const count = this.#count.of(owner)
    return {
      kind: 'stats',
      count,
      sum: 0,
      sumRest: 0,
      sumOfSquares: 0,
      sumOfSquaresRest: 0,
      min: Infinity,
      max: -Infinity,
      dates: false,
    }
  }

  #valuesOf(doc: number): number {
    const columns = this.#columns
    if (columns === null) return 0
    const { strings, numbers, booleans, numberKind } = columns
    const numeric = numbers?.readAll(doc, this.#found) ?? 0
    // A date is a string too, and counts once.
    const texts = numberKind === 'date' && numeric > 0 ? 0 : (strings?.readAll(doc, this.#found) ?? 0)
    const found = numeric + texts + (booleans?.readAll(doc, this.#found) ?? 0)
    return found === 0 && this.#missing !== null ? 1 : found
  }
}
