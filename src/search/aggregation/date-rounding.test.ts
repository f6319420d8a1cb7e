import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CalendarUnit } from './aggregation-spec.ts'
import { dateRounding } from './date-rounding.ts'
import { dateWriter } from './date-output.ts'

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Cairo',
]

const instant = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2037, 0) })

/** The start of a unit by the language's own calendar. */
function startOf(utc: number, unit: CalendarUnit, zone: string): number {
  const local = Temporal.Instant.fromEpochMilliseconds(utc).toZonedDateTimeISO(zone)
  const date = local.toPlainDate()
  const start = {
    minute: date,
    hour: date,
    day: date,
    week: date.subtract({ days: date.dayOfWeek - 1 }),
    month: date.with({ day: 1 }),
    quarter: date.with({ day: 1, month: date.month - ((date.month - 1) % 3) }),
    year: date.with({ day: 1, month: 1 }),
  }[unit]
  return start.toZonedDateTime(zone).epochMilliseconds
}

test('days and what is longer begin when the clocks of the zone say so', () => {
  const unit = fc.constantFrom<CalendarUnit>('day', 'week', 'month', 'quarter', 'year')
  fc.assert(
    fc.property(instant, unit, fc.constantFrom(...zones), (utc, unit, zone) => {
      const { floor } = dateRounding({ kind: 'calendar', unit }, zone, 0)
      assert.equal(floor(utc), startOf(utc, unit, zone))
    }),
    { numRuns: 500 },
  )
})

test('an instant lies in its bucket, and buckets follow each other without a gap', () => {
  const interval = fc.oneof(
    fc
      .constantFrom<CalendarUnit>('minute', 'hour', 'day', 'week', 'month', 'quarter', 'year')
      .map((unit) => ({ kind: 'calendar', unit }) as const),
    fc.constantFrom(1, 90_000, 3_600_000, 86_400_000).map((ms) => ({ kind: 'fixed', ms }) as const),
  )
  fc.assert(
    fc.property(
      instant,
      interval,
      fc.constantFrom(...zones, '+05:45', '-03:00'),
      fc.constantFrom(0, 21_600_000, -3_600_000),
      (utc, interval, zone, offset) => {
        const { floor, next } = dateRounding(interval, zone, offset)
        const start = floor(utc)
        assert.ok(start <= utc, 'begins at or before')
        assert.ok(next(start) > utc, 'ends behind')
        assert.equal(floor(start), start, 'a beginning is its own')
        assert.equal(floor(next(start)), next(start), 'the next is a beginning')
      },
    ),
    { numRuns: 1000 },
  )
})

test('a day with 25 hours is one bucket, and its hours are 25', () => {
  const day = dateRounding({ kind: 'calendar', unit: 'day' }, 'Europe/Berlin', 0)
  const start = Date.UTC(2026, 9, 24, 22)
  assert.equal(day.floor(Date.UTC(2026, 9, 25, 12)), start)
  assert.equal(day.next(start), start + 25 * 3_600_000)
  const hour = dateRounding({ kind: 'calendar', unit: 'hour' }, 'Europe/Berlin', 0)
  let hours = 0
  for (let at = start; at < day.next(start); at = hour.next(at)) hours += 1
  assert.equal(hours, 25)
})

test('dates are written as the format says, in the zone', () => {
  const at = Date.UTC(2026, 10, 1, 5, 4, 3, 21)
  const write = (format: string | null, zone = 'UTC'): string => dateWriter(format, zone)(at)
  assert.equal(write(null), '2026-11-01T05:04:03.021Z')
  assert.equal(write(null, 'Asia/Kolkata'), '2026-11-01T10:34:03.021+05:30')
  assert.equal(write('yyyy-MM-dd||epoch_millis'), '2026-11-01')
  assert.equal(write("dd.MM.yy 'at' H:mm"), '01.11.26 at 5:04')
  assert.equal(write('epoch_second'), String(Math.floor(at / 1000)))
  assert.throws(() => write('yyyy-QQ'), /\[yyyy-QQ\] has \[QQ\]/)
  assert.throws(() => write(null, 'Mars/Base'), /'Mars\/Base' is no time zone/)
})
