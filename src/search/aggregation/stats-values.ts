import type { StatsPartial } from './aggregation-partial.ts'

/** The numbers of extended_stats; the others are a selection. Null where no value was. */
export interface StatsValues {
  readonly count: number
  readonly sum: number
  readonly min: number | null
  readonly max: number | null
  readonly avg: number | null
  readonly sumOfSquares: number
  readonly variance: number | null
  readonly varianceSampling: number | null
  readonly deviation: number | null
  readonly deviationSampling: number | null
  readonly bounds: Readonly<Record<'upper' | 'lower' | 'upperSampling' | 'lowerSampling', number | null>>
}

export function statsOf(partial: StatsPartial, sigma: number): StatsValues {
  const { count } = partial
  const sum = partial.sum + partial.sumRest
  const sumOfSquares = partial.sumOfSquares + partial.sumOfSquaresRest
  const some = count > 0
  const avg = some ? sum / count : null
  const spread = some ? Math.max(0, sumOfSquares - (sum * sum) / count) : 0
  const variance = some ? spread / count : null
  const varianceSampling = count > 1 ? spread / (count - 1) : null
  const deviation = variance === null ? null : Math.sqrt(variance)
  const deviationSampling = varianceSampling === null ? null : Math.sqrt(varianceSampling)
  const bound = (sign: number, distance: number | null): number | null =>
    avg === null || distance === null ? null : avg + sign * sigma * distance
  return {
    count,
    sum,
    min: some ? partial.min : null,
    max: some ? partial.max : null,
    avg,
    sumOfSquares,
    variance,
    varianceSampling,
    deviation,
    deviationSampling,
    bounds: {
      upper: bound(1, deviation),
      lower: bound(-1, deviation),
      upperSampling: bound(1, deviationSampling),
      lowerSampling: bound(-1, deviationSampling),
    },
  }
}

/** A number by its name in Elasticsearch's answer; NaN where there is none. */
export function statsNumber(stats: StatsValues, name: string): number {
  const values: Readonly<Record<string, number | null>> = {
    count: stats.count,
    sum: stats.sum,
    min: stats.min,
    max: stats.max,
    avg: stats.avg,
    sum_of_squares: stats.sumOfSquares,
    variance: stats.variance,
    variance_population: stats.variance,
    variance_sampling: stats.varianceSampling,
    std_deviation: stats.deviation,
    std_deviation_population: stats.deviation,
    std_deviation_sampling: stats.deviationSampling,
    'std_deviation_bounds.upper': stats.bounds.upper,
    'std_deviation_bounds.lower': stats.bounds.lower,
  }
  return Object.hasOwn(values, name) ? (values[name] ?? Number.NaN) : Number.NaN
}
