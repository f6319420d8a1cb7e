import { QueryError } from '../budget.ts'
import type { NumberColumn } from '../index/index-reader.ts'
import type { FunctionScoreQuery, Query, ScoreFunctionValue } from '../query/query.ts'
import { resolveField } from './field-views.ts'
import { none } from './plan-algebra.ts'
import type { Plan } from './plan.ts'
import { withoutScores, type Planning } from './planning.ts'
import { decayValue, modifyValue, randomValue } from './score-functions.ts'

/** `plan` plans a query inside with boost 1. */
export function planFunctions(
  query: FunctionScoreQuery,
  planning: Planning,
  boost: number,
  plan: (query: Query, planning: Planning) => Plan,
): Plan {
  const { minScore } = query
  // Without scores the functions only matter when they decide who is out.
  if (planning.statistics === null && minScore === null) return plan(query.query, planning)
  const child = plan(query.query, { ...planning, statistics: planning.available })
  if (child.kind === 'none') return none
  const unscored = withoutScores(planning)
  return {
    kind: 'functions',
    child,
    functions: query.functions.map((scoreFunction) => ({
      filter: scoreFunction.filter === null ? null : plan(scoreFunction.filter, unscored),
      weight: scoreFunction.weight,
      value: functionValue(scoreFunction.value, planning),
      source: scoreFunction.value,
    })),
    scoreMode: query.scoreMode,
    boostMode: query.boostMode,
    maxBoost: query.maxBoost,
    minScore,
    boost,
  }
}

function functionValue(source: ScoreFunctionValue, planning: Planning): (doc: number) => number {
  const { reader } = planning
  switch (source.kind) {
    case 'constant':
      return () => 1
    case 'random':
      return (doc) => randomValue(source.seed, reader.partition, reader.offsetOf(doc))
    case 'field_value_factor': {
      const values = numbersOf(planning, source.field)
      const { missing, field } = source
      return (doc) => {
        // Of several values the least, as in Elasticsearch, which keeps them sorted.
        const least = values(doc).reduce<number | null>((a, b) => (a === null || b < a ? b : a), null)
        if (least === null && missing === null)
          throw new QueryError(
            'illegal_argument',
            `field_value_factor: a record has no number in '${field}'. Say with 'missing' what counts then.`,
          )
        return modifyValue(source.modifier, source.factor * (least ?? missing ?? 0))
      }
    }
    case 'decay': {
      const values = numbersOf(planning, source.field)
      const { origin, offset, scale, decay, shape, mode } = source
      return (doc) => {
        const distances = values(doc).map((value) => Math.max(0, Math.abs(value - origin) - offset))
        // A document without the field is as good as one at the origin, as in Elasticsearch.
        if (distances.length === 0) return 1
        return decayValue(shape, oneOf(mode, distances), scale, decay)
      }
    }
  }
}

function oneOf(mode: 'min' | 'max' | 'avg' | 'sum', values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0)
  switch (mode) {
    case 'min':
      return Math.min(...values)
    case 'max':
      return Math.max(...values)
    case 'sum':
      return sum
    case 'avg':
      return sum / values.length
  }
}

function numbersOf(planning: Planning, name: string): (doc: number) => readonly number[] {
  const views = resolveField(planning.reader, name)
  const column: NumberColumn | null = views?.field.numbers ?? views?.field.booleans ?? null
  if (column === null) return () => []
  const into: number[] = []
  return (doc) => into.slice(0, column.readAll(doc, into))
}
