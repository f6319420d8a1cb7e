import type { IndexReader } from '../index/index-reader.ts'
import type { WeightedAveragePartial } from './aggregation-partial.ts'
import type { WeightedAverageSpec } from './aggregation-spec.ts'
import { QueryError } from '../budget.ts'
import type { CollectContext, Collector } from './collector.ts'
import { addTo, type CompensatedSum } from './compensated-sum.ts'
import { NumberValues } from './number-values.ts'

interface OwnerSums {
  readonly sum: CompensatedSum
  readonly weight: CompensatedSum
}

/** Sum of value times weight, and of the weights. Each of several values of a document has its weight, of which there must be one. */
export class WeightedAverageCollector implements Collector {
  readonly #field: string
  readonly #values: NumberValues
  readonly #weights: NumberValues
  readonly #context: CollectContext
  readonly #owners: (OwnerSums | undefined)[] = []

  constructor(spec: WeightedAverageSpec, context: CollectContext) {
    this.#field = spec.weight.field
    this.#values = new NumberValues(spec.value.field, spec.value.missing)
    this.#weights = new NumberValues(spec.weight.field, spec.weight.missing)
    this.#context = context
  }

  begin(reader: IndexReader): void {
    this.#values.begin(reader)
    this.#weights.begin(reader)
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    this.#context.budget.check()
    const valueCount = this.#values.load(docs, owners, count)
    const weightCount = this.#weights.load(docs, owners, count)
    const { values, docs: valueDocs, owners: valueOwners } = this.#values
    const { values: weights, docs: weightDocs, owners: weightOwners } = this.#weights
    // Both lists have the documents of the batch in its order, some of them with several entries.
    for (let i = 0, k = 0; k < weightCount; k += 1) {
      const doc = weightDocs[k]!
      const owner = weightOwners[k]!
      if (k + 1 < weightCount && weightDocs[k + 1] === doc && weightOwners[k + 1] === owner)
        throw this.#severalWeights()
      for (; i < valueCount && valueDocs[i] === doc && valueOwners[i] === owner; i += 1)
        this.#add(owner, values[i]!, weights[k]!)
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

  #severalWeights(): QueryError {
    return new QueryError(
      'illegal_argument',
      `weighted_avg: a record has several numbers in '${this.#field}'; as a weight it can have one.`,
    )
  }

  #add(owner: number, value: number, weight: number): void {
    if (Number.isNaN(value) || Number.isNaN(weight)) return
    const { sum, weight: total } = this.#owners[owner] ?? this.#open(owner)
    addTo(sum, value * weight)
    addTo(total, weight)
  }

  #open(owner: number): OwnerSums {
    this.#context.budget.allocate(100)
    const sums: OwnerSums = { sum: { sum: 0, rest: 0 }, weight: { sum: 0, rest: 0 } }
    while (this.#owners.length < owner) this.#owners.push(undefined)
    this.#owners[owner] = sums
    return sums
  }
}
