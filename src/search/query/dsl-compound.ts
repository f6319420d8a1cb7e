import { QueryError } from '../budget.ts'
import { boosted, minimumOf } from './dsl-common.ts'
import { DslObject } from './dsl-object.ts'
import { scoreFunctions } from './dsl-functions.ts'
import type { DslClause, DslScope } from './dsl-scope.ts'
import type { Query } from './query.ts'

/** Queries made of queries. */
export const compoundClauses: Readonly<Record<string, DslClause>> = {
  bool(value, path, scope) {
    const object = new DslObject(value, path)
    const list = (key: string): Query[] => object.list(key).map((one) => scope.query(one.value, one.path))
    return boosted(object, {
      kind: 'bool',
      must: list('must'),
      filter: list('filter'),
      should: list('should'),
      mustNot: [...list('must_not'), ...list('mustNot')],
      minimumShouldMatch: minimumOf(object),
    })
  },
  constant_score(value, path, scope) {
    const object = new DslObject(value, path)
    const query = inner(object, 'filter', scope)
    return boosted(object, { kind: 'constant_score', query, score: 1 })
  },
  dis_max(value, path, scope) {
    const object = new DslObject(value, path)
    const queries = object.list('queries').map((one) => scope.query(one.value, one.path))
    return boosted(object, { kind: 'dis_max', queries, tieBreaker: object.number('tie_breaker') ?? 0 })
  },
  boosting(value, path, scope) {
    const object = new DslObject(value, path)
    const negativeBoost = object.required('negative_boost', object.number('negative_boost'))
    if (negativeBoost < 0)
      throw new QueryError(
        'illegal_argument',
        `${object.at('negative_boost')} is ${negativeBoost}; it must not be negative.`,
      )
    return boosted(object, {
      kind: 'boosting',
      positive: inner(object, 'positive', scope),
      negative: inner(object, 'negative', scope),
      negativeBoost,
    })
  },
  function_score(value, path, scope) {
    const object = new DslObject(value, path)
    return boosted(object, {
      kind: 'function_score',
      query: object.has('query') ? inner(object, 'query', scope) : { kind: 'all' },
      functions: scoreFunctions(object, scope),
      scoreMode: object.oneOf('score_mode', ['multiply', 'sum', 'avg', 'first', 'max', 'min']) ?? 'multiply',
      boostMode:
        object.oneOf('boost_mode', ['multiply', 'replace', 'sum', 'avg', 'max', 'min']) ?? 'multiply',
      maxBoost: object.number('max_boost'),
      minScore: object.number('min_score'),
    })
  },
}

function inner(object: DslObject, key: string, scope: DslScope): Query {
  return scope.query(object.required(key, object.raw(key)), object.at(key))
}
