import { type Answer, type Json, listOf, member, textOf } from './door.ts'

/** What two answers to one search differ in; null when they agree. */
export type Comparison = (ours: Answer, theirs: Answer) => string | null

/** Lucene computes with floats, we with doubles. */
const SCORE_ERROR = 2e-5

export function sameStatus(ours: Answer, theirs: Answer): string | null {
  if (ours.status === theirs.status) return null
  const [wrong] = [ours, theirs].filter(({ status }) => status >= 400)
  return `status ${ours.status}, the oracle ${theirs.status}: ${JSON.stringify(wrong?.body).slice(0, 600)}`
}

/** The same documents with the same scores, and as many in all. The order among equals is not compared: ours is by age. */
export function sameHits(scored: boolean): Comparison {
  return (ours, theirs) => {
    const status = sameStatus(ours, theirs)
    if (status !== null || ours.status >= 400) return status
    const [left, right] = [ours, theirs].map((answer) => scoresOf(answer.body)) as [
      Map<string, number>,
      Map<string, number>,
    ]
    const only = [...left.keys()].filter((id) => !right.has(id)).map((id) => `+${id}`)
    const missing = [...right.keys()].filter((id) => !left.has(id)).map((id) => `-${id}`)
    if (only.length + missing.length > 0) return `other hits: ${[...only, ...missing].join(' ')}`
    const totals = differentTotals(ours, theirs)
    if (totals !== null) return totals
    if (!scored) return null
    for (const [id, score] of left) {
      const other = right.get(id) ?? Number.NaN
      if (!close(score, other, SCORE_ERROR)) return `${id} scores ${score}, by the oracle ${other}`
    }
    return null
  }
}

/** The same hits in the same order, with the same sort values. */
export const sameOrder: Comparison = (ours, theirs) => {
  const status = sameStatus(ours, theirs)
  if (status !== null || ours.status >= 400) return status
  const [left, right] = [ours, theirs].map(({ body }) =>
    listOf(member(body, 'hits', 'hits')).map((hit) => [
      member(hit, '_id'),
      ...listOf(member(hit, 'sort')).map(sortValue),
    ]),
  )
  return difference(left ?? [], right ?? [], 'hits')
}

/** Missing values are null in ours; Lucene writes the number that it sorts by in their place. */
function sortValue(value: Json): Json {
  if (typeof value === 'number' && Math.abs(value) > 9.2e18) return null
  // A boolean that is sorted by is 1 or 0 to the oracle.
  if (typeof value === 'boolean') return value ? 1 : 0
  return value === 'Infinity' || value === '-Infinity' ? null : value
}

function scoresOf(body: Json): Map<string, number> {
  return new Map(
    listOf(member(body, 'hits', 'hits')).map((hit) => [
      textOf(member(hit, '_id')),
      Number(member(hit, '_score')),
    ]),
  )
}

export function close(left: number, right: number, error: number): boolean {
  return (
    left === right ||
    (Number.isNaN(left) && Number.isNaN(right)) ||
    Math.abs(left - right) <= error * Math.max(1e-3, Math.abs(left), Math.abs(right))
  )
}

/** Where two JSON values differ first; numbers may differ by rounding. */
export function difference(
  left: Json | undefined,
  right: Json | undefined,
  path: string,
  error = 1e-9,
): string | null {
  // The number that Lucene writes for a missing value that it sorts by.
  if (left === null && right !== null && right !== undefined && /\.sort\.\d+$/.test(path))
    return sortValue(right) === null ? null : `${path} is null, by the oracle ${short(right)}`
  if (typeof left === 'number' && typeof right === 'number' && close(left, right, error)) return null
  // The oracle answers a filter that can match nothing by an object of another kind, which has this.
  if (left === undefined && path.endsWith('.meta') && JSON.stringify(right) === '{}') return null
  if (
    typeof left !== 'object' ||
    typeof right !== 'object' ||
    left === null ||
    right === null ||
    Array.isArray(left) !== Array.isArray(right)
  )
    return left === right ? null : `${path} is ${short(left)}, by the oracle ${short(right)}`
  if (Array.isArray(left) && Array.isArray(right) && left.length !== right.length)
    return `${path} has ${left.length} entries, by the oracle ${right.length}: ${short(left)} / ${short(right)}`
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = difference(
      Reflect.get(left, key) as Json | undefined,
      Reflect.get(right, key) as Json | undefined,
      `${path}.${key}`,
      error,
    )
    if (found !== null) return found
  }
  return null
}

function short(json: Json | undefined): string {
  const text = JSON.stringify(json) ?? 'absent'
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}

/** The same aggregations; `left out` are members in which we differ on purpose. */
export const sameAggregations: Comparison = (ours, theirs) => {
  const status = sameStatus(ours, theirs)
  if (status !== null || ours.status >= 400) return status
  return difference(member(ours.body, 'aggregations'), member(theirs.body, 'aggregations'), 'aggregations')
}

/** The same buckets in any order: among equals Lucene's priority queue decides. */
export const sameBuckets: Comparison = (ours, theirs) => {
  const status = sameStatus(ours, theirs)
  if (status !== null || ours.status >= 400) return status
  const [left, right] = [ours, theirs].map(({ body }) => byKey(member(body, 'aggregations', 's')))
  return difference(left, right, 's')
}

function byKey(aggregation: Json): Json {
  const buckets = listOf(member(aggregation, 'buckets')).map((bucket): [string, Json] => [
    textOf(member(bucket, 'key')),
    bucket,
  ])
  return {
    doc_count: member(aggregation, 'doc_count'),
    bg_count: member(aggregation, 'bg_count'),
    buckets: Object.fromEntries(buckets),
  }
}

/** The same hits in the same order with the same sources, fields and highlights, and the same total. */
export const samePage: Comparison = (ours, theirs) => {
  const found = sameOrder(ours, theirs) ?? sameAggregations(ours, theirs)
  if (found !== null || ours.status >= 400) return found
  const [left, right] = [ours, theirs].map(({ body }) => ({
    hits: listOf(member(body, 'hits', 'hits')).map((hit) =>
      Object.fromEntries(
        ['_source', 'fields', 'highlight'].map((name) => [name, plainNames(member(hit, name))]),
      ),
    ),
  }))
  return differentTotals(ours, theirs) ?? difference(left, right, 'hits')
}

/** Both are exact and equal, or both lower bounds: ours may be a better one. */
function differentTotals(ours: Answer, theirs: Answer): string | null {
  const [left, right] = [ours, theirs].map(({ body }) => member(body, 'hits', 'total'))
  const bounds = [left, right].every((total) => member(total, 'relation') === 'gte')
  if (bounds && Number(member(left, 'value')) >= Number(member(right, 'value'))) return null
  return difference(left, right, 'total')
}

/** Without the exact views of texts, which a pattern in `fields` finds in the oracle's mapping. */
function plainNames(fields: Json): Json {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return fields
  const plain = Object.entries(fields).filter(([name]) => !name.endsWith('.keyword'))
  return plain.length === 0 ? null : Object.fromEntries(plain)
}
