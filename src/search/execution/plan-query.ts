import { QueryError } from '../budget.ts'
import type { BoolQuery, Query } from '../query/query.ts'
import { minimumShouldMatch } from '../query/minimum-should-match.ts'
import { none, planAnd, planMax, planNot, planOr } from './plan-algebra.ts'
import { planFunctions } from './plan-functions.ts'
import { planMultiMatch } from './plan-multi-match.ts'
import { planFuzzy, planPrefix, planRegexp, planWildcard } from './plan-patterns.ts'
import { planMatch, planMatchBoolPrefix, planMatchPhrase, planMatchPhrasePrefix } from './plan-text.ts'
import { planExists, planIds, planRange, planTerm, planTerms } from './plan-values.ts'
import type { Plan } from './plan.ts'
import { countClause, withoutScores, type Planning } from './planning.ts'

/** Queries within queries. */
const DEPTH_MAX = 200

/** What a query means for one reader. Scores come out multiplied by `boost`. */
export function planQuery(query: Query, planning: Planning, boost = 1, depth = 0): Plan {
  if (depth > DEPTH_MAX)
    throw new QueryError('illegal_argument', `The query is nested more than ${DEPTH_MAX} levels deep.`)
  const inner = (child: Query, factor = boost): Plan => planQuery(child, planning, factor, depth + 1)
  switch (query.kind) {
    case 'all':
      return { kind: 'all', score: boost }
    case 'none':
      return none
    case 'term':
      return planTerm(query, planning, boost)
    case 'terms':
      return planTerms(query, planning, boost)
    case 'match':
      return planMatch(query, planning, boost)
    case 'match_phrase':
      return planMatchPhrase(query, planning, boost)
    case 'match_phrase_prefix':
      return planMatchPhrasePrefix(query, planning, boost)
    case 'match_bool_prefix':
      return planMatchBoolPrefix(query, planning, boost)
    case 'multi_match':
      return planMultiMatch(query, planning, boost)
    case 'range':
      return planRange(query, planning, boost)
    case 'prefix':
      return planPrefix(query, planning, boost)
    case 'wildcard':
      return planWildcard(query, planning, boost)
    case 'regexp':
      return planRegexp(query, planning, boost)
    case 'fuzzy':
      return planFuzzy(query, planning, boost)
    case 'exists':
      return planExists(query, planning, boost)
    case 'ids':
      return planIds(query, planning, boost)
    case 'bool':
      return planBool(query, planning, boost, depth)
    case 'constant_score': {
      const child = planQuery(query.query, withoutScores(planning), 1, depth + 1)
      return child.kind === 'none' ? none : { kind: 'constant', child, score: query.score * boost }
    }
    case 'boost':
      return inner(query.query, boost * query.boost)
    case 'dis_max':
      return planMax(
        query.queries.map((child) => inner(child)),
        query.tieBreaker,
      )
    case 'boosting': {
      const positive = inner(query.positive)
      const negative = planQuery(query.negative, withoutScores(planning), 1, depth + 1)
      if (positive.kind === 'none' || negative.kind === 'none') return positive
      return { kind: 'boosting', positive, negative, negativeBoost: query.negativeBoost }
    }
    case 'function_score':
      return planFunctions(query, planning, boost, (child, how) => planQuery(child, how, 1, depth + 1))
  }
}

function planBool(query: BoolQuery, planning: Planning, boost: number, depth: number): Plan {
  const unscored = withoutScores(planning)
  const scored = (child: Query): Plan => planQuery(child, planning, boost, depth + 1)
  const filter = (child: Query): Plan => planQuery(child, unscored, 1, depth + 1)
  for (const clauses of [query.must, query.filter, query.should, query.mustNot])
    for (let clause = 0; clause < clauses.length; clause++) countClause(planning)
  const must = query.must.map(scored)
  const filters = query.filter.map(filter)
  const should = query.should.map(scored)
  const excluded = query.mustNot.map(filter)
  const all: Plan = { kind: 'all', score: 0 }
  // Where nothing is required one of the alternatives must match, even if a share of them rounds to none.
  const least = must.length + filters.length > 0 || should.length === 0 ? 0 : 1
  const minimum =
    query.minimumShouldMatch === null
      ? least
      : Math.max(least, minimumShouldMatch(query.minimumShouldMatch, should.length))
  if (minimum > should.length) return none
  if (minimum === 0) {
    // Without any condition a bool matches everything; with nothing but exclusions all else, without a score.
    if (must.length + filters.length + should.length + excluded.length === 0)
      return { kind: 'all', score: boost }
    return planNot(planAnd(must, filters, should, all), excluded)
  }
  const either = planOr(should, minimum)
  return planNot(planAnd([...must, either], filters, [], all), excluded)
}
