import { QueryError } from '../budget.ts'
import { checkRegexp } from '../execution/automaton/automaton.ts'
import { DateBounds } from './date-bounds.ts'
import { boosted, fieldBody, fuzzinessOf, requiredValue, rewriteOf, zoneOf } from './dsl-common.ts'
import { DslObject, queryValue } from './dsl-object.ts'
import type { DslClause } from './dsl-scope.ts'
import type { RangeBound } from './query.ts'
import { defaultFuzziness, wildcard } from './query-string.ts'

const VALUES_MAX = 65_536

/** Queries for values as they are. */
export const termClauses: Readonly<Record<string, DslClause>> = {
  term(value, path) {
    const { field, body } = fieldBody(value, path, 'value')
    const caseInsensitive = body.boolean('case_insensitive') ?? false
    return boosted(body, { kind: 'term', field, value: requiredValue(body, 'value'), caseInsensitive })
  },
  terms(value, path) {
    const object = new DslObject(value, path)
    const fields = object.keys().filter((key) => key !== 'boost')
    const [field] = fields
    if (field === undefined || fields.length > 1)
      throw new QueryError('parse', `${path} takes one field with a list of values; it has ${fields.length}.`)
    const raw = object.raw(field)
    if (!Array.isArray(raw))
      throw new QueryError(
        'parse',
        `${object.at(field)} must be a list of values; looking them up elsewhere is not supported.`,
      )
    if (raw.length > VALUES_MAX)
      throw new QueryError(
        'illegal_argument',
        `${object.at(field)} has ${raw.length} values; at most ${VALUES_MAX} are allowed.`,
      )
    const values = raw.map((one: unknown, index) => queryValue(one, `${object.at(field)}[${index}]`))
    return boosted(object, { kind: 'terms', field, values })
  },
  range: (value, path, scope) => {
    const { field, body } = fieldBody(value, path, 'gte')
    const dates = new DateBounds(scope.now, zoneOf(body, scope.timeZone), body.string('format'))
    body.only('relation', 'INTERSECTS', 'a value is a point, not a range')
    return boosted(body, { kind: 'range', field, ...rangeEnds(body, dates) })
  },
  exists(value, path) {
    const object = new DslObject(value, path)
    return boosted(object, { kind: 'exists', field: object.required('field', object.string('field')) })
  },
  prefix(value, path) {
    const { field, body } = fieldBody(value, path, 'value')
    rewriteOf(body)
    const caseInsensitive = body.boolean('case_insensitive') ?? false
    return boosted(body, {
      kind: 'prefix',
      field,
      value: String(requiredValue(body, 'value')),
      caseInsensitive,
    })
  },
  wildcard(value, path) {
    const { field, body } = fieldBody(value, path, 'value')
    rewriteOf(body)
    const pattern = body.required('value', body.text('value') ?? body.text('wildcard'))
    const caseInsensitive = body.boolean('case_insensitive') ?? false
    if (!caseInsensitive) return boosted(body, wildcard(field, pattern))
    return boosted(body, { kind: 'wildcard', field, pattern, caseInsensitive })
  },
  regexp(value, path) {
    const { field, body } = fieldBody(value, path, 'value')
    rewriteOf(body)
    body.raw('max_determinized_states')
    const flags = body.string('flags') ?? 'ALL'
    const pattern = withFlags(body.required('value', body.text('value')), flags, body.at('flags'))
    checkRegexp(pattern)
    const caseInsensitive = body.boolean('case_insensitive') ?? false
    return boosted(body, { kind: 'regexp', field, pattern, caseInsensitive })
  },
  fuzzy(value, path) {
    const { field, body } = fieldBody(value, path, 'value')
    rewriteOf(body)
    const names = { expansions: 'max_expansions', prefix: 'prefix_length', transpositions: 'transpositions' }
    const text = String(requiredValue(body, 'value'))
    const given = fuzzinessOf(body, names)
    const fuzziness = given ?? {
      edits: defaultFuzziness.edits,
      prefixLength: body.number('prefix_length') ?? 0,
      maxExpansions: body.number('max_expansions') ?? 50,
      transpositions: body.boolean('transpositions') ?? true,
    }
    return boosted(body, { kind: 'fuzzy', field, value: text, fuzziness })
  },
  ids(value, path) {
    const object = new DslObject(value, path)
    const values = object.list('values').map((one) => String(queryValue(one.value, one.path)))
    if (values.length > VALUES_MAX)
      throw new QueryError('illegal_argument', `${object.at('values')} has more than ${VALUES_MAX} ids.`)
    return boosted(object, { kind: 'ids', values })
  },
  match_all(value, path) {
    return boosted(new DslObject(value ?? {}, path), { kind: 'all' })
  },
  match_none(value, path) {
    return boosted(new DslObject(value ?? {}, path), { kind: 'none' })
  },
}

function rangeEnds(body: DslObject, dates: DateBounds): { from: RangeBound | null; to: RangeBound | null } {
  const [gt, gte, lt, lte] = [body.value('gt'), body.value('gte'), body.value('lt'), body.value('lte')]
  // The older form, which some clients still write.
  const to = body.value('to')
  const from = body.value('from')
  const includeLower = body.boolean('include_lower') ?? true
  const includeUpper = body.boolean('include_upper') ?? true
  if ([gt, gte, from].filter((end) => end !== null).length > 1)
    throw new QueryError('parse', `${body.path} has two lower ends; it takes one of gt and gte.`)
  if ([lt, lte, to].filter((end) => end !== null).length > 1)
    throw new QueryError('parse', `${body.path} has two upper ends; it takes one of lt and lte.`)
  const low = gt ?? gte ?? from
  const high = lt ?? lte ?? to
  return {
    from: low === null ? null : dates.lower(low, gt === null && (from === null || includeLower)),
    to: high === null ? null : dates.upper(high, lt === null && (to === null || includeUpper)),
  }
}

/** Operators that the flags switch off are ordinary characters. */
function withFlags(pattern: string, flags: string, path: string): string {
  const operators: Readonly<Record<string, string>> = {
    COMPLEMENT: '~',
    INTERVAL: '<>',
    INTERSECTION: '&',
    ANYSTRING: '@',
    EMPTY: '#',
  }
  const on = new Set<string>()
  for (const flag of flags.toUpperCase().split('|')) {
    if (flag === 'ALL') for (const name of Object.keys(operators)) on.add(name)
    else if (flag !== 'NONE' && flag !== '' && !Object.hasOwn(operators, flag))
      throw new QueryError(
        'illegal_argument',
        `${path}: there is no flag '${flag}'. Known are ALL, NONE, ${Object.keys(operators).join(', ')}.`,
      )
    else on.add(flag)
  }
  const off = Object.entries(operators)
    .filter(([name]) => !on.has(name))
    .map(([, characters]) => characters)
    .join('')
  if (off === '') return pattern
  return pattern.replace(/\\.|[~<>&@#]/gs, (piece) => (off.includes(piece) ? `\\${piece}` : piece))
}
