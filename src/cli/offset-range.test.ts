import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { parseOffsetRange, type OffsetEdge } from './offset-range.ts'

const NOW = Date.UTC(2026, 4, 2)
const start: OffsetEdge = { kind: 'start', plus: 0 }
const end: OffsetEdge = { kind: 'end', minus: 0 }
const at = (offset: number): OffsetEdge => ({ kind: 'offset', offset })
const time = (timestamp: number): OffsetEdge => ({ kind: 'time', timestamp })
const HOUR = 3_600_000

describe('--offset', () => {
  for (const [text, from, to] of [
    ['start', start, null],
    ['oldest', start, null],
    ['end', end, null],
    ['newest', end, null],
    [':end', start, end],
    ['47', at(47), null],
    ['47:', at(47), null],
    [':47', start, at(47)],
    ['3:47', at(3), at(47)],
    ['3-47', at(3), at(47)],
    ['3:end', at(3), end],
    ['+2', { kind: 'start', plus: 2 }, null],
    ['-2', { kind: 'end', minus: 2 }, null],
    ['@1777593600000', time(1_777_593_600_000), null],
    ['@1777593600', time(1_777_593_600_000), null],
    ['@2026-05-01', time(Date.UTC(2026, 4, 1)), null],
    ['@2026-05-01:', time(Date.UTC(2026, 4, 1)), null],
    ['@2026-05-01T10:20:30.5Z:end', time(Date.UTC(2026, 4, 1, 10, 20, 30, 500)), end],
    ['@2026-05-01:2026-05-02T01:00:00Z', time(Date.UTC(2026, 4, 1)), time(Date.UTC(2026, 4, 2, 1))],
    ['@-1h', time(NOW - HOUR), null],
    ['@-48h:-24h', time(NOW - 48 * HOUR), time(NOW - 24 * HOUR)],
    ['@-1h30m', time(NOW - 1.5 * HOUR), null],
    ['@2026-05-01:1h', time(Date.UTC(2026, 4, 1)), time(Date.UTC(2026, 4, 1, 1))],
    ['@:-1h', start, time(NOW - HOUR)],
    ['@-1m:end', time(NOW - 60_000), end],
  ] as const) {
    it(`reads ${text}`, () => assert.deepEqual(parseOffsetRange(text, NOW), { from, to }))
  }

  for (const text of [
    '',
    'foo',
    ':',
    '@',
    '@end',
    '+',
    '-',
    '5:3',
    '5:5',
    '1:2:3',
    '@x',
    '@1h:2026',
    '@-1h:-2h',
    '@2026-13-01',
    '99999999999999999999',
    '+2:3',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.throws(() => parseOffsetRange(text, NOW), { name: 'CliError', exitCode: 2 }))
  }

  it('reads every pair of offsets in order, and none out of order', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (first, second) => {
        const text = `${first}:${second}`
        if (second > first) assert.deepEqual(parseOffsetRange(text, NOW), { from: at(first), to: at(second) })
        else assert.throws(() => parseOffsetRange(text, NOW))
      }),
    )
  })

  it('gives a range or a usage error for any text', () => {
    const character = fc.constantFrom(...'0123456789:-+@hmsdTZ. endstar'.split(''))
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 12 }), (text) => {
        try {
          assert.ok(parseOffsetRange(text, NOW).from)
        } catch (error) {
          assert.ok(error instanceof Error && error.name === 'CliError', String(error))
        }
      }),
    )
  })
})
