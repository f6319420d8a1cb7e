import { QueryError } from '../budget.ts'
import { compoundClauses } from './dsl-compound.ts'
import { fullTextClauses } from './dsl-full-text.ts'
import { DslObject } from './dsl-object.ts'
import type { DslClause, DslScope, QueryDslOptions } from './dsl-scope.ts'
import { termClauses } from './dsl-terms.ts'
import type { Query } from './query.ts'

const DEPTH_MAX = 100
const CLAUSES_MAX = 10_000

const clauses: ReadonlyMap<string, DslClause> = new Map([
  ...Object.entries(compoundClauses),
  ...Object.entries(fullTextClauses),
  ...Object.entries(termClauses),
])

/** Reads a query in Elasticsearch's JSON. Whatever is not understood is a QueryError with the path to it. */
export function parseQueryDsl(json: unknown, options: QueryDslOptions, path = 'query'): Query {
  let depth = 0
  let count = 0
  const scope: DslScope = {
    ...options,
    query(value, at) {
      depth += 1
      count += 1
      if (depth > DEPTH_MAX)
        throw new QueryError(
          'illegal_argument',
          `${at.slice(0, 200)}: queries are nested more than ${DEPTH_MAX} deep.`,
        )
      if (count > CLAUSES_MAX)
        throw new QueryError(
          'illegal_argument',
          `The query has more than ${CLAUSES_MAX} clauses. Use 'terms' for lists of values.`,
        )
      const query = clause(value, at, scope)
      depth -= 1
      return query
    },
  }
  return scope.query(json, path)
}

function clause(value: unknown, path: string, scope: DslScope): Query {
  const object = new DslObject(value, path)
  const [kind, second] = object.keys()
  if (kind === undefined)
    throw new QueryError('parse', `${path} is empty. It needs one kind of query, such as {"match_all": {}}.`)
  if (second !== undefined)
    throw new QueryError(
      'parse',
      `${path} has both '${kind}' and '${second}'. A query has one kind; join several with 'bool'.`,
    )
  const parse = clauses.get(kind)
  if (parse === undefined)
    throw new QueryError(
      'unsupported',
      `${path}.${kind}: there is no query '${kind}'. Known are ${[...clauses.keys()].sort().join(', ')}.`,
    )
  return parse(object.raw(kind), object.at(kind), scope)
}
