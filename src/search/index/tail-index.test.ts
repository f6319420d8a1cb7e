import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { LogRecord } from '../../records/record.ts'
import { assertSameIndex } from '../testing/compare-readers.ts'
import { naiveReader, type NaiveDocument } from '../testing/naive-reader.ts'
import { TailIndex } from './tail-index.ts'

const identity = { topic: 'naive', topicId: 'AAAAAAAAAAAAAAAAAAAAAA', partition: 3 }

const word = fc.constantFrom('alpha', 'Beta', 'gamma', 'Ünï', '日本', 'x1', 'the', 'error', '404', 'a\u0000b')
const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '))
const date = fc.constantFrom(
  '2026-11-21',
  '2026-11-21T10:15:30Z',
  '2026-11-21T10:15:30.5+01:00',
  '2026-13-01',
)
const leaf = fc.oneof(
  text,
  date,
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1000, max: 100_000 }).map((value) => value / 100),
  fc.boolean(),
  fc.constant(null),
  fc.string({ minLength: 250, maxLength: 300 }),
)
const key = fc.constantFrom('a', 'b', 'level', 'msg', 'ünï', 'with space', 'q"uote', 'x.y', '')
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  ),
})).value
const document = fc.record({
  key: fc.option(text),
  header: fc.option(text),
  value: fc.dictionary(key, json, { maxKeys: 6 }),
  gap: fc.constantFrom(1, 1, 1, 3),
  timestamp: fc.integer({ min: 0, max: 2 ** 41 }),
})

function records(
  documents: readonly (typeof document extends fc.Arbitrary<infer T> ? T : never)[],
  pretty: boolean,
) {
  let offset = 100
  const naive: NaiveDocument[] = []
  const log: LogRecord[] = []
  for (const { key, header, value, gap, timestamp } of documents) {
    offset += gap
    const headers = header === null ? {} : { trace: header }
    naive.push({ offset, timestamp, key, headers, value })
    log.push({
      offset,
      timestamp,
      key: key === null ? null : Buffer.from(key),
      value: Buffer.from(JSON.stringify(value, null, pretty ? 2 : 0)),
      headers: Object.entries(headers).map(([key, value]) => ({ key, value: Buffer.from(value) })),
    })
  }
  return { naive, log }
}

test('a tail shows what its documents hold, through every view', () => {
  fc.assert(
    fc.property(fc.array(document, { minLength: 1, maxLength: 40 }), fc.boolean(), (documents, pretty) => {
      const { naive, log } = records(documents, pretty)
      const tail = new TailIndex({ ...identity, baseOffset: 100, mapping: { keepsDateStrings: true } })
      for (const record of log) tail.append(record)
      const readers = tail.readers()
      assert.equal(readers.length, 1)
      for (const reader of readers)
        assertSameIndex(reader, naiveReader(naive, { ...identity, baseOffset: 100 }))
    }),
    { numRuns: 60 },
  )
})
