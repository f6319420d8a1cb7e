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
  if (!name.includes('*')) return [name]
  const pattern = globExpression(name)
  return reader
    .fieldNames()
    .filter((candidate) => pattern.test(candidate) && (name !== '*' || !placeFields.has(candidate)))
}

/** `*` stands for any text. A name without two stars in a row has a pattern that is matched in linear time for practical names. */
export function globExpression(name: string): RegExp {
  const parts = name.split(/\*+/).map((part) => part.replace(/[\\^$.+?()[\]{}|/-]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}
