import type { FieldReader, IndexReader } from '../index/index-reader.ts'

/** A field as a query names it. */
export interface FieldViews {
  /** Name in the index. */
  readonly name: string
  readonly field: FieldReader
  /** Whether only whole strings were asked for (`NAME.keyword`). */
  readonly exact: boolean
}

const EXACT = '.keyword'

/** Facts of the record's place, which a search over all fields leaves out: the name of a topic would match all its records. */
const placeFields = new Set(['_topic', '_partition', '_offset', '_timestamp'])

export function resolveField(reader: IndexReader, name: string): FieldViews | null {
  const field = reader.field(name)
  if (field !== null) return { name, field, exact: false }
  if (!name.endsWith(EXACT)) return null
  const base = name.slice(0, -EXACT.length)
  const whole = reader.field(base)
  return whole === null ? null : { name: base, field: whole, exact: true }
}

/** Names of the fields that a name with `*` stands for. */
export function expandFieldName(reader: IndexReader, name: string): readonly string[] {
  return name.includes('*') ? expandGlob(reader.fieldNames(), name) : [name]
}

/** Those of the names that a name with `*` stands for. */
export function expandGlob(names: readonly string[], name: string): readonly string[] {
  if (!name.includes('*')) return [name]
  return names.filter(
    (candidate) => fitsGlob(candidate, name) && (name !== '*' || !placeFields.has(candidate)),
  )
}

/**
 * Whether a name fits a pattern in which `*` stands for any text. Each star takes as little as it can and gives way only to the one
 * behind it, so the time is bounded by the product of the lengths, whatever the pattern.
 */
export function fitsGlob(name: string, pattern: string): boolean {
  let at = 0
  let inPattern = 0
  let star = -1
  let resume = 0
  while (at < name.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern
      resume = at
      inPattern += 1
    } else if (inPattern < pattern.length && pattern[inPattern] === name[at]) {
      at += 1
      inPattern += 1
    } else if (star >= 0) {
      resume += 1
      at = resume
      inPattern = star + 1
    } else return false
  }
  while (pattern[inPattern] === '*') inPattern += 1
  return inPattern === pattern.length
}
