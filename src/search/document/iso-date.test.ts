import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseIsoDate } from './iso-date.ts'

function parse(text: string): number {
  const bytes = Buffer.from(`9${text}9`)
  return parseIsoDate(bytes, 1, bytes.length - 1)
}

test('a date in ISO form is the millisecond that Date.parse finds', () => {
  const instant = fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(9999, 11, 31) })
  fc.assert(
    fc.property(
      instant,
      fc.constantFrom('Z', '', '+01:00', '-11:30'),
      fc.constantFrom(16, 19, 21, 22, 23),
      (millis, zone, length) => {
        const text = new Date(millis).toISOString().slice(0, length)
        if (text.includes('.') || length <= 19)
          assert.equal(parse(text + zone), Date.parse(text + (zone === '' ? 'Z' : zone)), text + zone)
        assert.equal(parse(text.slice(0, 10)), Date.parse(text.slice(0, 10)))
      },
    ),
    { numRuns: 2000 },
  )
  assert.equal(parse('2026-11-21T10:15:30.123456789Z'), Date.parse('2026-11-21T10:15:30.123Z'))
  assert.equal(parse('2024-02-29'), Date.UTC(2024, 1, 29))
})

test('what is no date is none', () => {
  for (const text of [
    '',
    '2026',
    '2026-11',
    '2026-13-01',
    '2026-00-10',
    '2026-02-29',
    '1900-02-29',
    '2026-11-31',
    '2026-11-21T',
    '2026-11-21T10',
    '2026-11-21T24:00:00Z',
    '2026-11-21T10:60:00Z',
    '2026-11-21T10:15:60Z',
    '2026-11-21T10:15:30.Z',
    '2026-11-21T10:15:30.1234567890Z',
    '2026-11-21T10:15:30z',
    '2026-11-21T10:15:30+1:00',
    '2026-11-21T10:15:30+01:00x',
    '2026-11-21 10:15:30',
    '2026/11/21',
    '20261121',
    '+2026-11-21',
  ])
    assert.ok(Number.isNaN(parse(text)), text)
})
