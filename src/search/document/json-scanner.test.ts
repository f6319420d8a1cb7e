import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FieldPaths } from './field-paths.ts'
import { parseJsonNumber } from './json-number.ts'
import { ESCAPED_STRING, FALSE, JsonScanner, NUMBER, PLAIN_STRING, TRUE } from './json-scanner.ts'
import { unescapeJson } from './json-string.ts'

type Leaf = readonly [path: string, value: string | number | boolean]

function newScanner(fieldsMax = 10_000, depthMax = 1000): JsonScanner {
  return new JsonScanner(new FieldPaths({ fieldsMax, depthMax }, []))
}

/** What the scanner finds, or null when it takes the bytes for no JSON. */
function scanned(scanner: JsonScanner, json: Buffer): Leaf[] | null {
  // The document stands amid other bytes, as in a batch.
  const bytes = Buffer.concat([Buffer.from('"}]9'), json, Buffer.from('9"}]')])
  if (!scanner.scan(bytes, 4, bytes.length - 4)) return null
  return Array.from({ length: scanner.count }, (_, index): Leaf => {
    const start = scanner.starts[index] ?? 0
    const end = scanner.ends[index] ?? 0
    const path = scanner.paths.names[scanner.paths.fieldOf(scanner.nodes[index] ?? 0)] ?? ''
    switch (scanner.kinds[index] ?? 0) {
      case PLAIN_STRING:
        return [path, bytes.toString('utf8', start, end)]
      case ESCAPED_STRING: {
        const into = Buffer.alloc(end - start)
        return [path, into.toString('utf8', 0, unescapeJson(bytes, start, end, into))]
      }
      case NUMBER:
        return [path, parseJsonNumber(bytes, start, end)]
      case TRUE:
        return [path, true]
      case FALSE:
        return [path, false]
      default:
        throw new Error('an unknown kind')
    }
  })
}

function leavesOf(value: unknown): Leaf[] {
  const leaves: Leaf[] = []
  const walk = (path: string, value: unknown): void => {
    if (typeof value === 'string') leaves.push([path, Buffer.from(value).toString()])
    else if (typeof value === 'number' || typeof value === 'boolean') leaves.push([path, value])
    else if (Array.isArray(value)) for (const element of value) walk(path, element)
    else if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) walk(path === '' ? key : `${path}.${key}`, member)
  }
  walk(typeof value === 'object' && value !== null && !Array.isArray(value) ? '' : '_value', value)
  return leaves
}

/** What JSON.parse finds in the same bytes. */
function parsed(json: Buffer): Leaf[] | null {
  try {
    return leavesOf(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json)))
  } catch {
    return null
  }
}

test('the scanner finds what JSON.parse finds, whatever the shape and however it is written', () => {
  const scanner = newScanner()
  const escape = (text: string): string =>
    Array.from(
      { length: text.length },
      (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join('')
  // No key ends with a backslash: behind an object with one, V8 14's JSON.parse takes any key that begins with an escape for that one.
  const key = fc.constantFrom('a', 'b', 'c', 'ü', 'x"y', 'long key', 'x\\y')
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 5 },
      fc.string({ unit: 'binary', maxLength: 10 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(key, tie('any'), { maxKeys: 5 }),
    ),
  })).any
  fc.assert(
    fc.property(value, fc.constantFrom(0, 1, '\t'), fc.boolean(), (value, space, escaped) => {
      let text = JSON.stringify(value, null, space)
      if (escaped) text = text.replaceAll(/[\u0080-\u{10ffff}]/gu, escape)
      const json = Buffer.from(` ${text}\n`)
      assert.deepEqual(scanned(scanner, json), parsed(json))
    }),
    { numRuns: 1000 },
  )
})

test('it takes for JSON what JSON.parse takes for it', () => {
  const scanner = newScanner()
  const valid = '{"a":[1,-2.5e3,"x\\u00e9\\n",true,null,{}],"bü":{"c":false,"d":0.1}}'
  const byte = fc.oneof(
    fc.constantFrom(...Buffer.from('{}[]",:\\ue0123.-+tfn \t\n\u0001')),
    fc.integer({ min: 0, max: 255 }),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(80), byte, fc.nat(2)), { minLength: 1, maxLength: 3 }), (edits) => {
      let json: Buffer = Buffer.from(valid)
      for (const [at, byte, kind] of edits) {
        const place = at % (json.length + 1)
        const rest = kind === 0 ? place : place + 1
        const middle = kind === 2 ? [] : [byte]
        json = Buffer.concat([json.subarray(0, place), Buffer.from(middle), json.subarray(rest)])
      }
      const expected = parsed(json)
      const found = scanned(scanner, json)
      assert.equal(found === null, expected === null, json.toString('latin1'))
      // Of a key that comes twice JSON.parse keeps the last value, in the first place.
      const keys = [...json.toString('latin1').matchAll(/"(a|c|d)"/g)].length
      if (expected !== null && keys === 3) assert.deepEqual(found, expected, json.toString('latin1'))
    }),
    { numRuns: 5000 },
  )
  for (const text of [
    '',
    ' ',
    '"',
    '-',
    '01',
    '1.',
    '.5',
    '1e',
    '+1',
    'tru',
    'nulll',
    '[1,]',
    '{"a":1,}',
    '{"a"}',
    '{a:1}',
    '"\t"',
    '"\\x"',
    '"\\u12g4"',
    '[1 2]',
    '{}{}',
    '[',
    '{"a":',
  ])
    assert.equal(scanned(scanner, Buffer.from(text)), null, text)
})

test('a key that ends with a backslash is not taken for another one', () => {
  const scanner = newScanner()
  assert.deepEqual(scanned(scanner, Buffer.from('{"a":[],"\\\\":1}')), [['\\', 1]])
  assert.deepEqual(scanned(scanner, Buffer.from('{"a":[],"\\u00fc":1}')), [['ü', 1]])
})

test('depth is bounded, and what lies too deep is not JSON', () => {
  const scanner = newScanner()
  assert.notEqual(scanned(scanner, Buffer.from('['.repeat(1000) + '1' + ']'.repeat(1000))), null)
  assert.equal(scanned(scanner, Buffer.from('['.repeat(1001) + ']'.repeat(1001))), null)
  assert.equal(scanned(scanner, Buffer.from('['.repeat(1_000_000))), null)
})

test('fields and depth beyond the limits end in _overflow', () => {
  const scanner = newScanner(5, 2)
  const json = Buffer.from(JSON.stringify({ a: { b: { c: 1 } }, d: 2, e: 3, f: 4, g: 5, h: 6 }))
  assert.deepEqual(scanned(scanner, json), [
    ['_overflow', 1],
    ['d', 2],
    ['e', 3],
    ['f', 4],
    ['g', 5],
    ['_overflow', 6],
  ])
})
