import { QueryError } from '../budget.ts'
import {
  boosted,
  editsOf,
  fieldBody,
  fuzzinessOf,
  minimumOf,
  requiredValue,
  rewriteOf,
  zoneOf,
} from './dsl-common.ts'
import { DslObject, queryValue } from './dsl-object.ts'
import type { DslClause, DslScope } from './dsl-scope.ts'
import { parseQueryString, queryStringOptions, defaultFuzziness } from './query-string.ts'
import type { FieldBoost, Fuzziness, Query } from './query.ts'
import { parseSimpleQueryString } from './simple-query-string.ts'

const matchNames = {
  expansions: 'max_expansions',
  prefix: 'prefix_length',
  transpositions: 'fuzzy_transpositions',
}
const multiMatchTypes = [
  'best_fields',
  'most_fields',
  'cross_fields',
  'phrase',
  'phrase_prefix',
  'bool_prefix',
] as const
const everyField: readonly FieldBoost[] = [{ field: '*', boost: 1 }]

/** Queries for the words of a text. */
export const fullTextClauses: Readonly<Record<string, DslClause>> = {
  match(value, path) {
    const { field, body } = fieldBody(value, path, 'query')
    return boosted(body, { kind: 'match', field, text: requiredValue(body, 'query'), ...matchOptions(body) })
  },
  match_phrase(value, path) {
    const { field, body } = fieldBody(value, path, 'query')
    return boosted(body, {
      kind: 'match_phrase',
      field,
      text: requiredValue(body, 'query'),
      slop: body.integer('slop', 0, 10_000) ?? 0,
      analyzer: body.string('analyzer'),
      zeroTerms: zeroTermsOf(body),
    })
  },
  match_phrase_prefix(value, path) {
    const { field, body } = fieldBody(value, path, 'query')
    return boosted(body, {
      kind: 'match_phrase_prefix',
      field,
      text: requiredValue(body, 'query'),
      slop: body.integer('slop', 0, 10_000) ?? 0,
      maxExpansions: body.integer('max_expansions', 1, 1000) ?? 50,
      analyzer: body.string('analyzer'),
      zeroTerms: zeroTermsOf(body),
    })
  },
  match_bool_prefix(value, path) {
    const { field, body } = fieldBody(value, path, 'query')
    rewriteNames(body)
    return boosted(body, {
      kind: 'match_bool_prefix',
      field,
      text: requiredValue(body, 'query'),
      operator: body.oneOf('operator', ['or', 'and']) ?? 'or',
      minimumShouldMatch: minimumOf(body),
      fuzziness: fuzzinessOf(body, matchNames),
      analyzer: body.string('analyzer'),
    })
  },
  multi_match(value, path) {
    const body = new DslObject(value, path)
    const type = body.oneOf('type', multiMatchTypes) ?? 'best_fields'
    const sums = type === 'most_fields' || type === 'bool_prefix'
    return boosted(body, {
      kind: 'multi_match',
      type,
      fields: fieldsOf(body) ?? everyField,
      text: requiredValue(body, 'query'),
      ...matchOptions(body),
      slop: body.integer('slop', 0, 10_000) ?? 0,
      maxExpansions: body.integer('max_expansions', 1, 1000) ?? 50,
      tieBreaker: body.number('tie_breaker') ?? (sums ? 1 : 0),
    })
  },
  query_string: (value, path, scope) => queryString(new DslObject(value, path), scope),
  simple_query_string: (value, path) => simpleQueryString(new DslObject(value, path)),
}

/** The options that `match` and `multi_match` share. */
function matchOptions(body: DslObject) {
  rewriteNames(body)
  body.boolean('lenient')
  body.only('auto_generate_synonyms_phrase_query', true, 'there are no synonyms')
  return {
    operator: body.oneOf('operator', ['or', 'and']) ?? ('or' as const),
    minimumShouldMatch: minimumOf(body),
    fuzziness: fuzzinessOf(body, matchNames),
    analyzer: body.string('analyzer'),
    zeroTerms: zeroTermsOf(body),
  }
}

function rewriteNames(body: DslObject): void {
  body.only('fuzzy_rewrite', 'constant_score', 'close terms score by how close they are')
}

function zeroTermsOf(body: DslObject): 'none' | 'all' {
  return body.oneOf('zero_terms_query', ['none', 'all']) ?? 'none'
}

/** `fields: ["title^2", "body*"]`; null when it is absent. */
function fieldsOf(body: DslObject): readonly FieldBoost[] | null {
  const list = body.list('fields')
  if (list.length === 0) return null
  return list.map(({ value, path }) => {
    const text = String(queryValue(value, path))
    const match = /^(.*)\^(\d+(?:\.\d+)?)$/s.exec(text)
    return match === null ? { field: text, boost: 1 } : { field: match[1] ?? '', boost: Number(match[2]) }
  })
}

function defaultFieldsOf(body: DslObject): readonly FieldBoost[] {
  const single = body.string('default_field')
  const fields = fieldsOf(body)
  if (single !== null && fields !== null)
    throw new QueryError('parse', `${body.path} has default_field and fields; it takes one of them.`)
  return fields ?? (single === null ? everyField : [{ field: single, boost: 1 }])
}

function queryString(body: DslObject, scope: DslScope): Query {
  const text = body.required('query', body.string('query'))
  rewriteOf(body)
  body.boolean('lenient')
  body.only('auto_generate_synonyms_phrase_query', true, 'there are no synonyms')
  body.only('allow_leading_wildcard', true, 'a leading wildcard is always allowed')
  body.only('analyze_wildcard', false, 'patterns are put into lower case and not split')
  body.only('enable_position_increments', true, 'positions have holes where a stop word was')
  body.only('escape', false, 'write the backslashes')
  rewriteNames(body)
  const type = body.oneOf('type', multiMatchTypes) ?? 'best_fields'
  const quoteAnalyzer = body.string('quote_analyzer')
  if (quoteAnalyzer !== null)
    throw new QueryError(
      'unsupported',
      `${body.at('quote_analyzer')}: phrases are analyzed as words are; use 'analyzer'.`,
    )
  const options = queryStringOptions(scope.now, zoneOf(body, scope.timeZone), {
    defaultFields: defaultFieldsOf(body),
    defaultOperator: body.oneOf('default_operator', ['or', 'and']) ?? 'or',
    splitWords: 'match',
    phraseSlop: body.integer('phrase_slop', 0, 10_000) ?? 0,
    fuzziness: stringFuzziness(body, 'fuzziness'),
    analyzer: body.string('analyzer'),
    type,
    tieBreaker: body.number('tie_breaker') ?? (type === 'most_fields' ? 1 : 0),
    minimumShouldMatch: minimumOf(body),
  })
  return boosted(body, parseQueryString(text, options))
}

function stringFuzziness(body: DslObject, key: string | null): Fuzziness {
  const text = key === null ? null : body.text(key)
  return {
    edits: text === null ? defaultFuzziness.edits : editsOf(text, body.at(key ?? '')),
    prefixLength: body.integer('fuzzy_prefix_length', 0, 1000) ?? 0,
    maxExpansions: body.integer('fuzzy_max_expansions', 1, 1000) ?? 50,
    transpositions: body.boolean('fuzzy_transpositions') ?? true,
  }
}

function simpleQueryString(body: DslObject): Query {
  const text = body.required('query', body.string('query'))
  body.boolean('lenient')
  body.only('auto_generate_synonyms_phrase_query', true, 'there are no synonyms')
  body.only('analyze_wildcard', false, 'patterns are put into lower case and not split')
  body.only('quote_field_suffix', '', 'name the field, such as title.keyword')
  const flags = (body.string('flags') ?? 'ALL').toUpperCase().split('|')
  return boosted(
    body,
    parseSimpleQueryString(text, {
      fields: fieldsOf(body) ?? everyField,
      operator: body.oneOf('default_operator', ['or', 'and']) ?? 'or',
      minimumShouldMatch: minimumOf(body),
      fuzziness: stringFuzziness(body, null),
      analyzer: body.string('analyzer'),
      flags,
      flagsPath: body.at('flags'),
    }),
  )
}
