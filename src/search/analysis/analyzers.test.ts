import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { QueryError } from '../budget.ts'
import { tokensOf } from './analyzer.ts'
import { analyzerNames } from '../../config/analyzer-names.ts'
import { analyzerByName } from './analyzers.ts'
import { stemEnglish } from './porter2.ts'

const terms = (name: string, text: string): string[] =>
  tokensOf(analyzerByName(name), text).map(({ term }) => term)

test('each analyzer finds its terms', () => {
  const text = 'The QUICK-foxes, running 42 times'
  assert.deepEqual(terms('standard', text), ['the', 'quick', 'foxes', 'running', '42', 'times'])
  assert.deepEqual(terms('simple', text), ['the', 'quick', 'foxes', 'running', 'times'])
  assert.deepEqual(terms('whitespace', text), ['The', 'QUICK-foxes,', 'running', '42', 'times'])
  assert.deepEqual(terms('keyword', text), [text])
  assert.deepEqual(terms('stop', text), ['quick', 'foxes', 'running', 'times'])
  assert.deepEqual(terms('english', text), ['quick', 'fox', 'run', '42', 'time'])
  assert.deepEqual(terms('ngram', 'abc é'), ['ab', 'abc', 'bc'])
  assert.deepEqual(terms('edge_ngram', 'Abc'), ['a', 'ab', 'abc'])
  assert.deepEqual(terms('cjk', '東京都 Ａbc ア'), ['東京', '京都', 'abc', 'ア'])
  assert.deepEqual(terms('standard', '東京 wéb'), ['東', '京', 'wéb'])
})

test('languages leave out their stop words and stem the others', () => {
  assert.deepEqual(terms('german', 'Die laufenden Häuser'), ['laufend', 'haus'])
  assert.deepEqual(terms('french', 'les chevaux et continuellement'), ['cheval', 'continuel'])
  assert.deepEqual(terms('russian', 'и продолжалось'), ['продолжа'])
  assert.deepEqual(terms('spanish', 'el corriendo'), ['corr'])
})

test('a word that is left out leaves a hole', () => {
  assert.deepEqual(tokensOf(analyzerByName('english'), 'man on the moon'), [
    { term: 'man', position: 0, start: 0, end: 3, type: '<ALPHANUM>' },
    { term: 'moon', position: 3, start: 11, end: 15, type: '<ALPHANUM>' },
  ])
})

test('positions ascend and offsets lie within the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(...analyzerNames),
      (text, name) => {
        let last = -1
        for (const { position, start, end, term } of tokensOf(analyzerByName(name), text)) {
          assert.ok(
            position > last &&
              start >= 0 &&
              start <= end &&
              end <= text.length &&
              (term !== '' || text === ''),
          )
          last = position
        }
      },
    ),
    { numRuns: 1000 },
  )
})

test('an analyzer that does not exist is named with those that do', () => {
  assert.throws(
    () => analyzerByName('klingon'),
    (error) => error instanceof QueryError && /'klingon'.*standard/.test(error.message),
  )
})

test('English words lose their endings', () => {
  const stems: Readonly<Record<string, string>> = {
    caresses: 'caress',
    ponies: 'poni',
    ties: 'tie',
    cats: 'cat',
    gas: 'gas',
    kiwis: 'kiwi',
    agreed: 'agre',
    plastered: 'plaster',
    motoring: 'motor',
    hopping: 'hop',
    hoping: 'hope',
    luxuriating: 'luxuri',
    falling: 'fall',
    filing: 'file',
    happy: 'happi',
    cry: 'cri',
    by: 'by',
    say: 'say',
    relational: 'relat',
    conditional: 'condit',
    rationally: 'ration',
    digitizer: 'digit',
    operator: 'oper',
    hopefulness: 'hope',
    formality: 'formal',
    sensibility: 'sensibl',
    triplicate: 'triplic',
    electrical: 'electr',
    goodness: 'good',
    revival: 'reviv',
    allowance: 'allow',
    inference: 'infer',
    airliner: 'airlin',
    adjustable: 'adjust',
    replacement: 'replac',
    adoption: 'adopt',
    communism: 'communism',
    generate: 'generat',
    generic: 'generic',
    probate: 'probat',
    rate: 'rate',
    cease: 'ceas',
    controlling: 'control',
    rolling: 'roll',
    skies: 'sky',
    dying: 'die',
    news: 'news',
    succeed: 'succeed',
    proceeding: 'proceed',
    connection: 'connect',
    connections: 'connect',
    timeouts: 'timeout',
    errors: 'error',
    failed: 'fail',
    failures: 'failur',
    "dog's": 'dog',
    youth: 'youth',
    boyish: 'boyish',
    knightly: 'knight',
    consistently: 'consist',
  }
  for (const [word, stem] of Object.entries(stems)) assert.equal(stemEnglish(word), stem, word)
})

test('a stem has no stem that is longer', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zé']{0,14}$/), (word) => {
      assert.ok(stemEnglish(word).length <= word.length + 1)
    }),
  )
})
