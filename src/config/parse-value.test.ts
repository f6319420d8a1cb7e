import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { parseValue } from './parse-value.ts'
import type { Property } from './property.ts'

const row = (part: Partial<Property> & Pick<Property, 'type'>): Property => ({
  default: null,
  doc: '',
  importance: 'low',
  ...part,
})

function value(property: Property, raw: string): unknown {
  const parsed = parseValue(property, raw)
  return parsed.kind === 'value' ? parsed.value : `problem: ${parsed.message}`
}

test('durations take units and plain milliseconds', () => {
  const duration = row({ type: 'duration-ms', min: -1 })
  const cases: [string, unknown][] = [
    ['500', 500],
    ['500ms', 500],
    ['1.5s', 1500],
    ['0.1s', 100],
    ['5 min', 300_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['1W', 604_800_000],
    ['-1', -1],
  ]
  for (const [raw, expected] of cases) assert.equal(value(duration, raw), expected, raw)
})

test('durations that are none say what was expected', () => {
  const duration = row({ type: 'duration-ms', min: 0 })
  assert.match(String(value(duration, '7y')), /unknown unit "y", expected one of ms, s, m/)
  assert.match(String(value(duration, '0.5ms')), /whole number of milliseconds/)
  assert.match(String(value(duration, 'soon')), /expected a duration/)
  assert.match(String(value(duration, '')), /expected a duration/)
  assert.match(String(value(duration, '-1')), /expected at least 0 ms/)
  assert.match(String(value(duration, '1constructor')), /unknown unit/)
})

test('sizes distinguish KiB from KB and refuse a bare K', () => {
  const size = row({ type: 'bytes', max: 2 ** 40 })
  assert.equal(value(size, '64MiB'), 64 * 2 ** 20)
  assert.equal(value(size, '64mb'), 64e6)
  assert.equal(value(size, '1.5KiB'), 1536)
  assert.equal(value(size, '17 B'), 17)
  assert.match(String(value(size, '64K')), /unknown unit "K"/)
  assert.match(String(value(size, '2TiB')), /expected at most 1099511627776 bytes/)
  assert.match(String(value(size, '99999999999999999999')), /at most 64 bits/)
})

test('64-bit numbers are exact as text and saturate as a number', () => {
  assert.deepEqual(parseValue(row({ type: 'long' }), '9223372036854775807'), {
    kind: 'value',
    value: Number.MAX_SAFE_INTEGER,
    text: '9223372036854775807',
  })
  assert.match(String(value(row({ type: 'long' }), '9223372036854775808')), /at most 64 bits/)
})

test('an int has 32 bits unless its row says less', () => {
  assert.equal(value(row({ type: 'int' }), '2147483647'), 2_147_483_647)
  assert.match(String(value(row({ type: 'int' }), '2147483648')), /at most 2147483647/)
  assert.match(String(value(row({ type: 'int', min: 1, unit: 'minutes' }), '0')), /at least 1 minutes/)
  assert.equal(value(row({ type: 'int', min: 1, max: 9, also: [-1] }), '-1'), -1)
  assert.match(String(value(row({ type: 'int' }), '1.5')), /whole number/)
  assert.match(String(value(row({ type: 'int' }), '0x10')), /whole number/)
})

test('words and lists are checked against the allowed ones, with the nearest suggested', () => {
  const sync = row({ type: 'enum', values: ['commit', 'interval', 'os'] })
  assert.equal(value(sync, 'Commit'), 'commit')
  assert.match(String(value(sync, 'comit')), /one of commit, interval, os; did you mean "commit"/)
  const list = row({ type: 'list', values: ['compact', 'delete'] })
  assert.deepEqual(value(list, ' compact , delete '), ['compact', 'delete'])
  assert.deepEqual(value(list, ''), [])
  assert.match(String(value(list, 'compact,')), /between the commas/)
  assert.match(String(value(list, 'delete,delete')), /only once/)
  assert.match(
    String(value(list, 'compct')),
    /"compct" is not one of compact, delete; did you mean "compact"/,
  )
})

test('booleans are true or false and nothing else', () => {
  assert.equal(value(row({ type: 'boolean' }), 'TRUE'), true)
  for (const raw of ['yes', '1', ''])
    assert.match(String(value(row({ type: 'boolean' }), raw)), /true or false/)
})

test('addresses', () => {
  assert.deepEqual(value(row({ type: 'address' }), '[::1]:9092'), { host: '::1', port: 9092 })
  assert.deepEqual(value(row({ type: 'address' }), ':9092'), { host: '0.0.0.0', port: 9092 })
  assert.equal(value(row({ type: 'address', auto: true }), 'auto'), 'auto')
  assert.match(String(value(row({ type: 'address' }), 'auto')), /expected host:port/)
})

test('only rows without a default may be unset', () => {
  assert.equal(parseValue(row({ type: 'string' }), null).kind, 'value')
  assert.equal(parseValue(row({ type: 'string', default: 'x' }), null).kind, 'problem')
})

test('the text of a parsed value parses to the same value', () => {
  const types = [
    'int',
    'long',
    'duration-ms',
    'bytes',
    'double',
    'boolean',
    'list',
    'address',
    'string',
  ] as const
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.oneof(fc.string(), fc.integer().map(String)), (type, raw) => {
      const first = parseValue(row({ type }), raw)
      if (first.kind === 'problem') return
      assert.deepEqual(parseValue(row({ type }), first.text), first)
    }),
  )
})
