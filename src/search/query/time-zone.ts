import { QueryError } from '../budget.ts'

/** What a place's clocks show. */
export interface TimeZone {
  readonly name: string
  /** Milliseconds to add to UTC at this moment. */
  offsetAt(utc: number): number
}

export const utcZone: TimeZone = { name: 'UTC', offsetAt: () => 0 }

const fixedForm = /^([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/

/** `Z`, `UTC`, an offset such as `+01:00`, or a name such as `Europe/Berlin`. */
export function parseTimeZone(text: string): TimeZone {
  if (text === 'Z' || text === 'z' || text === 'UTC') return utcZone
  const fixed = fixedForm.exec(text)
  if (fixed !== null) {
    const hours = Number(fixed[2])
    const minutes = Number(fixed[3] ?? 0)
    if (hours > 18 || minutes > 59) throw unknownZone(text)
    const size = (hours * 60 + minutes) * 60_000 + Number(fixed[4] ?? 0) * 1000
    const offset = fixed[1] === '-' ? -size : size
    return { name: text, offsetAt: () => offset }
  }
  return namedZone(text)
}

function namedZone(name: string): TimeZone {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch (error) {
    if (error instanceof RangeError) throw unknownZone(name)
    throw error
  }
  // Offsets change at whole quarters of an hour, so one answer serves for that long; the last one is kept.
  let knownQuarter = Number.NaN
  let knownOffset = 0
  return {
    name,
    offsetAt(utc) {
      const quarter = Math.floor(utc / 900_000)
      if (quarter !== knownQuarter) {
        knownQuarter = quarter
        knownOffset = offsetFrom(format, quarter * 900_000)
      }
      return knownOffset
    },
  }
}

function offsetFrom(format: Intl.DateTimeFormat, utc: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
  for (const { type, value } of format.formatToParts(utc)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(utc / 1000) * 1000
}

function unknownZone(text: string): QueryError {
  return new QueryError(
    'illegal_argument',
    `'${text}' is no time zone. Write an offset such as '+01:00' or a name such as 'Europe/Berlin'.`,
  )
}

/** The moment at which clocks show `local` (milliseconds as if it were UTC). In the hour that is skipped: as before the change. */
export function localToUtc(zone: TimeZone, local: number): number {
  const guess = local - zone.offsetAt(local)
  const second = local - zone.offsetAt(guess)
  if (second === guess) return guess
  return zone.offsetAt(second) === local - second ? second : Math.max(guess, second)
}
