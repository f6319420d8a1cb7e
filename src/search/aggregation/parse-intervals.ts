import type { Bounds, CalendarUnit, DateInterval } from './aggregation-spec.ts'
import type { JsonObject } from './json-object.ts'

const calendarUnits: Readonly<Record<string, CalendarUnit>> = {
  '1m': 'minute',
  minute: 'minute',
  '1h': 'hour',
  hour: 'hour',
  '1d': 'day',
  day: 'day',
  '1w': 'week',
  week: 'week',
  '1M': 'month',
  month: 'month',
  '1q': 'quarter',
  quarter: 'quarter',
  '1y': 'year',
  year: 'year',
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** `calendar_interval`, `fixed_interval`, or the old `interval`, which may be either. @throws QueryError */
export function parseDateInterval(body: JsonObject): DateInterval {
  const calendar = body.text('calendar_interval')
  const fixed = body.text('fixed_interval')
  const either = body.text('interval')
  const given = [calendar, fixed, either].filter((value) => value !== null)
  if (given.length !== 1) {
    throw body.fail('calendar_interval', 'or fixed_interval must be given, and only one of them')
  }
  const unit = calendarUnit(calendar ?? either)
  if (unit !== null) return { kind: 'calendar', unit }
  if (calendar !== null) {
    throw body.fail(
      'calendar_interval',
      `must be one of ${Object.keys(calendarUnits).join(', ')}, and is "${calendar}"; for other lengths use fixed_interval`,
    )
  }
  const key = fixed === null ? 'interval' : 'fixed_interval'
  const ms = durationMs(fixed ?? either ?? '')
  if (ms === null || ms <= 0) {
    throw body.fail(
      key,
      `must be a number with one of the units ms, s, m, h, d, as in 30m, and is "${given[0]}"`,
    )
  }
  return { kind: 'fixed', ms }
}

function calendarUnit(text: string | null): CalendarUnit | null {
  return text !== null && Object.hasOwn(calendarUnits, text) ? (calendarUnits[text] ?? null) : null
}

/** `90s`, `-1.5h`; null when it is no duration. */
export function durationMs(text: string): number | null {
  const match = /^([+-]?\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text.trim())
  if (match === null) return null
  return Number(match[1]) * (unitMs[match[2] ?? ''] ?? Number.NaN)
}

/** `offset` of a date_histogram: a duration, or milliseconds. */
export function parseOffset(body: JsonObject): number {
  const value = body.raw('offset')
  if (value === undefined) return 0
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? durationMs(value) : null
  if (ms === null || !Number.isFinite(ms)) {
    throw body.fail('offset', `must be a duration as +6h, and is ${JSON.stringify(value)}`)
  }
  return ms
}

/** `extended_bounds` or `hard_bounds`. `read` understands one end. */
export function parseBounds(
  body: JsonObject,
  key: string,
  read: (bounds: JsonObject, end: 'min' | 'max') => number | null,
): Bounds | null {
  const bounds = body.object(key)
  if (bounds === null) return null
  const min = read(bounds, 'min')
  const max = read(bounds, 'max')
  bounds.end()
  if (min !== null && max !== null && min > max) throw body.fail(key, `has a min above its max`)
  return { min, max }
}

/** Empty buckets can not be wanted where no bucket may be. @throws QueryError */
export function checkBounds(body: JsonObject, extended: Bounds | null, hard: Bounds | null): void {
  if (extended === null || hard === null) return
  const below = extended.min !== null && hard.min !== null && extended.min < hard.min
  const above = extended.max !== null && hard.max !== null && extended.max > hard.max
  if (below || above) throw body.fail('extended_bounds', 'must lie inside hard_bounds')
}
