import type { IndexReader } from '../index/index-reader.ts'
import type { SketchPartial } from './aggregation-partial.ts'
import type { DeviationSpec, PercentileRanksSpec, PercentilesSpec } from './aggregation-spec.ts'
import type { CollectContext, Collector } from './collector.ts'
import { NumberValues } from './number-values.ts'
import { Sketch, SKETCH_EXACT } from './sketch.ts'

const none = new Sketch().partial(false)

/** A sketch of few values costs little; one of many has a window of bins. */
const SKETCH_BYTES = 8 * SKETCH_EXACT

/** percentiles, percentile_ranks and median_absolute_deviation: a sketch for each owner. */
export class SketchCollector implements Collector {
  readonly #values: NumberValues
  readonly #context: CollectContext
  readonly #sketches: (Sketch | undefined)[] = []

  constructor(spec: PercentilesSpec | PercentileRanksSpec | DeviationSpec, context: CollectContext) {
    this.#context = context
    this.#values = new NumberValues(spec.field, spec.missing)
  }

  begin(reader: IndexReader): void {
    this.#values.begin(reader)
  }

  collect(docs: Int32Array, owners: Int32Array, count: number): void {
    this.#context.budget.check()
    const length = this.#values.load(docs, owners, count)
    const { values, owners: of } = this.#values
    for (let i = 0; i < length; i += 1) {
      const value = values[i]!
      if (!Number.isNaN(value)) (this.#sketches[of[i]!] ?? this.#add(of[i]!)).add(value)
    }
  }

  partial(owner: number): SketchPartial {
    const { dates } = this.#values
    return this.#sketches[owner]?.partial(dates) ?? { ...none, dates }
  }

  #add(owner: number): Sketch {
    this.#context.budget.allocate(SKETCH_BYTES)
    const sketch = new Sketch()
    while (this.#sketches.length < owner) this.#sketches.push(undefined)
    this.#sketches[owner] = sketch
    return sketch
  }
}
