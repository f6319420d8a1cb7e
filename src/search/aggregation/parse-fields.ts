import type { AggregationParseOptions } from './aggregation-parser.ts'
import { type JsonObject, typeName } from './json-object.ts'
import { parseTimeZone } from '../time-zone.ts'

export function fieldOf(body: JsonObject): string {
  if (body.has('script')) {
    throw body.fail('script', 'is not supported: there is no script engine; name a field')
  }
  return body.required('field', body.text('field'))
}

export function missingValue(body: JsonObject): string | number | boolean | null {
  const value = body.raw('missing')
  if (value === undefined) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  throw body.fail('missing', `must be a value, and is ${typeName(value)}`)
}

export function zoneOf(body: JsonObject): string {
  const name = body.text('time_zone') ?? 'UTC'
  parseTimeZone(name)
  return name
}

/** A date as text or as milliseconds. */
export function dateOf(
  body: JsonObject,
  key: string,
  format: string | null,
  zone: string,
  { parseDate }: AggregationParseOptions,
): number | null {
  const value = body.raw(key)
  if (value === undefined) return null
  if (typeof value === 'number') return value
  if (typeof value !== 'string') throw body.fail(key, `must be a date, and is ${typeName(value)}`)
  return parseDate(value, format, zone, false)
}
