import type {
  AggregationPartial,
  SketchPartial,
  StatsPartial,
  TopHitsPartial,
} from './aggregation-partial.ts'
import type {
  MetricSpec,
  NumberMetricSpec,
  PercentileRanksSpec,
  PercentilesSpec,
  TopHitsSpec,
} from './aggregation-spec.ts'
import { type AnswerObject, javaDouble } from './answer.ts'
import { dateWriter } from './date-output.ts'
import { distinctCount } from './distinct-counter.ts'
import type { FinishOptions } from './finish-options.ts'
import { numberWriter } from './number-output.ts'
import { medianDeviation, percentRank, quantile } from './sketch.ts'
import { type StatsValues, statsOf } from './stats-values.ts'

export function finishMetric(
  spec: MetricSpec,
  partial: AggregationPartial,
  options: FinishOptions,
): AnswerObject {
  switch (partial.kind) {
    case 'stats':
      return finishStats(spec as NumberMetricSpec, partial)
    case 'sketch':
      return spec.kind === 'median_absolute_deviation'
        ? { value: medianDeviation(partial) }
        : finishPercentiles(spec as PercentilesSpec | PercentileRanksSpec, partial)
    case 'cardinality':
      return { value: distinctCount(partial) }
    case 'weighted_avg': {
      const weight = partial.weight + partial.weightRest
      return { value: weight === 0 ? null : (partial.sum + partial.sumRest) / weight }
    }
    case 'top_hits':
      return finishHits(spec as TopHitsSpec, partial, options)
    case 'terms':
    case 'significant_terms':
    case 'histogram':
    case 'slots':
    case 'composite':
      throw new TypeError(`a partial of the kind ${partial.kind} is no metric`)
  }
}

/** How values of a field are written beside the number itself; null when they are just numbers. */
function textOf(spec: NumberMetricSpec, dates: boolean): ((value: number) => string) | null {
  return dates ? dateWriter(spec.format, 'UTC') : numberWriter(spec.format)
}

function finishStats(spec: NumberMetricSpec, partial: StatsPartial): AnswerObject {
  const stats = statsOf(partial, spec.sigma)
  const text = textOf(spec, partial.dates)
  switch (spec.kind) {
    case 'value_count':
      return { value: stats.count }
    case 'avg':
    case 'sum':
    case 'min':
    case 'max': {
      const value = stats[spec.kind]
      return text === null || value === null ? { value } : { value, value_as_string: text(value) }
    }
    case 'stats':
      return { ...plainStats(stats), ...statsTexts(stats, text) }
    case 'extended_stats':
      return { ...plainStats(stats), ...extendedStats(stats), ...statsTexts(stats, text) }
  }
}

function plainStats({ count, min, max, avg, sum }: StatsValues): AnswerObject {
  return { count, min, max, avg, sum }
}

function statsTexts(stats: StatsValues, text: ((value: number) => string) | null): AnswerObject {
  const { min, max, avg, sum } = stats
  if (text === null || min === null || max === null || avg === null) return {}
  return {
    min_as_string: text(min),
    max_as_string: text(max),
    avg_as_string: text(avg),
    sum_as_string: text(sum),
  }
}

function extendedStats(stats: StatsValues): AnswerObject {
  const { upper, lower, upperSampling, lowerSampling } = stats.bounds
  // A single value is no sample: Elasticsearch divides by zero and says so.
  const sampled = (value: number | null): number | 'NaN' | null => (stats.count === 1 ? 'NaN' : value)
  return {
    sum_of_squares: stats.count === 0 ? null : stats.sumOfSquares,
    variance: stats.variance,
    variance_population: stats.variance,
    variance_sampling: sampled(stats.varianceSampling),
    std_deviation: stats.deviation,
    std_deviation_population: stats.deviation,
    std_deviation_sampling: sampled(stats.deviationSampling),
    std_deviation_bounds: {
      upper,
      lower,
      upper_population: upper,
      lower_population: lower,
      upper_sampling: sampled(upperSampling),
      lower_sampling: sampled(lowerSampling),
    },
  }
}

function finishPercentiles(spec: PercentilesSpec | PercentileRanksSpec, sketch: SketchPartial): AnswerObject {
  const text = sketch.dates ? dateWriter(null, 'UTC') : null
  const points = spec.kind === 'percentiles' ? spec.percents : spec.values
  const values = points.map((point) => ({
    key: point,
    value: spec.kind === 'percentiles' ? quantile(sketch, point / 100) : percentRank(sketch, point),
  }))
  const withText = spec.kind === 'percentiles' && text !== null
  if (!spec.keyed) {
    return {
      values: values.map(({ key, value }) =>
        withText && value !== null ? { key, value, value_as_string: text(value) } : { key, value },
      ),
    }
  }
  const entries = values.flatMap(({ key, value }): [string, unknown][] => {
    const name = javaDouble(key)
    return withText && value !== null
      ? [
          [name, value],
          [`${name}_as_string`, text(value)],
        ]
      : [[name, value]]
  })
  return { values: Object.fromEntries(entries) }
}

function finishHits(spec: TopHitsSpec, partial: TopHitsPartial, { hit }: FinishOptions): AnswerObject {
  return {
    hits: {
      total: { value: partial.total, relation: 'eq' },
      max_score: partial.maxScore,
      hits: partial.hits.slice(spec.from, spec.from + spec.size).map((one) => hit(one, spec)),
    },
  }
}
