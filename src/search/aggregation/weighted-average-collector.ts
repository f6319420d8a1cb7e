import type { IndexReader } from '../index/index-reader.ts'
import type { WeightedAveragePartial } from './aggregation-partial.ts'
import type { WeightedAverageSpec } from './aggregation-spec.ts'
import { BATCH_DOCS, type CollectContext, type Collector } from './collector.ts'
import { addTo, type CompensatedSum } from './compensated-sum.ts'
import { fieldColumns } from './field-values.ts'
import { gatherNumbers } from './gather.ts'

const values = new Float64Array(BATCH_DOCS)
const weights = new Float64Array(BATCH_DOCS)

interface OwnerSums {
  readonly sum: CompensatedSum
  readonly weight: CompensatedSum
}

/** Sum of value times weight, and of the weights. Of a document with several values or weights the first counts. */
export class WeightedAverageCollector implements Collector {
  readonly #spec: WeightedAverageSpec
  readonly #context: CollectContext
  readonly #owners: (OwnerSums | undefined)[] = []
  #reader: IndexReader | null = null

  constructor(spec: WeightedAverageSpec, context: CollectContext) {
    this.#spec = spec
    this.#context = context
  }

  begin(reader: IndexReader): void {
    this.#reader = reader
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    this.#context.budget.check()
    this.#load(this.#spec.value, docs, count, values)
    this.#load(this.#spec.weight, docs, count, weights)
    for (let i = 0; i < count; i += 1) {
      const value = values[i]!
      const weight = weights[i]!
      if (Number.isNaN(value) || Number.isNaN(weight)) continue
      const { sum, weight: total } = this.#owners[owners[i]!] ?? this.#add(owners[i]!)
      addTo(sum, value * weight)
      addTo(total, weight)
    }
  }

  partial(owner: number): WeightedAveragePartial {
    const { sum, weight } = this.#owners[owner] ?? { sum: { sum: 0, rest: 0 }, weight: { sum: 0, rest: 0 } }
    return {
      kind: 'weighted_avg',
      sum: sum.sum,
      sumRest: sum.rest,
      weight: weight.sum,
      weightRest: weight.rest,
    }
  }

  #load(
    { field, missing }: WeightedAverageSpec['value'],
    docs: Int32Array,
    count: number,
    into: Float64Array,
  ): void {
    const columns = this.#reader === null ? null : fieldColumns(this.#reader, field)
    const column = columns === null ? null : (columns.numbers ?? columns.booleans)
    if (column === null) into.fill(Number.NaN, 0, count)
    else gatherNumbers(column, docs, count, into)
    if (missing === null) return
    for (let i = 0; i < count; i += 1) if (Number.isNaN(into[i]!)) into[i] = missing
  }

  #add(owner: number): OwnerSums {
    this.#context.budget.allocate(100)
    const sums: OwnerSums = { sum: { sum: 0, rest: 0 }, weight: { sum: 0, rest: 0 } }
    while (this.#owners.length < owner) this.#owners.push(undefined)
    this.#owners[owner] = sums
    return sums
  }
}
