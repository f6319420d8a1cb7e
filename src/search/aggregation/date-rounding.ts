import type { CalendarUnit, DateInterval } from './aggregation-spec.ts'
import { localToUtc, parseTimeZone, type TimeZone } from '../time-zone.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const UNIT_MS: Partial<Record<CalendarUnit, number>> = { minute: 60_000, hour: HOUR }

/** 1 January 1970 was a Thursday: days from the Monday before. */
const EPOCH_WEEKDAY = 3

/** Buckets of time: each instant belongs to the bucket that begins at `floor`, and `next` is the beginning of the one after. */
export interface DateRounding {
  readonly floor: (utc: number) => number
  /** `start` is the beginning of a bucket. */
  readonly next: (start: number) => number
}

/** Interval, zone and offset as Elasticsearch's date_histogram has them. @throws QueryError for an unknown zone */
export function dateRounding(interval: DateInterval, zoneName: string, offsetMs: number): DateRounding {
  const zone = parseTimeZone(zoneName)
  const rounding = roundingIn(interval, zone)
  if (offsetMs === 0) return rounding
  return {
    floor: (utc) => rounding.floor(utc - offsetMs) + offsetMs,
    next: (start) => rounding.next(start - offsetMs) + offsetMs,
  }
}

function roundingIn(interval: DateInterval, zone: TimeZone): DateRounding {
  if (interval.kind === 'fixed') return fixedRounding(interval.ms, zone)
  const ms = UNIT_MS[interval.unit]
  return ms === undefined ? calendarRounding(interval.unit, zone) : fixedRounding(ms, zone)
}

function fixedRounding(ms: number, zone: TimeZone): DateRounding {
  const { fixedOffset } = zone
  if (fixedOffset !== null) {
    return {
      floor: (utc) => Math.floor((utc + fixedOffset) / ms) * ms - fixedOffset,
      next: (start) => start + ms,
    }
  }
  const floor = (utc: number): number => {
    const offset = zone.offsetAt(utc)
    const local = Math.floor((utc + offset) / ms) * ms
    const start = local - offset
    // Where clocks were changed within the bucket it began at the other offset.
    return zone.offsetAt(start) === offset ? start : Math.min(localToUtc(zone, local), utc)
  }
  return {
    floor,
    next: (start) => {
      const plain = floor(start + ms)
      // Where clocks are set back the bucket may be longer than the interval.
      return plain > start ? plain : localToUtc(zone, start + zone.offsetAt(start) + ms)
    },
  }
}

function calendarRounding(unit: CalendarUnit, zone: TimeZone): DateRounding {
  return {
    floor: (utc) => localToUtc(zone, localFloor(utc + zone.offsetAt(utc), unit)),
    next: (start) => localToUtc(zone, localNext(start + zone.offsetAt(start), unit)),
  }
}

function localFloor(local: number, unit: CalendarUnit): number {
  const day = Math.floor(local / DAY)
  const date = new Date(local)
  const month = date.getUTCMonth()
  switch (unit) {
    case 'minute':
    case 'hour':
    case 'day':
      return day * DAY
    case 'week':
      return (day - modulo(day + EPOCH_WEEKDAY, 7)) * DAY
    case 'month':
      return utcDate(date.getUTCFullYear(), month)
    case 'quarter':
      return utcDate(date.getUTCFullYear(), month - (month % 3))
    case 'year':
      return utcDate(date.getUTCFullYear(), 0)
  }
}

/** The beginning of the unit after the one that holds this local time, which may lie a bit behind a beginning that clocks skipped. */
function localNext(local: number, unit: CalendarUnit): number {
  const start = localFloor(local, unit)
  const date = new Date(start)
  switch (unit) {
    case 'minute':
    case 'hour':
    case 'day':
      return start + DAY
    case 'week':
      return start + 7 * DAY
    case 'month':
      return utcDate(date.getUTCFullYear(), date.getUTCMonth() + 1)
    case 'quarter':
      return utcDate(date.getUTCFullYear(), date.getUTCMonth() + 3)
    case 'year':
      return utcDate(date.getUTCFullYear() + 1, 0)
  }
}

function utcDate(year: number, month: number): number {
  return new Date(0).setUTCFullYear(year, month, 1)
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
