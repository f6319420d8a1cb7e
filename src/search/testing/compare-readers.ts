import assert from 'node:assert/strict'
import {
  noMoreDocs,
  type DocSet,
  type FieldReader,
  type IndexReader,
  type NumberColumn,
  type StringColumn,
  type TermIndex,
} from '../index/index-reader.ts'

/** Fails unless both readers show the same through every view. Lengths may be rounded, block bounds only have to hold. */
export function assertSameIndex(actual: IndexReader, expected: IndexReader): void {
  for (const key of ['topic', 'partition', 'docCount', 'minTimestamp', 'maxTimestamp', 'endOffset'] as const)
    assert.equal(actual[key], expected[key], key)
  for (let doc = 0; doc < expected.docCount; doc++) {
    assert.equal(actual.offsetOf(doc), expected.offsetOf(doc))
    assert.equal(actual.timestampOf(doc), expected.timestampOf(doc))
    for (const offset of [expected.offsetOf(doc), expected.offsetOf(doc) + 1])
      assert.equal(actual.docAt(offset), expected.docAt(offset), `document at offset ${offset}`)
  }
  assert.deepEqual(actual.fieldNames(), expected.fieldNames())
  for (const name of expected.fieldNames()) sameField(name, actual, expected)
  assert.equal(actual.field('no such field'), null)
}

function sameField(name: string, actualReader: IndexReader, expectedReader: IndexReader): void {
  const docCount = expectedReader.docCount
  const actual = actualReader.field(name)
  const expected = expectedReader.field(name)
  assert.ok(actual !== null && expected !== null, `${name} is missing`)
  assert.equal(actual.name, name)
  assert.deepEqual(members(actual.presence, docCount), members(expected.presence, docCount), name)
  sameTerms(`text of ${name}`, actual.text, expected.text, docCount)
  if (isExact(actual)) {
    sameTerms(`keywords of ${name}`, actual.keyword, expected.keyword, docCount)
    sameStrings(name, actual.strings, expected.strings, docCount)
  } else sameCandidates(name, actual, expected)
  sameNumbers(`numbers of ${name}`, actual.numbers, expected.numbers, docCount)
  sameNumbers(`booleans of ${name}`, actual.booleans, expected.booleans, docCount)
  if (expected.numbers !== null) assert.equal(actual.numberKind, expected.numberKind, name)
}

function isExact(field: FieldReader): boolean {
  return field.candidates(Buffer.from('a')) === null
}

/** Each document that holds a value is among the candidates for it. */
function sameCandidates(name: string, actual: FieldReader, expected: FieldReader): void {
  assert.equal(actual.keyword, null, name)
  assert.equal(actual.strings, null, name)
  const terms = expected.keyword
  for (let ordinal = 0; ordinal < (terms?.termCount ?? 0); ordinal++) {
    const candidates = new Set(actual.candidates(terms?.term(ordinal) ?? Buffer.alloc(0)))
    const postings = terms?.postings(ordinal)
    for (let doc = postings?.next() ?? noMoreDocs; doc !== noMoreDocs; doc = postings?.next() ?? noMoreDocs)
      assert.ok(candidates.has(doc), `${name}: document ${doc} is no candidate`)
  }
}

function members(set: DocSet, docCount: number): number[] {
  const docs = Array.from({ length: docCount }, (_, doc) => doc).filter((doc) => set.has(doc))
  assert.equal(set.size, docs.length)
  const { words } = set
  if (words !== null)
    for (let doc = 0; doc < docCount; doc++)
      assert.equal(((words[doc >>> 5] ?? 0) >>> (doc & 31)) & 1, Number(set.has(doc)))
  else assert.equal(docs.length, docCount)
  return docs
}

function sameTerms(
  what: string,
  actual: TermIndex | null,
  expected: TermIndex | null,
  docCount: number,
): void {
  assert.equal(actual === null, expected === null, `${what}: one of them is missing`)
  if (actual === null || expected === null) return
  for (const key of ['termCount', 'docCount', 'tokenCount', 'hasPositions'] as const)
    assert.equal(actual[key], expected[key], `${what}: ${key}`)
  for (let doc = 0; doc < docCount; doc++) {
    const length: number = actual.length(doc)
    const exact: number = expected.length(doc)
    assert.ok(length <= exact && length >= exact * 0.875, `${what}: length ${length} for ${exact}`)
  }
  for (let ordinal = 0; ordinal < expected.termCount; ordinal++) {
    const term: Buffer = Buffer.from(expected.term(ordinal))
    assert.ok(term.equals(actual.term(ordinal)), `${what}: term ${ordinal} is not ${term.toString()}`)
    assert.equal(actual.find(term), ordinal)
    assert.equal(actual.lowerBound(Buffer.concat([term, Buffer.from([0])])), ordinal + 1)
    assert.equal(actual.lowerBound(term.subarray(0, -1)), expected.lowerBound(term.subarray(0, -1)))
    samePostings(`${what}, term ${term.toString()}`, actual, expected, ordinal)
  }
  assert.equal(actual.find(Buffer.from('\u{10ffff}never')), -1)
}

function samePostings(what: string, actual: TermIndex, expected: TermIndex, ordinal: number): void {
  assert.equal(actual.docFrequency(ordinal), expected.docFrequency(ordinal), what)
  const left = actual.postings(ordinal)
  const right = expected.postings(ordinal)
  assert.equal(left.doc, -1)
  const docs: number[] = []
  const found: number[] = []
  const wanted: number[] = []
  while (right.next() !== noMoreDocs) {
    const bounded = actual.postings(ordinal)
    assert.ok(bounded.blockEnd(right.doc) >= right.doc, what)
    assert.equal(left.next(), right.doc, what)
    assert.equal(left.frequency(), right.frequency(), what)
    assert.ok(bounded.blockMaxFrequency >= right.frequency(), what)
    assert.ok(bounded.blockMinLength <= actual.length(right.doc), what)
    const count: number = left.positions(found)
    assert.equal(count, right.positions(wanted), what)
    assert.deepEqual(found.slice(0, count), wanted.slice(0, count), what)
    docs.push(right.doc)
  }
  assert.equal(left.next(), noMoreDocs)
  assert.equal(left.next(), noMoreDocs)
  for (const step of [1, 2, 7]) {
    const jumping = actual.postings(ordinal)
    for (let index = step - 1; index < docs.length; index += step) {
      const target = (docs[index - 1] ?? -1) + 1
      assert.equal(jumping.advance(target), docs[index], `${what}: advance to ${target}`)
    }
    assert.equal(jumping.advance((docs.at(-1) ?? 0) + 1), noMoreDocs)
  }
}

function sameStrings(
  name: string,
  actual: StringColumn | null,
  expected: StringColumn | null,
  docCount: number,
): void {
  assert.equal(actual === null, expected === null, `${name}: one of the string columns is missing`)
  if (actual === null || expected === null) return
  assert.equal(actual.valueCount, expected.valueCount, name)
  assert.equal(actual.multiValued, expected.multiValued, name)
  for (let ordinal = 0; ordinal < expected.valueCount; ordinal++) {
    const value = expected.value(ordinal)
    assert.equal(actual.value(ordinal), value)
    assert.equal(actual.find(value), ordinal)
    assert.equal(actual.lowerBound(`${value}\u0000`), ordinal + 1)
  }
  const found = new Int32Array(docCount)
  const wanted = new Int32Array(docCount)
  for (const from of [0, Math.floor(docCount / 3)]) {
    actual.read(from, docCount, found)
    expected.read(from, docCount, wanted)
    assert.deepEqual(found.subarray(0, docCount - from), wanted.subarray(0, docCount - from), name)
  }
  sameLists(name, actual, expected, docCount)
}

function sameNumbers(
  what: string,
  actual: NumberColumn | null,
  expected: NumberColumn | null,
  docCount: number,
): void {
  assert.equal(actual === null, expected === null, `${what}: one of them is missing`)
  if (actual === null || expected === null) return
  assert.equal(actual.multiValued, expected.multiValued, what)
  for (const key of ['min', 'max'] as const)
    assert.equal(actual[key] + 0, expected[key] + 0, `${what}: ${key}`)
  const found = new Float64Array(docCount)
  const wanted = new Float64Array(docCount)
  for (const from of [0, Math.floor(docCount / 3)]) {
    actual.read(from, docCount, found)
    expected.read(from, docCount, wanted)
    assert.deepEqual(
      [...found.subarray(0, docCount - from)].map((value) => value + 0),
      [...wanted.subarray(0, docCount - from)].map((value) => value + 0),
      what,
    )
  }
  const values: number[] = []
  for (let doc = 0; doc < docCount; doc++) {
    const block: number = Math.floor(doc / actual.blockDocs)
    const count: number = expected.readAll(doc, values)
    for (const value of values.slice(0, count))
      assert.ok(actual.blockMin(block) <= value && actual.blockMax(block) >= value, what)
  }
  sameLists(what, actual, expected, docCount)
}

interface Lists {
  readAll(doc: number, into: number[]): number
}

function sameLists(what: string, actual: Lists, expected: Lists, docCount: number): void {
  const found: number[] = []
  const wanted: number[] = []
  for (let doc = 0; doc < docCount; doc++) {
    const count: number = actual.readAll(doc, found)
    assert.equal(count, expected.readAll(doc, wanted), `${what}: values of document ${doc}`)
    const plain = (values: readonly number[]): number[] => values.slice(0, count).map((value) => value + 0)
    assert.deepEqual(plain(found), plain(wanted), `${what}: values of document ${doc}`)
  }
}
