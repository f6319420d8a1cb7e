import type { Budget } from '../budget.ts'
import type { FieldReader, IndexReader, StringColumn } from '../index/index-reader.ts'
import type { FieldSummary, ValueCount } from './messages.ts'

/** Fields that one answer names at most. */
const fieldsMax = 10_000
/** Values of one index that are looked at for completion; further ones in order of the dictionary are left out. */
const valuesPerIndexMax = 10_000

/** All fields of the indexes, with every view that some of them has, by name. */
export function fieldSummaries(readers: readonly IndexReader[]): FieldSummary[] {
  const types = new Map<string, Set<string>>()
  const counts = new Map<string, number>()
  for (const reader of readers)
    for (const name of reader.fieldNames()) {
      const field = reader.field(name)
      if (field === null || (types.size >= fieldsMax && !types.has(name))) continue
      const known = types.get(name) ?? new Set()
      for (const type of typesOf(field)) known.add(type)
      types.set(name, known)
      counts.set(name, (counts.get(name) ?? 0) + field.presence.size)
    }
  return [...types]
    .map(([name, known]) => ({ name, types: [...known].sort(), docCount: counts.get(name) ?? 0 }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function typesOf(field: FieldReader): string[] {
  const types: string[] = []
  if (field.text !== null) types.push('text')
  if (field.strings !== null || field.keyword !== null) types.push('keyword')
  if (field.numbers !== null) types.push(field.numberKind)
  if (field.booleans !== null) types.push('boolean')
  return types
}

/** Whole strings of a field that begin with the prefix, the most frequent ones first. */
export function valuesWithPrefix(
  readers: readonly IndexReader[],
  field: string,
  prefix: string,
  limit: number,
  budget: Budget,
): ValueCount[] {
  const counts = new Map<string, number>()
  const name = field.endsWith('.keyword') ? field.slice(0, -'.keyword'.length) : field
  for (const reader of readers) {
    const found = reader.field(field) ?? reader.field(name)
    if (found !== null) countValues(found, reader.docCount, prefix, counts, budget)
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, limit)
}

function countValues(
  field: FieldReader,
  docCount: number,
  prefix: string,
  counts: Map<string, number>,
  budget: Budget,
): void {
  const { keyword, strings } = field
  const add = (value: string, count: number): void => void counts.set(value, (counts.get(value) ?? 0) + count)
  if (keyword !== null) {
    const first = keyword.lowerBound(Buffer.from(prefix))
    const last = Math.min(keyword.termCount, first + valuesPerIndexMax)
    for (let ordinal = first; ordinal < last; ordinal++) {
      budget.check()
      const value = Buffer.from(keyword.term(ordinal)).toString()
      if (!value.startsWith(prefix)) return
      add(value, keyword.docFrequency(ordinal))
    }
    return
  }
  if (strings === null) return
  const first = strings.lowerBound(prefix)
  const frequencies = ordinalCounts(strings, docCount, first, budget)
  for (const [index, count] of frequencies.entries()) {
    const value = strings.value(first + index)
    if (!value.startsWith(prefix)) return
    add(value, count)
  }
}

const blockDocs = 4096

/** In how many documents each of the values from `first` on is the first one. */
function ordinalCounts(column: StringColumn, docCount: number, first: number, budget: Budget): number[] {
  const size = Math.min(valuesPerIndexMax, column.valueCount - first)
  const counts = Array.from<number>({ length: Math.max(0, size) }).fill(0)
  const block = new Int32Array(blockDocs)
  for (let from = 0; from < docCount; from += blockDocs) {
    budget.check()
    const to = Math.min(docCount, from + blockDocs)
    column.read(from, to, block)
    for (let index = 0; index < to - from; index++) {
      const at = (block[index] ?? -1) - first
      if (at >= 0 && at < size) counts[at] = (counts[at] ?? 0) + 1
    }
  }
  return counts
}
