import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { compileTopicRegex } from './topic-regex.ts'

function matches(expression: string, name: string): boolean {
  const compiled = compileTopicRegex(expression)
  assert.ok(compiled.kind === 'regex', `${expression}: ${compiled.kind === 'invalid' ? compiled.reason : ''}`)
  return compiled.matches(name)
}

test('expressions match whole names as those of RE2', () => {
  const cases: [expression: string, matching: string, other: string][] = [
    ['orders', 'orders', 'orders2'],
    ['or.*', 'orders', 'for'],
    ['^a|b$', 'b', 'ab'],
    ['(?i)ORDERS-[a-c]', 'orders-B', 'orders-d'],
    ['a(?i:b)c', 'aBc', 'abC'],
    ['(?P<x>a|b){2,3}', 'aba', 'a'],
    ['(?:ab)+?', 'abab', 'aba'],
    ['[^a-c.]x', 'dx', 'ax'],
    ['[]a]', ']', 'b'],
    ['[a-]', '-', 'b'],
    ['[[:digit:]_]+', '1_2', '1a'],
    ['\\d\\w\\.\\x41', '1a.A', '1a.B'],
    ['\\Qa.b\\E+', 'a.bb', 'axb'],
    ['\\bab\\b', 'ab', 'abc'],
    ['\\pL\\p{Greek}', 'aα', 'aa'],
    ['a{2}', 'aa', 'aaa'],
    ['a{,2}', 'a{,2}', 'aa'],
    ['', '', 'a'],
    ['a||b', '', 'ab'],
  ]
  for (const [expression, matching, other] of cases) {
    assert.ok(matches(expression, matching), `${expression} and ${matching}`)
    assert.ok(!matches(expression, other), `${expression} but not ${other}`)
  }
})

test('what RE2 refuses is refused', () => {
  const refused = [
    '(',
    ')',
    'a)',
    '[a',
    '*a',
    'a**',
    '(?=a)',
    '(?<!a)',
    '\\1',
    'a{1001}',
    'a{2,1}',
    '\\',
    '[b-a]',
    '\\p{Nope}',
  ]
  for (const expression of refused) assert.equal(compileTopicRegex(expression).kind, 'invalid', expression)
})

test('no expression takes long, however it is nested', () => {
  const name = 'a'.repeat(249)
  for (const expression of ['(a+)+b', '(a|a)*b', '(a*)*b', '(.*)*(.*)*(.*)*b'])
    assert.equal(matches(expression, name), false)
  for (const expression of [
    '((a{1000}){1000}){1000}',
    '((){1000}){1000}',
    `${'('.repeat(300)}${')'.repeat(300)}`,
  ])
    assert.equal(compileTopicRegex(expression).kind, 'invalid', expression)
})

test('matches are those of the regular expressions of JavaScript', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\d', '-')
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => a + b),
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(?:${a}|${b})`),
      fc
        .tuple(tie('expression'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '*?'))
        .map(([a, operator]) => `(?:${a})${operator}`),
    ),
  }))
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', '1'), maxLength: 8 })
  fc.assert(
    fc.property(expression, name, (pattern, text) => {
      assert.equal(matches(pattern, text), new RegExp(`^(?:${pattern})$`).test(text))
    }),
    { numRuns: 500 },
  )
})
