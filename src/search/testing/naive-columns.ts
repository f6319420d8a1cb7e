import type { NumberColumn, StringColumn } from '../index/index-reader.ts'
import { compareUtf8 } from '../../util/utf8-order.ts'

/** Distinct strings by document, in the order in which they were written. */
export function naiveStringColumn(docs: ReadonlyMap<number, readonly string[]>): StringColumn {
  const values = [...new Set([...docs.values()].flat())].sort(compareUtf8)
  const ordinals = new Map(values.map((value, ordinal) => [value, ordinal]))
  const of = (doc: number): number[] => (docs.get(doc) ?? []).map((value) => ordinals.get(value) ?? -1)
  return {
    valueCount: values.length,
    multiValued: [...docs.values()].some((list) => list.length > 1),
    value: (ordinal) => values[ordinal] ?? '',
    find: (value) => ordinals.get(value) ?? -1,
    lowerBound(value) {
      const ordinal = values.findIndex((other) => compareUtf8(other, value) >= 0)
      return ordinal < 0 ? values.length : ordinal
    },
    read(from, to, into) {
      for (let doc = from; doc < to; doc++) into[doc - from] = of(doc)[0] ?? -1
    },
    readAll: (doc, into) => fill(of(doc), into),
  }
}

const BLOCK_DOCS = 128

export function naiveNumberColumn(
  docs: ReadonlyMap<number, readonly number[]>,
  docCount: number,
): NumberColumn {
  const all = [...docs.values()].flat()
  const block = (index: number): number[] => {
    const values: number[] = []
    for (let doc = index * BLOCK_DOCS; doc < Math.min((index + 1) * BLOCK_DOCS, docCount); doc++)
      values.push(...(docs.get(doc) ?? []))
    return values
  }
  const blocks = Array.from({ length: Math.ceil(docCount / BLOCK_DOCS) }, (_, index) => block(index))
  const least = blocks.map((values) => Math.min(...values))
  const greatest = blocks.map((values) => Math.max(...values))
  return {
    min: Math.min(...all),
    max: Math.max(...all),
    multiValued: [...docs.values()].some((list) => list.length > 1),
    blockDocs: BLOCK_DOCS,
    blockMin: (index) => least[index] ?? Infinity,
    blockMax: (index) => greatest[index] ?? -Infinity,
    read(from, to, into) {
      for (let doc = from; doc < to; doc++) into[doc - from] = docs.get(doc)?.[0] ?? Number.NaN
    },
    readAll: (doc, into) => fill(docs.get(doc) ?? [], into),
  }
}

function fill<T>(values: readonly T[], into: T[]): number {
  for (const [index, value] of values.entries()) into[index] = value
  return values.length
}
