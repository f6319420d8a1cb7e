import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QueryError } from '../budget.ts'
import { dateParsers, defaultDateParsers } from './date-format.ts'
import { dateInterval, parseDate } from './date-math.ts'
import { parseTimeZone, utcZone } from '../time-zone.ts'

const now = Date.UTC(2026, 10, 21, 13, 14, 15, 16)

function date(text: string, roundUp = false, zone = 'UTC', format: string | null = null): string | null {
  const parsers = format === null ? defaultDateParsers : dateParsers(format)
  const millis = parseDate(text, { now, zone: parseTimeZone(zone), parsers, roundUp })
  return millis === null ? null : new Date(millis).toISOString()
}

test('dates have as much as is known, and are filled up to the side that is asked for', () => {
  assert.equal(date('2026'), '2026-01-01T00:00:00.000Z')
  assert.equal(date('2026', true), '2026-12-31T23:59:59.999Z')
  assert.equal(date('2024-02', true), '2024-02-29T23:59:59.999Z')
  assert.equal(date('2026-11-21T10'), '2026-11-21T10:00:00.000Z')
  assert.equal(date('2026-11-21T10:05', true), '2026-11-21T10:05:59.999Z')
  assert.equal(date('2026-11-21T10:05:06.123456789Z'), '2026-11-21T10:05:06.123Z')
  assert.equal(date('2026-11-21T10:05:06+02:00'), '2026-11-21T08:05:06.000Z')
  assert.equal(date('1795262400000'), '2026-11-21T12:00:00.000Z')
  for (const text of [
    '2026-13-01',
    '2026-02-29',
    '2026-11-21T24:00',
    'yesterday',
    '',
    '26-1-1',
    '2026-11-21 10:00',
  ])
    assert.equal(date(text), null, text)
})

test('arithmetic moves and rounds', () => {
  assert.equal(date('now'), '2026-11-21T13:14:15.016Z')
  assert.equal(date('now-1d/d'), '2026-11-20T00:00:00.000Z')
  assert.equal(date('now/d', true), '2026-11-21T23:59:59.999Z')
  assert.equal(date('now/w'), '2026-11-16T00:00:00.000Z')
  assert.equal(date('now-1M/M'), '2026-10-01T00:00:00.000Z')
  assert.equal(date('now/y+1h'), '2026-01-01T01:00:00.000Z')
  assert.equal(date('2026-01-31||+1M'), '2026-02-28T00:00:00.000Z')
  assert.equal(date('2026-11-21||/M', true), '2026-11-30T23:59:59.999Z')
  assert.equal(date('2024-02-29||-1y'), '2023-02-28T00:00:00.000Z')
  assert.equal(date('now-90s'), '2026-11-21T13:12:45.016Z')
  assert.equal(
    parseDate('now', { now: null, zone: utcZone, parsers: defaultDateParsers, roundUp: false }),
    null,
  )
  for (const text of ['now-1x', 'now-', 'now+1', '2026-11-21||d', 'now-999999999y'])
    assert.throws(() => date(text), QueryError, text)
})

test('a time zone shifts what has none of its own, and where days begin', () => {
  assert.equal(date('2026-11-21', false, 'Europe/Berlin'), '2026-11-20T23:00:00.000Z')
  assert.equal(date('2026-07-01T00:00', false, 'Europe/Berlin'), '2026-06-30T22:00:00.000Z')
  assert.equal(date('2026-11-21T10:00:00Z', false, '+05:30'), '2026-11-21T10:00:00.000Z')
  assert.equal(date('now/d', false, '-14:00'), '2026-11-20T14:00:00.000Z')
  // The day on which clocks go back has 25 hours.
  assert.equal(date('2026-10-25||+1d', false, 'Europe/Berlin'), '2026-10-25T23:00:00.000Z')
  assert.equal(date('2026-10-25||+24h', false, 'Europe/Berlin'), '2026-10-25T22:00:00.000Z')
  // 02:30 is skipped in spring and is an hour later then.
  assert.equal(date('2026-03-29T02:30', false, 'Europe/Berlin'), '2026-03-29T01:30:00.000Z')
  for (const zone of ['Mars/Olympus', '+25:00', '', '1:2'])
    assert.throws(() => parseTimeZone(zone), QueryError, zone)
})

test('formats by name and by pattern', () => {
  assert.equal(date('21.11.2026', false, 'UTC', 'dd.MM.yyyy'), '2026-11-21T00:00:00.000Z')
  assert.equal(date('20261121T101112.5Z', false, 'UTC', 'basic_date_time'), null)
  assert.equal(date('20261121T101112.500Z', false, 'UTC', 'basic_date_time'), '2026-11-21T10:11:12.500Z')
  assert.equal(date('1795262400', false, 'UTC', 'yyyy/MM/dd||epoch_second'), '2026-11-21T12:00:00.000Z')
  assert.equal(date('2026/11/21', true, 'UTC', 'yyyy/MM/dd||epoch_second'), '2026-11-21T23:59:59.999Z')
  assert.equal(date('2026-11-21 at 10h', false, 'UTC', "yyyy-MM-dd 'at' HH'h'"), '2026-11-21T10:00:00.000Z')
  assert.throws(() => dateParsers('EEE dd'), /has 'EEE'/)
})

test('a day is an interval', () => {
  assert.deepEqual(dateInterval('2026-11-21'), {
    from: Date.UTC(2026, 10, 21),
    to: Date.UTC(2026, 10, 22) - 1,
  })
  assert.equal(dateInterval('now'), null)
})
