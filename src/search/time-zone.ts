import { QueryError } from './budget.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Time zones change their offset at whole quarters of an hour in UTC, and nowhere else. */
const STEP = 15 * MINUTE
const KNOWN_STEPS_MAX = 100_000

/** Distance between UTC and a place's clocks. Instants and local times are milliseconds; local ones count as if they were UTC. */
export interface TimeZone {
  /** The same distance at all times, or null. */
  readonly fixedOffset: number | null
  /** Local time minus UTC at an instant. */
  offsetAt(utc: number): number
}

export const utcZone: TimeZone = { fixedOffset: 0, offsetAt: () => 0 }

const zones = new Map<string, TimeZone>()
/** There are about 600 names. */
const ZONES_MAX = 1000

const fixedForm = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/

/** `Z`, `UTC`, an offset such as `+01:00`, or a name such as `Europe/Berlin`. @throws QueryError when there is no such zone */
export function parseTimeZone(text: string): TimeZone {
  if (text === 'Z' || text === 'z' || text === 'UTC' || text === 'GMT') return utcZone
  const fixed = fixedForm.exec(text)
  if (fixed !== null) {
    const [, sign, hours, minutes = '0', seconds = '0'] = fixed
    const size = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * 1000
    if (size > 18 * HOUR || Number(minutes) > 59 || Number(seconds) > 59) throw unknownZone(text)
    const fixedOffset = sign === '-' ? -size : size
    return { fixedOffset, offsetAt: () => fixedOffset }
  }
  const known = zones.get(text)
  if (known !== undefined) return known
  const zone = namedZone(text)
  if (zones.size < ZONES_MAX) zones.set(text, zone)
  return zone
}

/** The first instant at which clocks show this local time; where they skip it, as if they had not been put forward yet. */
export function localToUtc(zone: TimeZone, local: number): number {
  if (zone.fixedOffset !== null) return local - zone.fixedOffset
  const before = zone.offsetAt(local - DAY)
  const after = zone.offsetAt(local + DAY)
  if (before === after) {
    const instant = local - before
    if (zone.offsetAt(instant) === before) return instant
  }
  const candidates = [local - Math.max(before, after), local - Math.min(before, after)]
  for (const instant of candidates) if (instant + zone.offsetAt(instant) === local) return instant
  return local - before
}

function namedZone(name: string): TimeZone {
  let parts: Intl.DateTimeFormat
  try {
    parts = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    })
  } catch (error) {
    if (error instanceof RangeError) throw unknownZone(name)
    throw error
  }
  const known = new Map<number, number>()
  return {
    fixedOffset: null,
    offsetAt: (utc) => {
      const step = Math.floor(utc / STEP)
      let offset = known.get(step)
      if (offset === undefined) {
        offset = offsetFrom(parts, step * STEP)
        if (known.size >= KNOWN_STEPS_MAX) known.clear()
        known.set(step, offset)
      }
      return offset
    },
  }
}

function offsetFrom(format: Intl.DateTimeFormat, utc: number): number {
  const read: Record<string, number> = {}
  let beforeChrist = false
  for (const { type, value } of format.formatToParts(utc)) {
    if (type === 'era') beforeChrist = value === 'B'
    else read[type] = Number(value)
  }
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = read
  const date = new Date(0)
  date.setUTCFullYear(beforeChrist ? 1 - year : year, month - 1, day)
  date.setUTCHours(hour, minute, second, 0)
  return date.getTime() - utc
}

function unknownZone(text: string): QueryError {
  return new QueryError(
    'illegal_argument',
    `'${text}' is no time zone. Write an offset such as '+01:00' or a name such as 'Europe/Berlin'.`,
  )
}
