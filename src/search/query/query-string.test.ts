import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { QueryError } from '../budget.ts'
import { parseQueryString, queryStringOptions, type QueryStringOptions } from './query-string.ts'
import { short } from '../testing/short-query.ts'
import type { Query } from './query.ts'
import { utcZone } from '../time-zone.ts'

const now = Date.UTC(2026, 10, 21, 12)

function parse(text: string, changes: Partial<QueryStringOptions> = {}): Query {
  return parseQueryString(
    text,
    queryStringOptions(now, utcZone, { defaultFields: [{ field: 'f', boost: 1 }], ...changes }),
  )
}

test('the syntax, form by form', () => {
  const forms: readonly (readonly [string, string])[] = [
    ['', 'all'],
    ['  *  ', 'all'],
    ['*:*', 'all'],
    ['error', 'f:error'],
    ['level:error', 'level:error'],
    ['a.b\\:c:x', 'a.b:c:x'],
    ['ts:2026-11-21T10:00:00Z', 'ts:2026-11-21T10:00:00Z'],
    ['a b', '(+f:a +f:b)'],
    ['a AND b OR c', '((+f:a +f:b) f:c)'],
    ['a OR b AND c', '(f:a (+f:b +f:c))'],
    ['a && b || c', '((+f:a +f:b) f:c)'],
    ['a b OR c', '(+f:a +(f:b f:c))'],
    ['a -b', '(+f:a -f:b)'],
    ['a NOT b', '(+f:a -f:b)'],
    ['a !b', '(+f:a -f:b)'],
    ['a AND NOT b', '(+f:a -f:b)'],
    ['NOT NOT a', 'f:a'],
    ['-a', '(-f:a)'],
    ['a OR -b', '(f:a (-f:b))'],
    ['+a +b', '(+f:a +f:b)'],
    ['(a OR b) c', '(+(f:a f:b) +f:c)'],
    ['x:(a b)', '(+x:a +x:b)'],
    ['x:(a OR "b c"~2)', '(x:a x:b c~2)'],
    ['"a \\"b\\""', 'f:a "b"'],
    ['"a b"*', 'f:"a b*"'],
    ['a^2 (b c)^0.5', '(+f:a^2 +(+f:b +f:c)^0.5)'],
    ['web*', 'f:web…'],
    ['w?b*', 'f?w?b*'],
    ['w\\*b', 'f:w*b'],
    ['w\\**', 'f:w*…'],
    ['x:*', 'has x'],
    ['_exists_:x.y', 'has x.y'],
    ['/a.*b/', 'f/a.*b/'],
    ['x:/a\\/b/ c', '(+x/a/b/ +f:c)'],
    ['/api/users', 'f:/api/users'],
    ['x:/api/*', 'x:/api/…'],
    ['eror~', 'f~eror~{"low":3,"high":6}'],
    ['eror~1', 'f~eror~1'],
    ['x:[1 TO 5]', 'x[1 5]'],
    ['x:{1 TO *]', 'x{1 *]'],
    ['x:[* TO 5}', 'x[* 5}'],
    ['x:["a b" TO c]', 'x[a b c]'],
    ['x:>5', 'x{5 *]'],
    ['x:>= 5', 'x[5 *]'],
    ['x:<5 y:<=6', '(+x[* 5} +y[* 6])'],
    ['x:(>1 AND <5)', '(+x{1 *] +x[* 5})'],
    ['x:IN [a "b c" d]', 'x in a,b c,d'],
    ['x:IN [a, b]', 'x in a,b'],
    ['INfinite', 'f:INfinite'],
    ['web-1 a+b', '(+f:web-1 +f:a+b)'],
    ['ANDROID ORDER NOTHING', '(+f:ANDROID +f:ORDER +f:NOTHING)'],
  ]
  for (const [text, wanted] of forms) assert.equal(short(parse(text)), wanted, text)
  assert.equal(short(parse('a b +c -d', { defaultOperator: 'or' })), '(+f:c f:a f:b -f:d)')
  const fields = [
    { field: 'x', boost: 2 },
    { field: 'y*', boost: 1 },
  ]
  assert.equal(short(parse('a', { defaultFields: fields })), '(x^2,y*^1):a')
  assert.equal(short(parse('a*', { defaultFields: fields })), 'best(x:a…^2 y*:a…)')
})

test('dates in ranges mean moments, rounded to the side of the range', () => {
  const bounds = (text: string): unknown => {
    const query = parse(text)
    return query.kind === 'range' ? [query.from?.millis, query.to?.millis] : null
  }
  const day = Date.UTC(2026, 10, 20)
  assert.deepEqual(bounds('ts:[2026-11-20 TO 2026-11-20]'), [day, day + 86_399_999])
  assert.deepEqual(bounds('ts:{2026-11-20 TO 2026-11-21}'), [day + 86_399_999, day + 86_400_000])
  assert.deepEqual(bounds('ts:>now-1d/d'), [day + 86_399_999, undefined])
  assert.deepEqual(bounds('ts:>=now-15m'), [now - 900_000, undefined])
})

test('an error points at its column and says what was expected', () => {
  const errors: readonly (readonly [string, number, RegExp])[] = [
    ['level:error AND', 15, /Column 16: the query ends too early\. Expected a word/],
    ['(a OR b', 7, /group that begins at column 1 is not closed\. Expected '\)'/],
    ['a)', 1, /Column 2: '\)' closes nothing/],
    ['a "b', 4, /quotation that begins at column 3/],
    ['x:[1 5]', 5, /Expected 'TO'/],
    ['x:[1 TO 5', 9, /range that begins at column 3/],
    ['[1 TO 5]', 0, /needs a field/],
    ['x: y', 2, /the field 'x' has no value/],
    ['OR a', 0, /'OR' has nothing before it/],
    ['a^b', 2, /'\^' has no number/],
    ['x:IN [a', 7, /list that begins at column 6/],
    ['()', 1, /nothing to search for/],
    ['a\\', 1, /no character behind it/],
    [']', 0, /write '\\\]' for the character itself/],
  ]
  for (const [text, position, message] of errors)
    assert.throws(
      () => parse(text, { defaultFields: [{ field: '*', boost: 1 }] }),
      (error) => error instanceof QueryError && error.position === position && message.test(error.message),
      text,
    )
  assert.throws(() => parse('x:/(a/'), /Regular expression \/\(a\//)
})

test('any text is a query or an error with a place in it', () => {
  const piece = fc.constantFrom(
    'a',
    'AND',
    'OR',
    'NOT',
    '(',
    ')',
    '"',
    '[',
    ']',
    '{',
    '}',
    ' TO ',
    ':',
    '*',
    '?',
    '~',
    '^',
    '2',
    '/',
    '\\',
    '+',
    '-',
    '!',
    '>',
    '<',
    '=',
    ' ',
    'IN ',
    '|',
    '&',
    '日',
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
      (text) => {
        try {
          parse(text)
        } catch (error) {
          assert.ok(error instanceof QueryError, String(error))
          assert.ok(error.position >= -1 && error.position <= text.length)
        }
      },
    ),
    { numRuns: 3000 },
  )
})

test('hostile texts are refused, or harmless', () => {
  for (const text of ['('.repeat(50_000), 'x'.repeat(100_001), 'a '.repeat(20_000), 'NOT '.repeat(20_000)])
    assert.throws(
      () => parse(text),
      (error) => error instanceof QueryError,
      text.slice(0, 10),
    )
  assert.equal(short(parse('-'.repeat(90_000))), '(-f:-)')
})
