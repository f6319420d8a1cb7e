import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatTimestamp, parseTimestamp } from './timestamp.ts'

describe('timestamps', () => {
  it('are milliseconds, or ISO 8601 that means the same everywhere', () => {
    const cases: readonly [string, number | null][] = [
      ['0', 0],
      ['1700000000000', 1_700_000_000_000],
      ['2023-11-14', 1_699_920_000_000],
      ['2023-11-14T22:13:20Z', 1_700_000_000_000],
      ['2023-11-14 22:13:20.5Z', 1_700_000_000_500],
      ['2023-11-14T22:13Z', 1_699_999_980_000],
      ['2023-11-14T23:13:20+01:00', 1_700_000_000_000],
      ['2023-11-14T22:13:20', null],
      ['2023-13-14', null],
      ['1969-12-31T23:59:59Z', null],
      ['-1', null],
      ['1e3', null],
      ['', null],
      ['9'.repeat(16), null],
      ['now', null],
    ]
    for (const [text, expected] of cases) assert.equal(parseTimestamp(text), expected, text)
  })

  it('have no text when there is none, or no calendar reaches them', () => {
    assert.equal(formatTimestamp(-1), null)
    assert.equal(formatTimestamp(8_640_000_000_000_001), null)
    assert.equal(formatTimestamp(0), '1970-01-01T00:00:00.000Z')
  })
})
