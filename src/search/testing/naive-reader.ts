/**
 * An index over documents given as plain JavaScript values: correct and slow, with the same views as the real ones. Tests of queries
 * and aggregations run on it, and differential tests hold the real indexes against it.
 */
import type { Analyzer } from '../analysis/analyzer.ts'
import { standardAnalyzer } from '../analysis/standard-analyzer.ts'
import type { DocSet, FieldReader, IndexReader } from '../index/index-reader.ts'
import { naiveNumberColumn, naiveStringColumn } from './naive-columns.ts'
import { naiveFields, type FieldValues, type NaiveDocument } from './naive-fields.ts'
import { naiveTermIndex, type NaiveOccurrences } from './naive-terms.ts'

export interface NaiveReaderOptions {
  readonly topic?: string
  readonly topicId?: string
  readonly partition?: number
  readonly baseOffset?: number
  readonly endOffset?: number
  /** The analyzer of a field's text. */
  readonly analyzerOf?: (field: string) => Analyzer
  /** Bytes of the longest string that gets an exact view. */
  readonly ignoreAbove?: number
}

export function naiveReader(
  documents: readonly NaiveDocument[],
  options: NaiveReaderOptions = {},
): IndexReader {
  const sorted = [...documents].sort((a, b) => a.offset - b.offset)
  const topic = options.topic ?? 'naive'
  const partition = options.partition ?? 0
  const ignoreAbove = options.ignoreAbove ?? 256
  const byField = new Map<string, Map<number, FieldValues>>()
  for (const [doc, document] of sorted.entries())
    for (const [name, values] of naiveFields(document, topic, partition, ignoreAbove)) {
      const docs = byField.get(name) ?? new Map<number, FieldValues>()
      byField.set(name, docs.set(doc, values))
    }
  const analyzerOf = options.analyzerOf ?? (() => standardAnalyzer)
  const fields = new Map<string, FieldReader>()
  for (const [name, docs] of byField)
    fields.set(name, naiveField(name, docs, sorted.length, analyzerOf(name)))
  const timestamps = sorted.map((document) => document.timestamp)
  return {
    topic,
    topicId: options.topicId ?? 'AAAAAAAAAAAAAAAAAAAAAA',
    partition,
    baseOffset: options.baseOffset ?? sorted[0]?.offset ?? 0,
    endOffset: options.endOffset ?? (sorted.at(-1)?.offset ?? -1) + 1,
    docCount: sorted.length,
    minTimestamp: sorted.length === 0 ? 0 : Math.min(...timestamps),
    maxTimestamp: sorted.length === 0 ? -1 : Math.max(...timestamps),
    offsetOf: (doc) => sorted[doc]?.offset ?? -1,
    timestampOf: (doc) => sorted[doc]?.timestamp ?? -1,
    docAt(offset) {
      const doc = sorted.findIndex((document) => document.offset >= offset)
      return doc < 0 ? sorted.length : doc
    },
    fieldNames: () => [...fields.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    field: (name) => fields.get(name) ?? null,
  }
}

function naiveField(
  name: string,
  docs: ReadonlyMap<number, FieldValues>,
  docCount: number,
  analyzer: Analyzer,
): FieldReader {
  const text = new Map<number, NaiveOccurrences>()
  const keyword = new Map<number, NaiveOccurrences>()
  const strings = new Map<number, readonly string[]>()
  const numbers = new Map<number, readonly number[]>()
  const booleans = new Map<number, readonly number[]>()
  const hasNumbers = [...docs.values()].some((values) => values.numbers.length > 0)
  for (const [doc, values] of docs) {
    if (values.texts.length > 0) text.set(doc, occurrences(values.texts, analyzer))
    const distinct = [...new Set(values.strings)]
    if (distinct.length > 0) strings.set(doc, distinct)
    if (distinct.length > 0)
      keyword.set(doc, { length: distinct.length, terms: new Map(distinct.map((value) => [value, [0]])) })
    const amounts = hasNumbers ? values.numbers : values.dates
    if (amounts.length > 0) numbers.set(doc, amounts)
    if (values.booleans.length > 0) booleans.set(doc, values.booleans.map(Number))
  }
  const whole = [...docs.values()].every((values) => values.numbers.every(Number.isInteger))
  return {
    name,
    presence: docSet([...docs.keys()], docCount),
    text: text.size > 0 ? naiveTermIndex(text, true) : null,
    keyword: keyword.size > 0 ? naiveTermIndex(keyword, false) : null,
    strings: strings.size > 0 ? naiveStringColumn(strings) : null,
    numbers: numbers.size > 0 ? naiveNumberColumn(numbers, docCount) : null,
    booleans: booleans.size > 0 ? naiveNumberColumn(booleans, docCount) : null,
    numberKind: hasNumbers ? (whole ? 'long' : 'double') : numbers.size > 0 ? 'date' : 'long',
    candidates: () => null,
  }
}

/** Several values of a field follow each other with a gap, so that no phrase runs from one into the next. */
export const VALUE_POSITION_GAP = 100

function occurrences(texts: readonly string[], analyzer: Analyzer): NaiveOccurrences {
  const terms = new Map<string, number[]>()
  let base = 0
  let length = 0
  for (const text of texts) {
    let last = -1
    analyzer.tokens(text, (term, position) => {
      const positions = terms.get(term) ?? []
      positions.push(base + position)
      terms.set(term, positions)
      last = position
      length += 1
    })
    base += last + 1 + VALUE_POSITION_GAP
  }
  return { length, terms }
}

function docSet(docs: readonly number[], docCount: number): DocSet {
  const words = new Uint32Array((docCount + 31) >>> 5)
  for (const doc of docs) words[doc >>> 5] = (words[doc >>> 5] ?? 0) | (1 << (doc & 31))
  const all = docs.length === docCount
  return {
    size: docs.length,
    has: (doc) => (((words[doc >>> 5] ?? 0) >>> (doc & 31)) & 1) === 1,
    words: all ? null : words,
  }
}
