/**
 * An index over documents given as plain JavaScript values: correct and slow, with the same views as the real ones. Tests of queries
 * and aggregations run on it, and differential tests hold the real indexes against it.
 */
import type { Analyzer } from '../analysis/analyzer.ts'
import { standardAnalyzer } from '../analysis/standard-analyzer.ts'
import type { DocSet, FieldReader, IndexReader } from '../index/index-reader.ts'
import { naiveNumberColumn, naiveStringColumn } from './naive-columns.ts'
import { naiveTermIndex, type NaiveOccurrences } from './naive-terms.ts'

export interface NaiveDocument {
  readonly offset: number
  readonly timestamp: number
  readonly key?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** A JSON value; a string is a record of plain text. */
  readonly value: unknown
}

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

/** Values of one field in one document, as the mapping sees them. */
interface FieldValues {
  readonly texts: string[]
  readonly strings: string[]
  readonly numbers: number[]
  readonly dates: number[]
  readonly booleans: boolean[]
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
    for (const [name, values] of fieldsOf(document, topic, partition, ignoreAbove)) {
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

function fieldsOf(
  document: NaiveDocument,
  topic: string,
  partition: number,
  ignoreAbove: number,
): Map<string, FieldValues> {
  const fields = new Map<string, FieldValues>()
  const at = (name: string): FieldValues => {
    const known = fields.get(name)
    if (known !== undefined) return known
    const made: FieldValues = { texts: [], strings: [], numbers: [], dates: [], booleans: [] }
    fields.set(name, made)
    return made
  }
  const exact = (name: string, text: string): void => {
    if (Buffer.byteLength(text) <= ignoreAbove) at(name).strings.push(text)
  }
  exact('_topic', topic)
  at('_partition').numbers.push(partition)
  at('_offset').numbers.push(document.offset)
  at('_timestamp').dates.push(document.timestamp)
  const string = (name: string, text: string): void => {
    at(name).texts.push(text)
    exact(name, text)
  }
  if (typeof document.key === 'string') string('_key', document.key)
  for (const [name, value] of Object.entries(document.headers ?? {})) string(`_headers.${name}`, value)
  const walk = (name: string, value: unknown): void => {
    if (typeof value === 'string') {
      string(name, value)
      const date = isoDate(value)
      if (date !== null) at(name).dates.push(date)
    } else if (typeof value === 'number') at(name).numbers.push(value)
    else if (typeof value === 'boolean') at(name).booleans.push(value)
    else if (Array.isArray(value)) for (const element of value) walk(name, element)
    else if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) walk(name === '' ? key : `${name}.${key}`, member)
  }
  if (typeof document.value === 'string') at('_value').texts.push(document.value)
  else
    walk(typeof document.value === 'object' && !Array.isArray(document.value) ? '' : '_value', document.value)
  return fields
}

const isoForm = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/

function isoDate(text: string): number | null {
  if (!isoForm.test(text)) return null
  const zoned = text.length === 10 || /Z$|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`
  const millis = Date.parse(zoned)
  return Number.isNaN(millis) ? null : millis
}
