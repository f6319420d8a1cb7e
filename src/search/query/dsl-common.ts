import { QueryError } from '../budget.ts'
import { DslObject, queryValue } from './dsl-object.ts'
import { checkMinimumShouldMatch } from './minimum-should-match.ts'
import type { Fuzziness, Query, QueryValue } from './query.ts'
import { parseTimeZone, type TimeZone } from '../time-zone.ts'

/** Reads `boost`, which every kind of query has, and closes the object. */
export function boosted(object: DslObject, query: Query): Query {
  const boost = object.number('boost') ?? 1
  if (boost < 0)
    throw new QueryError('illegal_argument', `${object.at('boost')} is ${boost}; it must not be negative.`)
  object.finish()
  return boost === 1 ? query : { kind: 'boost', query, boost }
}

/** `{FIELD: {…}}`, or the short form `{FIELD: value}`. */
export function fieldBody(
  value: unknown,
  path: string,
  shortKey: string,
): { readonly field: string; readonly body: DslObject } {
  const outer = new DslObject(value, path)
  const [field, second] = outer.keys()
  if (field === undefined) throw new QueryError('parse', `${path} needs the name of a field.`)
  if (second !== undefined)
    throw new QueryError(
      'parse',
      `${path} has '${field}' and '${second}'; it takes one field. Join several of them with 'bool', and put options into the field's object.`,
    )
  const inner = outer.raw(field)
  const short = typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'boolean'
  return {
    field,
    body: new DslObject(short ? { [shortKey]: queryValue(inner, path) } : inner, outer.at(field)),
  }
}

export function requiredValue(object: DslObject, key: string): QueryValue {
  return object.required(key, object.value(key))
}

export function minimumOf(object: DslObject): string | null {
  const text = object.text('minimum_should_match')
  return text === null ? null : checkMinimumShouldMatch(text)
}

export function zoneOf(object: DslObject, fallback: TimeZone): TimeZone {
  const name = object.string('time_zone')
  return name === null ? fallback : parseTimeZone(name)
}

/** `fuzziness` and its companions; null when none is asked for. */
export function fuzzinessOf(
  object: DslObject,
  names: { readonly expansions: string; readonly prefix: string; readonly transpositions: string },
): Fuzziness | null {
  const text = object.text('fuzziness')
  const maxExpansions = object.integer(names.expansions, 1, 1000) ?? 50
  const prefixLength = object.integer(names.prefix, 0, 1000) ?? 0
  const transpositions = object.boolean(names.transpositions) ?? true
  if (text === null) return null
  return { edits: editsOf(text, object.at('fuzziness')), prefixLength, maxExpansions, transpositions }
}

export function editsOf(text: string, path: string): Fuzziness['edits'] {
  const auto = /^AUTO(?::(\d{1,4}),(\d{1,4}))?$/i.exec(text.trim())
  if (auto !== null) {
    const low = Number(auto[1] ?? 3)
    const high = Number(auto[2] ?? 6)
    if (low <= high) return { low, high }
  }
  const edits = Number(text)
  if (edits === 0 || edits === 1 || edits === 2) return edits
  throw new QueryError('illegal_argument', `${path} is '${text}'; it must be 0, 1, 2, AUTO or AUTO:low,high.`)
}

/** `rewrite` chooses how Lucene scores patterns; all of its ways match the same, and ours is the constant score. */
export function rewriteOf(object: DslObject): void {
  const rewrite = object.string('rewrite')
  if (rewrite !== null && !rewrite.startsWith('constant_score'))
    throw new QueryError(
      'unsupported',
      `${object.at('rewrite')} is '${rewrite}': patterns have a constant score here; leave it out or write constant_score.`,
    )
}
