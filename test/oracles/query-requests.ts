/** Random queries in the query DSL, of every kind that the guide promises. */
import fc from 'fast-check'
import { levels, moments, words } from './corpus.ts'

export type Clause = { readonly [name: string]: unknown }

const textFields = ['msg', 'level', 'tags', 'a.b', 'objs.b']
const exactFields = ['level.keyword', 'tags.keyword', 'a.b.keyword', 'objs.b.keyword', 'msg.keyword']
const numberFields = ['n', 'd', 'a.c', 'objs.c']

const word = fc.constantFrom(...words, 'none')
const level = fc.constantFrom(...levels)
const string = fc.oneof(word, level)
const sentence = fc.array(word, { minLength: 1, maxLength: 4 }).map((list) => list.join(' '))
const number = fc.oneof(
  fc.integer({ min: -4, max: 10 }),
  fc.integer({ min: -50, max: 50 }).map((value) => value / 4),
)
const moment = fc.constantFrom(...moments)
const textField = fc.constantFrom(...textFields)
const exactField = fc.constantFrom(...exactFields)
const numberField = fc.constantFrom(...numberFields)
const anyField = fc.constantFrom(...textFields, ...exactFields, ...numberFields, 'ts', 'ok', 'mix', 'nowhere')
const minimum = fc.constantFrom('1', '2', '-1', '50%', '-30%', '2<50%', '1<-1 3<2')
const boost = fc.constantFrom(0.5, 2, 3)
const fuzziness = fc.constantFrom('0', '1', '2', 'AUTO', 'AUTO:2,4')
const operator = fc.constantFrom('or', 'and')

/** `{KIND: {FIELD: {…}}}` with some of the options. */
function onField(
  kind: string,
  field: fc.Arbitrary<string>,
  required: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  options: Readonly<Record<string, fc.Arbitrary<unknown>>> = {},
): fc.Arbitrary<Clause> {
  const body = fc.record({ ...required, ...options }, { requiredKeys: Object.keys(required) })
  return fc.tuple(field, body).map(([name, value]) => ({ [kind]: { [name]: value } }))
}

function plain(
  kind: string,
  required: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  options: Readonly<Record<string, fc.Arbitrary<unknown>>> = {},
): fc.Arbitrary<Clause> {
  return fc
    .record({ ...required, ...options }, { requiredKeys: Object.keys(required) })
    .map((body) => ({ [kind]: body }))
}

/** A field with a value that fits it. */
const fieldAndValue: fc.Arbitrary<readonly [string, unknown]> = fc.oneof(
  fc.tuple(exactField, string),
  fc.tuple(textField, word),
  fc.tuple(numberField, number),
  fc.tuple(fc.constant('n'), fc.integer({ min: -3, max: 9 }).map(String)),
  fc.tuple(fc.constant('ts'), moment),
  fc.tuple(fc.constant('ok'), fc.constantFrom(true, false, 'true', 'false')),
  fc.tuple(fc.constant('mix'), fc.oneof(word, fc.integer({ min: -3, max: 9 }), fc.boolean())),
)

const fullText: fc.Arbitrary<Clause> = fc.oneof(
  onField(
    'match',
    textField,
    { query: sentence },
    {
      operator,
      minimum_should_match: minimum,
      fuzziness,
      boost,
      zero_terms_query: fc.constantFrom('none', 'all'),
      prefix_length: fc.integer({ min: 0, max: 2 }),
      fuzzy_transpositions: fc.boolean(),
    },
  ),
  fieldAndValue.map(([field, value]) => ({ match: { [field]: value } })),
  onField('match_phrase', textField, { query: sentence }, { slop: fc.integer({ min: 0, max: 4 }), boost }),
  onField(
    'match_phrase_prefix',
    textField,
    { query: fc.tuple(sentence, fc.constantFrom('', ' t', ' e', ' w')).map(([text, end]) => text + end) },
    { slop: fc.integer({ min: 0, max: 2 }) },
  ),
  onField(
    'match_bool_prefix',
    textField,
    { query: fc.tuple(sentence, fc.constantFrom('', ' t', ' e', ' w')).map(([text, end]) => text + end) },
    { operator, minimum_should_match: minimum },
  ),
  plain(
    'multi_match',
    {
      query: sentence,
      fields: fc.uniqueArray(fc.constantFrom(...textFields, 'level^2', 'a.b^0.5', '*.b'), {
        minLength: 1,
        maxLength: 3,
      }),
    },
    {
      type: fc.constantFrom(
        'best_fields',
        'most_fields',
        'cross_fields',
        'phrase',
        'phrase_prefix',
        'bool_prefix',
      ),
      operator,
      minimum_should_match: minimum,
      tie_breaker: fc.constantFrom(0, 0.3, 1),
    },
  ),
)

const regexp = fc.constantFrom(
  '.*r.*',
  'e(r|x)+or',
  '[a-t]{4}',
  '[^e].*',
  't.m?e?',
  '(time|out)*',
  'E?.rror',
  'w.b',
  'a{2,3}|by',
  '<1-50>',
  '.*&~(.*e.*)',
  '@',
  '#',
)
const pattern = fc
  .array(fc.constantFrom('e', 'r', 't', 'i', 'm', 'o', 'W', 'é', '4', '*', '?', '*'), {
    minLength: 1,
    maxLength: 6,
  })
  .map((list) => list.join(''))
const termFields = fc.oneof(exactField, textField)

const bounds = fc.constantFrom(['gte', 'lte'], ['gt', 'lt'], ['gte', 'lt'], ['gt', 'lte'], ['gte'], ['lt'])
function range(field: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>): fc.Arbitrary<Clause> {
  return fc
    .tuple(field, bounds, value, value, fc.option(boost))
    .map(([name, [low = '', high], from, to, factor]) => ({
      range: {
        [name]: {
          [low]: from,
          ...(high === undefined ? {} : { [high]: to }),
          ...(factor === null ? {} : { boost: factor }),
        },
      },
    }))
}
/** Of a date without a day ours means the whole month or year, the oracle its first day. */
const roundable = fc.constantFrom(
  '2026-11-21||/d',
  '2026-11-21T10:00:00Z||-1h',
  '2026-11||/M',
  '2026-10-25||+1d/d',
  '2026-11-20',
)

const termLevel: fc.Arbitrary<Clause> = fc.oneof(
  fc.tuple(fieldAndValue, fc.option(boost)).map(([[field, value], factor]) => ({
    term: { [field]: { value, ...(factor === null ? {} : { boost: factor }) } },
  })),
  onField('term', termFields, { value: string }, { case_insensitive: fc.boolean() }),
  fc
    .tuple(exactField, fc.array(string, { maxLength: 4 }))
    .map(([field, values]) => ({ terms: { [field]: values } })),
  fc
    .tuple(textField, fc.array(word, { maxLength: 4 }))
    .map(([field, values]) => ({ terms: { [field]: values } })),
  fc
    .tuple(numberField, fc.array(number, { maxLength: 4 }))
    .map(([field, values]) => ({ terms: { [field]: values } })),
  fc.array(moment, { maxLength: 3 }).map((values) => ({ terms: { ts: values } })),
  range(numberField, number),
  range(fc.constant('ts'), fc.oneof(moment, roundable)),
  range(exactField, string),
  fc
    .tuple(moment, fc.constantFrom('+02:00', 'Europe/Berlin', 'America/New_York'))
    .map(([at, zone]) => ({ range: { ts: { gte: at.slice(0, 10), time_zone: zone } } })),
  anyField.map((field) => ({ exists: { field } })),
  fc.constantFrom('a', 'objs').map((field) => ({ exists: { field } })),
  onField(
    'prefix',
    termFields,
    { value: fc.constantFrom('e', 'E', 'ti', 'w', 'ok t', 'i', 'é') },
    { case_insensitive: fc.boolean() },
  ),
  onField('wildcard', termFields, { value: pattern }, { case_insensitive: fc.boolean() }),
  onField('regexp', termFields, { value: regexp }, { case_insensitive: fc.boolean() }),
  onField(
    'fuzzy',
    termFields,
    { value: fc.constantFrom('eror', 'tmie', 'peer', 'wéb', 'ERORR', 'inof') },
    { fuzziness, prefix_length: fc.integer({ min: 0, max: 2 }), transpositions: fc.boolean() },
  ),
  fc
    .array(fc.integer({ min: 0, max: 45 }), { maxLength: 4 })
    .map((list) => ({ ids: { values: list.map((one) => `#${one}`) } })),
  fc.constant({ match_all: {} }),
  fc.constant({ match_all: { boost: 2 } }),
  fc.constant({ match_none: {} }),
)

const piece = fc.oneof(
  word,
  sentence.map((text) => `"${text}"`),
  fc.tuple(textField, word).map(([field, value]) => `${field}:${value}`),
  fc.tuple(exactField, level).map(([field, value]) => `${field}:"${value}"`),
  fc.tuple(numberField, number, number).map(([field, from, to]) => `${field}:[${from} TO ${to}}`),
  fc.tuple(numberField, fc.integer({ min: 0, max: 9 })).map(([field, from]) => `${field}:>=${from}`),
  fc.constantFrom(
    'tim*',
    'e?ror',
    'msg:tim*',
    'level:*o*',
    'msg:/e.*r/',
    'msg:error~',
    'msg:tmie~1',
    '"peer reset"~2',
    '_exists_:n',
    'msg:*',
    'error^3',
    'ok:true',
    '*:*',
    'level:(error OR info)',
    'ts:[2026-11-20 TO 2026-11-21]',
  ),
)
/** Operators stand in groups of one kind each, and NOT only within AND: what else they mean is a documented difference. */
const syntax: fc.Arbitrary<string> = fc.letrec<{ group: string; clause: string }>((tie) => ({
  clause: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    piece,
    tie('group').map((text) => `(${text})`),
  ),
  group: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    tie('clause'),
    fc.array(tie('clause'), { minLength: 2, maxLength: 3 }).map((list) => list.join(' OR ')),
    fc
      .tuple(
        tie('clause'),
        fc.array(fc.tuple(fc.constantFrom('', '', 'NOT ', '-'), tie('clause')), {
          minLength: 1,
          maxLength: 3,
        }),
      )
      .map(([first, list]) => [first, ...list.map(([sign, clause]) => sign + clause)].join(' AND ')),
    fc
      .array(fc.tuple(fc.constantFrom('', '', '+', '-'), tie('clause')), { minLength: 1, maxLength: 4 })
      .map((list) => list.map(([sign, clause]) => sign + clause).join(' ')),
  ),
})).group
const simpleSyntax = fc
  .array(
    fc.tuple(
      fc.constantFrom('', '', '+', '-'),
      fc.oneof(
        word,
        sentence.map((text) => `"${text}"`),
        fc.constantFrom('tim*', 'eror~1', '"peer reset"~2', '(error | time)'),
      ),
      fc.constantFrom(' ', ' + ', ' | '),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((pieces) =>
    pieces
      .map(([sign, piece, join], index) => `${sign}${piece}${index === pieces.length - 1 ? '' : join}`)
      .join(''),
  )

const strings: fc.Arbitrary<Clause> = fc.oneof(
  plain(
    'query_string',
    {
      query: syntax,
      fields: fc.uniqueArray(fc.constantFrom('msg', 'level', 'a.b', 'tags^2'), {
        minLength: 1,
        maxLength: 3,
      }),
    },
    { default_operator: operator },
  ),
  plain(
    'simple_query_string',
    {
      query: simpleSyntax,
      fields: fc.uniqueArray(fc.constantFrom('msg', 'level', 'a.b', 'tags^2'), {
        minLength: 1,
        maxLength: 3,
      }),
    },
    { default_operator: operator },
  ),
)

const factor = fc
  .record({ field: numberField, missing: fc.constantFrom(1, 2) }, { requiredKeys: ['field', 'missing'] })
  .chain((body) =>
    fc
      .record(
        { factor: fc.constantFrom(0.5, 2), modifier: fc.constantFrom('none', 'square') },
        { requiredKeys: [] },
      )
      .map((options) => ({ ...body, ...options })),
  )
const functions = fc.oneof(
  fc.constantFrom(1, 2, 0.5).map((weight) => ({ weight })),
  fc
    .tuple(
      fc.constantFrom('gauss', 'exp', 'linear'),
      fc.constantFrom('n', 'd'),
      fc.integer({ min: -2, max: 5 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 0, max: 2 }),
    )
    .map(([shape, field, origin, scale, offset]) => ({ [shape]: { [field]: { origin, scale, offset } } })),
)

/** Queries of one kind, without others inside. */
export const leaves: Readonly<Record<string, fc.Arbitrary<Clause>>> = {
  'full text': fullText,
  'term level': termLevel,
  'query strings': strings,
}

/** Queries within queries. */
export const queries: fc.Arbitrary<Clause> = fc.letrec<{ query: Clause }>((tie) => {
  const one = tie('query')
  const list = fc.array(one, { minLength: 1, maxLength: 3 })
  return {
    query: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fullText,
      termLevel,
      plain(
        'bool',
        {},
        { must: list, filter: list, should: list, must_not: list, minimum_should_match: minimum, boost },
      ),
      plain('constant_score', { filter: one }, { boost }),
      plain('dis_max', { queries: list }, { tie_breaker: fc.constantFrom(0, 0.5), boost }),
      plain('boosting', { positive: one, negative: one, negative_boost: fc.constantFrom(0.25, 0.5) }),
      plain(
        'function_score',
        { query: one, functions: fc.array(functions, { minLength: 1, maxLength: 3 }) },
        {
          score_mode: fc.constantFrom('multiply', 'sum', 'avg', 'first', 'max', 'min'),
          boost_mode: fc.constantFrom('multiply', 'replace', 'sum', 'avg', 'max', 'min'),
          max_boost: fc.constantFrom(1.5, 3),
        },
      ),
      plain('function_score', {
        query: one,
        field_value_factor: factor.map((body) => ({ ...body, modifier: 'square' })),
      }),
    ),
  }
}).query
