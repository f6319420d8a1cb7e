import type { IndexReader, NumberColumn, StringColumn } from '../index/index-reader.ts'
import type { SortKey, SortValue } from '../search-request.ts'
import { resolveField } from './field-views.ts'

/** The values of one sort key in one reader. */
export interface SortSource {
  value(doc: number, score: number): SortValue
  /** The best value that a document in [from, to) can have, or null when nothing is known. */
  bestIn: ((from: number, to: number) => SortValue) | null
}

export function sortSource(reader: IndexReader, key: SortKey): SortSource {
  switch (key.field) {
    case '_score':
      return { value: (_, score) => score, bestIn: null }
    case '_doc':
    case '_offset':
      return {
        value: (doc) => reader.offsetOf(doc),
        bestIn: (from, to) => reader.offsetOf(key.order === 'asc' ? from : to - 1),
      }
    case '_partition':
      return { value: () => reader.partition, bestIn: () => reader.partition }
    case '_topic':
      return { value: () => reader.topic, bestIn: () => reader.topic }
    case '_timestamp':
      return {
        value: (doc) => reader.timestampOf(doc),
        bestIn: timestampBound(reader, key),
      }
    default:
      return fieldSource(reader, key)
  }
}

function timestampBound(reader: IndexReader, key: SortKey): SortSource['bestIn'] {
  const column = reader.field('_timestamp')?.numbers ?? null
  if (column === null) return () => (key.order === 'asc' ? reader.minTimestamp : reader.maxTimestamp)
  return (from, to) => bestOf(column, key, from, to)
}

function bestOf(column: NumberColumn, key: SortKey, from: number, to: number): number | null {
  const ascending = key.order === 'asc'
  let best = Number.NaN
  const last = Math.floor((to - 1) / column.blockDocs)
  for (let block = Math.floor(from / column.blockDocs); block <= last; block++) {
    const value = ascending ? column.blockMin(block) : column.blockMax(block)
    if (Number.isFinite(value) && !(ascending ? best <= value : best >= value)) best = value
  }
  return Number.isNaN(best) ? null : best
}

function fieldSource(reader: IndexReader, key: SortKey): SortSource {
  const missing = typeof key.missing === 'object' ? key.missing.value : null
  const views = resolveField(reader, key.field)
  if (views === null) return { value: () => missing, bestIn: () => missing }
  const { field, exact } = views
  const numbers = exact || field.numbers === null ? null : numberReader(field.numbers, key, reader.docCount)
  const booleans =
    exact || field.booleans === null ? null : numberReader(field.booleans, key, reader.docCount)
  const strings = field.strings === null ? null : stringReader(field.strings, key, reader.docCount)
  const onlyNumbers =
    numbers !== null && booleans === null && (strings === null || field.numberKind === 'date')
  const { numbers: column } = field
  // A document without a value is as good as its substitute, so a bound holds only when there is none or it is worst.
  const bounded = onlyNumbers && column !== null && missing === null && key.missing === 'last'
  return {
    value(doc) {
      const number = numbers?.(doc) ?? Number.NaN
      if (!Number.isNaN(number)) return number
      const flag = booleans?.(doc) ?? Number.NaN
      if (!Number.isNaN(flag)) return flag === 1
      return strings?.(doc) ?? missing
    },
    bestIn: bounded && strings === null ? (from, to) => bestOf(column, key, from, to) : null,
  }
}

/** Strings of a column that are kept while they are sorted by. */
const TEXTS_MAX = 4096
/** Documents read at once when several of them are asked for. */
const CHUNK = 256

function numberReader(column: NumberColumn, key: SortKey, docCount: number): (doc: number) => number {
  const values = new Float64Array(CHUNK)
  const all: number[] = []
  let loaded = -1
  let before = -1
  return (doc) => {
    if (column.multiValued) {
      const count = column.readAll(doc, all)
      let best = Number.NaN
      for (let index = 0; index < count; index++) {
        const value = all[index] ?? Number.NaN
        if (!(key.mode === 'min' ? best <= value : best >= value)) best = value
      }
      return best
    }
    const chunk = Math.floor(doc / CHUNK)
    if (chunk !== loaded && chunk !== before) {
      before = chunk
      column.read(doc, doc + 1, values)
      loaded = -1
      return values[0] ?? Number.NaN
    }
    if (chunk !== loaded) {
      column.read(chunk * CHUNK, Math.min((chunk + 1) * CHUNK, docCount), values)
      loaded = chunk
    }
    return values[doc - chunk * CHUNK] ?? Number.NaN
  }
}

function stringReader(column: StringColumn, key: SortKey, docCount: number): (doc: number) => string | null {
  const values = new Int32Array(CHUNK)
  const all: number[] = []
  const texts = new Map<number, string>()
  let loaded = -1
  return (doc) => {
    let ordinal: number
    if (column.multiValued) {
      const count = column.readAll(doc, all)
      ordinal = -1
      for (let index = 0; index < count; index++) {
        const value = all[index] ?? -1
        if (ordinal < 0 || (key.mode === 'min' ? value < ordinal : value > ordinal)) ordinal = value
      }
    } else {
      const chunk = Math.floor(doc / CHUNK)
      if (chunk !== loaded) {
        column.read(chunk * CHUNK, Math.min((chunk + 1) * CHUNK, docCount), values)
        loaded = chunk
      }
      ordinal = values[doc - chunk * CHUNK] ?? -1
    }
    if (ordinal < 0) return null
    let text = texts.get(ordinal)
    if (text === undefined) {
      if (texts.size >= TEXTS_MAX) texts.clear()
      text = column.value(ordinal)
      texts.set(ordinal, text)
    }
    return text
  }
}
