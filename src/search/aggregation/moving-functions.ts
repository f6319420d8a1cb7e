import type { MovingFunction } from './aggregation-spec.ts'

/** Elasticsearch's MovingFunctions over a window, oldest value first. NaN when the window says nothing. */
export function movingValue({ name, alpha }: MovingFunction, values: readonly number[]): number {
  switch (name) {
    case 'sum':
      return sum(values)
    case 'max':
      return values.length === 0 ? Number.NaN : Math.max(...values)
    case 'min':
      return values.length === 0 ? Number.NaN : Math.min(...values)
    case 'unweightedAvg':
      return sum(values) / values.length
    case 'stdDev': {
      const average = sum(values) / values.length
      return Math.sqrt(sum(values.map((value) => (value - average) ** 2)) / values.length)
    }
    case 'linearWeightedAvg': {
      const weighted = sum(values.map((value, index) => value * (index + 1)))
      return weighted / ((values.length * (values.length + 1)) / 2)
    }
    case 'ewma':
      return values.length === 0
        ? Number.NaN
        : values.reduce((before, value) => alpha * value + (1 - alpha) * before)
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
