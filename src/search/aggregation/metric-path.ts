import type { AggregationPartial, AggregationPartials } from './aggregation-partial.ts'
import type { AggregationSpec, AggregationSpecs } from './aggregation-spec.ts'
import { distinctCount } from './distinct-counter.ts'
import { emptyPartial } from './empty-partial.ts'
import { medianDeviation, percentRank, quantile } from './sketch.ts'
import { statsOf, statsNumber } from './stats-values.ts'

/** A path as `a>b.max` or `p[99.9]`: aggregations, and which number of the last of them. */
export interface MetricPath {
  readonly names: readonly string[]
  /** Null means the only one. */
  readonly property: string | null
}

export function parseMetricPath(path: string): MetricPath {
  const parts = path.split('>').map((part) => part.trim())
  const last = parts.pop() ?? ''
  const match = /^([^.[\]]+)(?:\.(.+)|\[(.+)\])?$/.exec(last)
  const property = match?.[2] ?? match?.[3] ?? null
  return { names: [...parts, match?.[1] ?? last], property }
}

/** The number that a path means below a bucket; NaN where there is none. */
export function metricAt(specs: AggregationSpecs, partials: AggregationPartials, path: string): number {
  const { names, property } = parseMetricPath(path)
  let below = specs
  let found = partials
  for (const [index, name] of names.entries()) {
    const spec = Object.hasOwn(below, name) ? below[name] : undefined
    if (spec === undefined) return Number.NaN
    const partial = (Object.hasOwn(found, name) ? found[name] : undefined) ?? emptyPartial(spec)
    if (partial === null) return Number.NaN
    if (index === names.length - 1) return metricNumber(spec, partial, property)
    const slot = partial.kind === 'slots' && partial.slots.length === 1 ? partial.slots[0] : undefined
    if (slot === undefined) return Number.NaN
    below = spec.aggregations
    found = slot.aggregations
  }
  return Number.NaN
}

/** One number of a metric, by its name in the answer; NaN where it has none. */
function metricNumber(spec: AggregationSpec, partial: AggregationPartial, property: string | null): number {
  switch (partial.kind) {
    case 'stats': {
      if (spec.kind === 'extended_stats' || spec.kind === 'stats') {
        return property === null ? Number.NaN : statsNumber(statsOf(partial, spec.sigma), property)
      }
      return statsNumber(statsOf(partial, 2), spec.kind === 'value_count' ? 'count' : spec.kind)
    }
    case 'sketch': {
      if (spec.kind === 'median_absolute_deviation') return medianDeviation(partial) ?? Number.NaN
      const wanted = Number(property)
      if (property === null || Number.isNaN(wanted)) return Number.NaN
      const value =
        spec.kind === 'percentiles' ? quantile(partial, wanted / 100) : percentRank(partial, wanted)
      return value ?? Number.NaN
    }
    case 'cardinality':
      return distinctCount(partial)
    case 'weighted_avg':
      return (partial.sum + partial.sumRest) / (partial.weight + partial.weightRest)
    case 'slots':
      return partial.slots.length === 1 ? (partial.slots[0]?.count ?? Number.NaN) : Number.NaN
    case 'terms':
    case 'significant_terms':
    case 'histogram':
    case 'composite':
    case 'top_hits':
      return Number.NaN
  }
}
