import type { FieldValueModifier, FunctionScoreQuery } from '../query/query.ts'

type Modes = Pick<FunctionScoreQuery, 'scoreMode' | 'boostMode' | 'maxBoost'>

/** One value of a function, already times its weight. */
export interface WeightedValue {
  readonly value: number
  readonly weight: number
}

/** The score of a document from that of the query and the values of the functions that apply to it. */
export function combineFunctions(modes: Modes, score: number, values: readonly WeightedValue[]): number {
  const factor = Math.min(mergeValues(modes.scoreMode, values), modes.maxBoost ?? Number.POSITIVE_INFINITY)
  switch (modes.boostMode) {
    case 'multiply':
      return score * factor
    case 'replace':
      return factor
    case 'sum':
      return score + factor
    case 'avg':
      return (score + factor) / 2
    case 'max':
      return Math.max(score, factor)
    case 'min':
      return Math.min(score, factor)
  }
}

function mergeValues(mode: Modes['scoreMode'], values: readonly WeightedValue[]): number {
  const [first] = values
  if (first === undefined) return 1
  switch (mode) {
    case 'first':
      return first.value
    case 'multiply':
      return values.reduce((product, { value }) => product * value, 1)
    case 'sum':
      return values.reduce((sum, { value }) => sum + value, 0)
    case 'avg': {
      const weights = values.reduce((sum, { weight }) => sum + weight, 0)
      return weights === 0 ? 0 : values.reduce((sum, { value }) => sum + value, 0) / weights
    }
    case 'max':
      return Math.max(...values.map(({ value }) => value))
    case 'min':
      return Math.min(...values.map(({ value }) => value))
  }
}

/** A field's value made into a score. Logarithms of what has none, and other values that are no score, count as 0. */
export function modifyValue(modifier: FieldValueModifier, value: number): number {
  const modified = modifiedValue(modifier, value)
  return Number.isFinite(modified) && modified > 0 ? modified : 0
}

function modifiedValue(modifier: FieldValueModifier, value: number): number {
  switch (modifier) {
    case 'none':
      return value
    case 'log':
      return Math.log10(value)
    case 'log1p':
      return Math.log10(value + 1)
    case 'log2p':
      return Math.log10(value + 2)
    case 'ln':
      return Math.log(value)
    case 'ln1p':
      return Math.log1p(value)
    case 'ln2p':
      return Math.log(value + 2)
    case 'square':
      return value * value
    case 'sqrt':
      return Math.sqrt(value)
    case 'reciprocal':
      return 1 / value
  }
}

/** 1 up to `offset` around the origin, `decay` at `scale` behind that, falling in the given shape. */
export function decayValue(
  shape: 'gauss' | 'exp' | 'linear',
  distance: number,
  scale: number,
  decay: number,
): number {
  switch (shape) {
    case 'gauss':
      return Math.exp((distance * distance * Math.log(decay)) / (scale * scale))
    case 'exp':
      return Math.exp((distance * Math.log(decay)) / scale)
    case 'linear':
      return Math.max(0, 1 - (distance * (1 - decay)) / scale)
  }
}

/** A number in [0, 1) that depends on seed, partition and offset alone. */
export function randomValue(seed: number, partition: number, offset: number): number {
  let hash = (seed | 0) ^ 0x9e3779b9
  for (const part of [partition, offset >>> 0, Math.floor(offset / 0x100000000)]) {
    hash = Math.imul(hash ^ part, 0x85ebca6b)
    hash ^= hash >>> 13
    hash = Math.imul(hash, 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return (hash >>> 0) / 0x100000000
}
