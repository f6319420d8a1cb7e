import { tokensOf } from '../analysis/analyzer.ts'
import type { FieldReader } from '../index/index-reader.ts'
import { dateInterval } from '../query/date-math.ts'
import { parseHitId } from '../query/hit-id.ts'
import type {
  ExistsQuery,
  IdsQuery,
  QueryValue,
  RangeBound,
  RangeQuery,
  TermQuery,
  TermsQuery,
} from '../query/query.ts'
import { expandFieldName, resolveField, type FieldViews } from './field-views.ts'
import { none, planMax, planOr } from './plan-algebra.ts'
import { planPattern } from './plan-patterns.ts'
import type { Plan } from './plan.ts'
import { countClause, exactTerm, textTerm, withoutScores, type Planning } from './planning.ts'
import { termSet } from './term-set.ts'

export function planTerm(query: TermQuery, planning: Planning, boost: number): Plan {
  return planMax(
    expandFieldName(planning.reader, query.field).map((name) => {
      const views = resolveField(planning.reader, name)
      if (views === null) return none
      if (query.caseInsensitive && typeof query.value === 'string')
        return planMax(
          [
            planPattern(planning, views, literalPattern(query.value), true, boost),
            otherViews(planning, views, query.value, boost),
          ],
          0,
        )
      return valueTerm(planning, views, query.value, boost)
    }),
    0,
  )
}

export function planTerms(query: TermsQuery, planning: Planning, boost: number): Plan {
  const unscored = withoutScores(planning)
  if (planning.onlyStatistics) return none
  const plans: Plan[] = []
  for (const name of expandFieldName(planning.reader, query.field)) {
    const views = resolveField(planning.reader, name)
    if (views === null) continue
    // A list of strings is one set of terms; counted as one clause, however long it is.
    const rest: QueryValue[] = []
    for (const [index, exact] of [
      [views.field.keyword, true] as const,
      [views.exact ? null : views.field.text, false] as const,
    ]) {
      if (index === null) continue
      const ordinals = query.values.map((value) => index.find(Buffer.from(String(value))))
      const label = `${views.name}${exact ? '.keyword' : ''} in a list of ${query.values.length}`
      plans.push(termSet(unscored, index, ordinals, boost, label))
    }
    for (const value of query.values) if (typeof value !== 'string' || needsValue(views)) rest.push(value)
    // Numbers, dates, booleans and fingerprints have no terms: each value is asked for.
    const used = planning.used.clauses
    for (const value of rest) plans.push(otherViews(unscored, views, value, boost))
    planning.used.clauses = used
  }
  countClause(planning)
  const either = planOr(plans, 1)
  return either.kind === 'none' ? none : { kind: 'constant', child: either, score: boost }
}

function needsValue({ field, exact }: FieldViews): boolean {
  return field.keyword === null || (!exact && (field.numbers !== null || field.booleans !== null))
}

function literalPattern(value: string): string {
  return value.replace(/[*?\\]/g, String.raw`\$&`)
}

/** A value in whichever view has it: a word, a whole string, a number, a date, a boolean. */
export function valueTerm(planning: Planning, views: FieldViews, value: QueryValue, boost: number): Plan {
  const text = String(value)
  const asWord = views.exact ? none : textTerm(planning, views, text, boost)
  const asWhole =
    views.field.keyword === null || isWord(planning, views, text)
      ? none
      : exactTerm(planning, views, text, boost)
  return planMax([asWord, asWhole, otherViews(planning, views, value, boost)], 0)
}

/** Whether a string that is this value as a whole has it as its word too, so that the words find all. */
function isWord(planning: Planning, views: FieldViews, value: string): boolean {
  if (views.exact || views.field.text === null) return false
  const tokens = tokensOf(planning.context.analyzerOf(planning.reader.topic, views.name), value)
  return tokens.length === 1 && tokens[0]?.term === value
}

/** The views of a value that are no terms. */
function otherViews(planning: Planning, views: FieldViews, value: QueryValue, boost: number): Plan {
  const plans: Plan[] = []
  if (views.field.keyword === null) plans.push(exactTerm(planning, views, String(value), boost))
  if (!views.exact) plans.push(numberTerm(planning, views, value, boost))
  return planMax(plans, 0)
}

/** A value as a number, a date or a boolean. */
export function numberTerm(planning: Planning, views: FieldViews, value: QueryValue, boost: number): Plan {
  const { field, name } = views
  const { docCount } = planning.reader
  const label = `${name}:${String(value)}`
  if (planning.onlyStatistics) return none
  const plans: Plan[] = []
  const flag = booleanOf(value)
  if (field.booleans !== null && flag !== null) {
    const column = field.booleans
    plans.push({ kind: 'numbers', column, from: flag, to: flag, docCount, score: boost, label })
  }
  const interval = field.numbers === null ? null : numberInterval(field, value)
  if (field.numbers !== null && interval !== null) {
    const { from, to } = interval
    plans.push({ kind: 'numbers', column: field.numbers, from, to, docCount, score: boost, label })
  }
  for (let index = 0; index < plans.length; index++) countClause(planning)
  return planMax(plans, 0)
}

function booleanOf(value: QueryValue): 0 | 1 | null {
  if (value === true || value === 'true') return 1
  return value === false || value === 'false' ? 0 : null
}

function numberInterval(field: FieldReader, value: QueryValue): { from: number; to: number } | null {
  if (typeof value === 'boolean') return null
  if (field.numberKind === 'date') return dateInterval(String(value))
  const number = numberOf(value)
  return number === null ? null : { from: number, to: number }
}

export function numberOf(value: QueryValue): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || !/^\s*[-+]?(?:\d|\.\d)/.test(value)) return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

export function planRange(query: RangeQuery, planning: Planning, boost: number): Plan {
  if (planning.onlyStatistics) return none
  return planMax(
    expandFieldName(planning.reader, query.field).map((name) => {
      const views = resolveField(planning.reader, name)
      return views === null ? none : fieldRange(query, planning, views, boost)
    }),
    0,
  )
}

function fieldRange(query: RangeQuery, planning: Planning, views: FieldViews, boost: number): Plan {
  const { field, name, exact } = views
  const { from, to } = query
  const label = `${name}:${from?.inclusive === false ? '{' : '['}${String(from?.value ?? '*')} TO ${String(to?.value ?? '*')}${to?.inclusive === false ? '}' : ']'}`
  countClause(planning)
  const plans: Plan[] = []
  if (!exact && field.numbers !== null) {
    const low = from === null ? Number.NEGATIVE_INFINITY : lowNumber(field, from)
    const high = to === null ? Number.POSITIVE_INFINITY : highNumber(field, to)
    if (low !== null && high !== null) {
      const { docCount } = planning.reader
      // Bounds that are numbers or dates mean numbers or dates, not the order of their digits.
      return low > high || low > field.numbers.max || high < field.numbers.min
        ? none
        : { kind: 'numbers', column: field.numbers, from: low, to: high, docCount, score: boost, label }
    }
  }
  plans.push(stringRange(planning, views, from, to, boost, label))
  return planMax(plans, 0)
}

function stringRange(
  planning: Planning,
  { field, exact }: FieldViews,
  from: RangeBound | null,
  to: RangeBound | null,
  boost: number,
  label: string,
): Plan {
  const { strings } = field
  if (strings !== null) {
    const first = from === null ? 0 : bound(from, strings, false)
    const last = to === null ? strings.valueCount : bound(to, strings, true)
    const { docCount } = planning.reader
    if (first >= last) return none
    return { kind: 'ordinals', column: strings, from: first, to: last, docCount, score: boost, label }
  }
  const index = field.keyword ?? (exact ? null : field.text)
  if (index === null) return none
  const find = (value: string): number => index.find(Buffer.from(value))
  const lowerBound = (value: string): number => index.lowerBound(Buffer.from(value))
  const first = from === null ? 0 : bound(from, { find, lowerBound }, false)
  const last = to === null ? index.termCount : bound(to, { find, lowerBound }, true)
  const ordinals: number[] = []
  for (let ordinal = first; ordinal < last; ordinal++) ordinals.push(ordinal)
  return termSet(planning, index, ordinals, boost, label)
}

/** The first ordinal inside (for a lower bound), or behind the interval (for an upper one). */
function bound(
  { value, inclusive }: RangeBound,
  values: { find(value: string): number; lowerBound(value: string): number },
  upper: boolean,
): number {
  const text = String(value)
  const at = values.lowerBound(text)
  return values.find(text) >= 0 && inclusive === upper ? at + 1 : at
}

function lowNumber(field: FieldReader, bound: RangeBound): number | null {
  if (field.numberKind === 'date')
    return bound.millis === null ? null : bound.inclusive ? bound.millis : bound.millis + 1
  const number = numberOf(bound.value)
  return number === null ? null : bound.inclusive ? number : nextDouble(number)
}

function highNumber(field: FieldReader, bound: RangeBound): number | null {
  if (field.numberKind === 'date')
    return bound.millis === null ? null : bound.inclusive ? bound.millis : bound.millis - 1
  const number = numberOf(bound.value)
  return number === null ? null : bound.inclusive ? number : -nextDouble(-number)
}

const doubles = new Float64Array(1)
const doubleBits = new BigInt64Array(doubles.buffer)

/** The least double above. */
function nextDouble(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return value
  if (value === 0) return Number.MIN_VALUE
  doubles[0] = value
  doubleBits[0] = (doubleBits[0] ?? 0n) + (value > 0 ? 1n : -1n)
  return doubles[0] ?? value
}

export function planExists(query: ExistsQuery, planning: Planning, boost: number): Plan {
  const { reader } = planning
  const plans: Plan[] = []
  const names = query.field.includes('*')
    ? expandFieldName(reader, query.field)
    : reader.field(query.field) === null
      ? reader.fieldNames().filter((name) => name.startsWith(`${query.field}.`))
      : [query.field]
  const exact = names.length === 0 ? resolveField(reader, query.field) : null
  for (const name of exact === null ? names : [exact.name]) {
    const presence = reader.field(name)?.presence
    if (presence === undefined || presence.size === 0) continue
    countClause(planning)
    plans.push(
      presence.words === null
        ? { kind: 'all', score: boost }
        : { kind: 'bits', words: presence.words, size: presence.size, score: boost, label: `${name}:*` },
    )
  }
  const either = planOr(plans, 1)
  if (either.kind === 'or') return { kind: 'constant', child: either, score: boost }
  return either
}

export function planIds(query: IdsQuery, planning: Planning, boost: number): Plan {
  const { reader } = planning
  const docs = new Set<number>()
  for (const value of query.values) {
    const address = parseHitId(value)
    if (address === null || address.topic !== reader.topic || address.partition !== reader.partition) continue
    const doc = reader.docAt(address.offset)
    if (doc < reader.docCount && reader.offsetOf(doc) === address.offset) docs.add(doc)
  }
  if (docs.size === 0) return none
  return { kind: 'list', docs: Int32Array.from(docs).sort(), score: boost, label: '_id' }
}
