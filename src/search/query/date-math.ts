import { QueryError } from '../budget.ts'
import { defaultDateParsers, type DateParser } from './date-format.ts'
import { localToUtc, utcZone, type TimeZone } from '../time-zone.ts'

export interface DateOptions {
  /** What `now` means; null where only absolute dates are allowed. */
  readonly now: number | null
  readonly zone: TimeZone
  readonly parsers: readonly DateParser[]
  /** Missing parts and `/d` go to the last millisecond instead of the first: for bounds that lie behind what they name. */
  readonly roundUp: boolean
}

export type CalendarUnit = 'y' | 'M' | 'w' | 'd' | 'h' | 'm' | 's'

/** A date, `now`, or either with arithmetic: `now-1d/d`, `2026-11-21||+1M/M`. Null when the text is no date. */
export function parseDate(text: string, options: DateOptions): number | null {
  const trimmed = text.trim()
  if (trimmed === 'now' || /^now[-+/|]/.test(trimmed)) {
    if (options.now === null) return null
    return applyMath(options.now, trimmed.slice(3).replace(/^\|\|/, ''), trimmed, options)
  }
  const separator = trimmed.indexOf('||')
  const base = separator < 0 ? trimmed : trimmed.slice(0, separator)
  for (const parser of options.parsers) {
    const millis = parser(base, options.zone, options.roundUp && separator < 0)
    if (millis !== null)
      return separator < 0 ? millis : applyMath(millis, trimmed.slice(separator + 2), trimmed, options)
  }
  return null
}

/** First and last millisecond of what an absolute date names: all of a day for `2026-11-21`. */
export function dateInterval(text: string): { readonly from: number; readonly to: number } | null {
  const options = { now: null, zone: utcZone, parsers: defaultDateParsers }
  const from = parseDate(text, { ...options, roundUp: false })
  const to = parseDate(text, { ...options, roundUp: true })
  return from === null || to === null ? null : { from, to }
}

const step = /([-+])(\d*)([yMwdhHms])|\/([yMwdhHms])/y

function applyMath(start: number, math: string, whole: string, options: DateOptions): number {
  let millis = start
  step.lastIndex = 0
  for (let at = 0; at < math.length; at = step.lastIndex) {
    step.lastIndex = at
    const match = step.exec(math)
    if (match === null)
      throw new QueryError(
        'parse',
        `'${math.slice(at)}' in the date '${whole}' is no date math. Write +, - or / with a number and a unit: y M w d h m s, as in now-1d/d.`,
      )
    if (match[4] === undefined) {
      const amount = Number(match[2] === '' ? 1 : match[2])
      millis = addUnits(millis, match[1] === '-' ? -amount : amount, unitOf(match[3] ?? ''), options.zone)
    } else {
      const unit = unitOf(match[4])
      const floor = roundDown(millis, unit, options.zone)
      millis = options.roundUp ? addUnits(floor, 1, unit, options.zone) - 1 : floor
    }
    if (!Number.isFinite(millis) || Math.abs(millis) > 8.64e15)
      throw new QueryError('parse', `The date '${whole}' is out of range.`)
  }
  return millis
}

function unitOf(letter: string): CalendarUnit {
  return (letter === 'H' ? 'h' : letter) as CalendarUnit
}

function addUnits(millis: number, amount: number, unit: CalendarUnit, zone: TimeZone): number {
  switch (unit) {
    case 's':
      return millis + amount * 1000
    case 'm':
      return millis + amount * 60_000
    case 'h':
      return millis + amount * 3_600_000
    case 'd':
    case 'w':
    case 'M':
    case 'y': {
      const date = new Date(millis + zone.offsetAt(millis))
      if (unit === 'd' || unit === 'w') date.setUTCDate(date.getUTCDate() + amount * (unit === 'w' ? 7 : 1))
      else {
        const day = date.getUTCDate()
        date.setUTCDate(1)
        if (unit === 'M') date.setUTCMonth(date.getUTCMonth() + amount)
        else date.setUTCFullYear(date.getUTCFullYear() + amount)
        const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
        date.setUTCDate(Math.min(day, days))
      }
      return localToUtc(zone, date.getTime())
    }
  }
}

function roundDown(millis: number, unit: CalendarUnit, zone: TimeZone): number {
  const date = new Date(millis + zone.offsetAt(millis))
  switch (unit) {
    case 's':
      date.setUTCMilliseconds(0)
      break
    case 'm':
      date.setUTCSeconds(0, 0)
      break
    case 'h':
      date.setUTCMinutes(0, 0, 0)
      break
    case 'd':
      date.setUTCHours(0, 0, 0, 0)
      break
    case 'w':
      date.setUTCHours(0, 0, 0, 0)
      date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7))
      break
    case 'M':
      date.setUTCHours(0, 0, 0, 0)
      date.setUTCDate(1)
      break
    case 'y':
      date.setUTCHours(0, 0, 0, 0)
      date.setUTCMonth(0, 1)
      break
  }
  return localToUtc(zone, date.getTime())
}
