import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { LogRecord } from '../../records/record.ts'
import { assertSameIndex } from '../testing/compare-readers.ts'
import { naiveReader } from '../testing/naive-reader.ts'
import { bothForms, randomDocument } from '../testing/random-records.ts'
import { noMoreDocs } from './index-reader.ts'
import { TailIndex } from './tail-index.ts'

const identity = { topic: 'naive', topicId: 'AAAAAAAAAAAAAAAAAAAAAA', partition: 3 }
const options = { ...identity, baseOffset: 100, mapping: { keepsDateStrings: true } }

function record(offset: number, value: string | Buffer | null, key: Buffer | null = null): LogRecord {
  return {
    offset,
    timestamp: 1_000 + offset,
    key,
    value: value === null ? null : Buffer.from(value),
    headers: [],
  }
}

/** Documents of a single reader whose text has the term. */
function docsWith(tail: TailIndex, field: string, term: string): number[] {
  const docs: number[] = []
  for (const reader of tail.readers()) {
    const text = reader.field(field)?.text ?? null
    const ordinal = text?.find(Buffer.from(term)) ?? -1
    if (text === null || ordinal < 0) continue
    const postings = text.postings(ordinal)
    for (let doc = postings.next(); doc !== noMoreDocs; doc = postings.next()) docs.push(reader.offsetOf(doc))
  }
  return docs
}

test('a tail shows what its documents hold, through every view', () => {
  fc.assert(
    fc.property(
      fc.array(randomDocument, { minLength: 1, maxLength: 40 }),
      fc.boolean(),
      (documents, pretty) => {
        const { naive, log } = bothForms(documents, pretty)
        const tail = new TailIndex(options)
        for (const record of log) tail.append(record)
        const [reader, ...others] = tail.readers()
        assert.ok(reader !== undefined && others.length === 0)
        assertSameIndex(reader, naiveReader(naive, { ...identity, baseOffset: 100 }))
      },
    ),
    { numRuns: 25 },
  )
})

test('readers are snapshots: what is appended later does not show in them', () => {
  const tail = new TailIndex({ ...options, blockDocs: 10 })
  const seen: { readonly readers: ReturnType<TailIndex['readers']>; readonly docs: number }[] = []
  for (let index = 0; index < 35; index++) {
    tail.append(record(100 + index, `{"n":${index},"text":"common word${index}"}`))
    seen.push({ readers: tail.readers(), docs: index + 1 })
  }
  for (const { readers, docs } of seen) {
    assert.equal(
      readers.reduce((sum, reader) => sum + reader.docCount, 0),
      docs,
    )
    assert.equal(readers.at(-1)?.endOffset, 100 + docs)
    let counted = 0
    for (const reader of readers) {
      const text = reader.field('text')?.text
      if (reader.docCount > 0) counted += text?.docFrequency(text.find(Buffer.from('common'))) ?? 0
    }
    assert.equal(counted, docs)
  }
})

test('a value that is no JSON is text, one that is no UTF-8 is its hexadecimal form', () => {
  const tail = new TailIndex(options)
  tail.append(record(100, 'plain Text {"not": json'))
  tail.append(record(101, Buffer.from([0xff, 0x00, 0xab])))
  tail.append(record(102, null, Buffer.from([0x80, 1])))
  tail.append(record(103, Buffer.from([0x22, 0xff, 0x22])))
  assert.deepEqual(docsWith(tail, '_value', 'json'), [100])
  assert.deepEqual(docsWith(tail, '_value', 'ff00ab'), [101])
  assert.deepEqual(docsWith(tail, '_key', '8001'), [102])
  assert.deepEqual(docsWith(tail, '_value', '22ff22'), [103])
})

test('fields beyond the limits go to _overflow, and no record is refused', () => {
  const tail = new TailIndex({ ...options, mapping: { fieldsMax: 10, depthMax: 3 } })
  for (let index = 0; index < 100; index++)
    tail.append(record(100 + index, `{"field${index}":"value${index}"}`))
  tail.append(record(200, '{"a":{"b":{"c":{"d":"deep"}}}}'))
  assert.deepEqual(docsWith(tail, 'field3', 'value3'), [103])
  assert.deepEqual(docsWith(tail, '_overflow', 'value99'), [199])
  assert.deepEqual(docsWith(tail, '_overflow', 'deep'), [200])
  assert.ok(tail.readers().every((reader) => reader.fieldNames().length <= 15))
})

test('members named as the fixed fields are found below _value', () => {
  const tail = new TailIndex(options)
  tail.append(record(100, '{"_offset":7,"_topic":"mine"}'))
  assert.deepEqual(docsWith(tail, '_value._topic', 'mine'), [100])
  assert.equal(tail.readers()[0]?.field('_value._offset')?.numbers?.max, 7)
  assert.equal(tail.readers()[0]?.field('_offset')?.numbers?.max, 100)
})

test('a timestamp is a date alone; beside numbers it is one of them', () => {
  const tail = new TailIndex({ ...identity, baseOffset: 100 })
  tail.append(record(100, '{"at":"2026-11-21T10:15:30Z","day":"2026-11-21","mixed":"2026-11-21T10:15:30Z"}'))
  tail.append(record(101, '{"mixed":7}'))
  const [reader] = tail.readers()
  const millis = Date.UTC(2026, 10, 21, 10, 15, 30)
  assert.equal(reader?.field('at')?.numberKind, 'date')
  assert.equal(reader?.field('at')?.numbers?.min, millis)
  assert.equal(reader?.field('at')?.strings, null)
  assert.equal(reader?.field('day')?.strings?.value(0), '2026-11-21')
  const mixed = reader?.field('mixed')
  const values = new Float64Array(2)
  mixed?.numbers?.read(0, 2, values)
  assert.deepEqual([...values], [millis, 7])
  assert.equal(mixed?.numberKind, 'date')
  const all: number[] = []
  assert.equal(mixed?.numbers?.readAll(0, all), 1)
  assert.equal(all[0], millis)
})

test('offsets without a document are covered', () => {
  const tail = new TailIndex(options)
  tail.advanceTo(105)
  tail.append(record(107, '{"a":"x"}'))
  tail.advanceTo(120)
  const [reader] = tail.readers()
  assert.equal(reader?.baseOffset, 100)
  assert.equal(reader?.endOffset, 120)
  assert.equal(reader?.offsetOf(0), 107)
  assert.equal(tail.endOffset, 120)
})

test('truncation drops what lies behind the offset and says from where to go on', () => {
  const tail = new TailIndex({ ...options, blockDocs: 10 })
  for (let offset = 100; offset < 147; offset++) tail.append(record(offset, '{"a":"x"}'))
  assert.equal(tail.truncateTo(133), 130)
  assert.equal(tail.docCount, 30)
  for (let offset = 130; offset < 133; offset++) tail.append(record(offset, '{"a":"y"}'))
  assert.deepEqual(docsWith(tail, 'a', 'y'), [130, 131, 132])
  assert.equal(docsWith(tail, 'a', 'x').length, 30)
  assert.equal(tail.truncateTo(50), 100)
  assert.equal(tail.docCount, 0)
})

test('a record with very many values is indexed in time, each value once', () => {
  const tail = new TailIndex(options)
  const values = Array.from({ length: 60_000 }, (_, index) => `v${index}`)
  tail.append(record(100, JSON.stringify({ tags: [...values, ...values] })))
  const column = tail.readers()[0]?.field('tags')?.strings
  assert.equal(column?.valueCount, 60_000)
  assert.equal(column?.readAll(0, []), 60_000)
  assert.deepEqual(docsWith(tail, 'tags', 'v59999'), [100])
})

test('long strings without a word that hardly repeat are found by fingerprints', () => {
  const tail = new TailIndex({ ...options, blockDocs: 600 })
  // Without a word: such are the strings that fingerprints are for.
  const value = (offset: number): string =>
    offset.toString(2).padStart(60, '.').replaceAll('0', '-').replaceAll('1', '=')
  for (let offset = 100; offset < 1400; offset++)
    tail.append(record(offset, JSON.stringify({ msg: value(offset), id: `id-${offset}` })))
  for (const offset of [100, 699, 700, 1399]) {
    const found = tail.readers().flatMap((reader) => {
      const field = reader.field('msg')
      const docs = field?.candidates(Buffer.from(value(offset))) ?? null
      // The last block has too few values to decide, but those before it have: no dictionary comes back.
      assert.equal(field?.keyword, null)
      assert.ok(docs !== null)
      return [...docs].map((doc) => reader.offsetOf(doc))
    })
    assert.ok(found.includes(offset) && found.length < 3)
  }
  assert.ok(tail.readers().every((reader) => reader.field('id')?.keyword !== null))
})

test('a field whose strings were one word each can have other strings later', () => {
  const tail = new TailIndex(options)
  const values = ['a1', 'b2', 'a1', 'C3', 'two words', 'a1']
  for (const [index, id] of values.entries()) tail.append(record(100 + index, JSON.stringify({ id })))
  const [reader] = tail.readers()
  const text = reader?.field('id')?.text ?? null
  assert.ok(text !== null)
  const terms = Array.from({ length: text.termCount }, (_, ordinal) =>
    Buffer.from(text.term(ordinal)).toString(),
  )
  assert.deepEqual(terms, ['a1', 'b2', 'c3', 'two', 'words'])
  assert.equal(text.docFrequency(0), 3)
  assert.equal(text.length(4), 2)
  assert.equal(text.tokenCount, 7)
})
