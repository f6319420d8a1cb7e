import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { QueryError, SearchLimitError } from '../../budget.ts'
import { editDistance, wildcardOf } from '../../testing/brute-force-text.ts'
import { naiveTermIndex } from '../../testing/naive-terms.ts'
import { endlessBudget } from '../../testing/search-world.ts'
import { DEAD, regexpAutomaton, wildcardAutomaton, type Automaton } from './automaton.ts'
import { acceptedTerms, fuzzyTerms } from './term-walk.ts'

function accepts(automaton: Automaton, text: string): boolean {
  let state = automaton.start
  for (const character of text) {
    if (state === DEAD) return false
    state = automaton.step(state, character.codePointAt(0) ?? 0)
  }
  return state !== DEAD && automaton.accepts(state)
}

const regexp = (pattern: string, ignoreCase = false): Automaton =>
  regexpAutomaton(pattern, ignoreCase, 10_000, endlessBudget)

const term = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', 'é', '日', '😀'), maxLength: 8 })

function indexOf(terms: readonly string[]) {
  return naiveTermIndex(
    new Map([[0, { length: 1, terms: new Map(terms.map((text) => [text, [0]])) }]]),
    false,
  )
}

test('regular expressions of both languages agree where they mean the same', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', 'é', '日', '(a|b)', '((ab)?)', '(b|)', '[a-c1]')
  const count = fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}', '{2,}')
  const pattern = fc
    .array(
      fc.tuple(atom, count).map((pair) => pair.join('')),
      { maxLength: 5 },
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(pattern, { minLength: 1, maxLength: 3 }), fc.array(term), (alternatives, terms) => {
      const source = alternatives.join('|')
      const automaton = regexp(source)
      const wanted = new RegExp(`^(?:${source})$`, 'su')
      for (const text of terms)
        assert.equal(accepts(automaton, text), wanted.test(text), `/${source}/ on '${text}'`)
    }),
    { numRuns: 500 },
  )
})

test("Lucene's own operators", () => {
  assert.ok(accepts(regexp('a~(bc)'), 'ab') && !accepts(regexp('a~(bc)'), 'abc'))
  assert.ok(accepts(regexp('.*a.*&.*b.*'), 'xbya') && !accepts(regexp('.*a.*&.*b.*'), 'xa'))
  assert.ok(accepts(regexp('a@'), 'a') && accepts(regexp('a@'), 'axyz') && !accepts(regexp('a#'), 'a'))
  assert.ok(accepts(regexp('"a.b"'), 'a.b') && !accepts(regexp('"a.b"'), 'axb'))
  assert.ok(accepts(regexp('\\d+\\.\\w'), '12.x') && !accepts(regexp('\\d+\\.\\w'), '12x'))
  assert.ok(accepts(regexp('STRASSE', true), 'strasse') && accepts(regexp('[a-c]+', true), 'ABC'))
  for (let number = 0; number <= 130; number++) {
    assert.equal(accepts(regexp('<7-115>'), String(number)), number >= 7 && number <= 115, String(number))
    assert.equal(accepts(regexp('<007-115>'), String(number).padStart(3, '0')), number >= 7 && number <= 115)
  }
  assert.ok(accepts(regexp('<7-115>'), '0042') && !accepts(regexp('<007-115>'), '42'))
})

test('a pattern that is wrong is refused with the place', () => {
  for (const pattern of ['(a', 'a)', '[a', '*a', 'a{2', 'a{3,2}', 'a{1001}', '"a', '<a-b>', 'a\\', '[z-a]'])
    assert.throws(
      () => regexp(pattern),
      (error) => error instanceof QueryError && /character \d+/.test(error.message),
      pattern,
    )
  assert.throws(() => regexp('('.repeat(200)), QueryError)
})

test('a catastrophic pattern ends, with its answer or with the limit', () => {
  assert.ok(!accepts(regexp('(a*)*b'), 'a'.repeat(5000)))
  assert.ok(accepts(regexp('(a|aa)+'), 'a'.repeat(5000)))
  assert.ok(accepts(regexp('(.*a){30}.*'), 'a'.repeat(40)))
  const exponential = regexpAutomaton('.*a.{60}', false, 200, endlessBudget)
  let seed = 1
  const noise = Array.from({ length: 5000 }, () =>
    (seed = (seed * 48_271) % 0x7fffffff) & 1024 ? 'a' : 'b',
  ).join('')
  assert.throws(
    () => accepts(exponential, noise),
    (error) =>
      error instanceof SearchLimitError && error.code === 'too_complex' && error.message.includes('.*a.{60}'),
  )
})

test('a walk over the dictionary finds what single comparisons find', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '1', '*', '?'), maxLength: 6 })
  fc.assert(
    fc.property(fc.uniqueArray(term, { maxLength: 40 }), pattern, (terms, pattern) => {
      const index = indexOf(terms)
      const found = acceptedTerms(
        index,
        wildcardAutomaton(pattern, false, 10_000, endlessBudget),
        endlessBudget,
      )
      const text = (ordinal: number): string => Buffer.from(index.term(ordinal)).toString()
      assert.deepEqual(
        found.map(text).sort(),
        terms.filter((one) => wildcardOf(pattern, false).test(one)).sort(),
      )
    }),
    { numRuns: 300 },
  )
})

test('close terms are those within the edit distance, the closest first', () => {
  const options = fc.record({
    edits: fc.integer({ min: 0, max: 2 }),
    prefixLength: fc.integer({ min: 0, max: 2 }),
    transpositions: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.uniqueArray(term, { maxLength: 40 }), term, options, (terms, word, options) => {
      const index = indexOf(terms)
      const wanted = terms
        .map((text) => [text, editDistance(text, word, options.transpositions)] as const)
        .filter(
          ([text, distance]) =>
            distance <= options.edits &&
            text.startsWith(Array.from(word).slice(0, options.prefixLength).join('')),
        )
      const found = fuzzyTerms(index, word, { ...options, max: 1000 }, endlessBudget)
      const asPairs = found.map(
        ({ ordinal, edits }) => [Buffer.from(index.term(ordinal)).toString(), edits] as const,
      )
      assert.deepEqual(new Map(asPairs), new Map(wanted))
      assert.equal(found.length, wanted.length)
      assert.ok(found.every(({ edits }, at) => at === 0 || edits >= (found[at - 1]?.edits ?? 0)))
    }),
    { numRuns: 500 },
  )
})
