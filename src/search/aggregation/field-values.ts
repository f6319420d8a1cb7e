import type { FieldReader, IndexReader, NumberColumn, StringColumn } from '../index/index-reader.ts'

const KEYWORD = '.keyword'

/** The columns of a field that an aggregation may group by or compute with. Null where no document has such values. */
export interface FieldColumns {
  readonly strings: StringColumn | null
  readonly numbers: NumberColumn | null
  readonly booleans: NumberColumn | null
  readonly numberKind: 'long' | 'double' | 'date'
}

const nothing: FieldColumns = { strings: null, numbers: null, booleans: null, numberKind: 'double' }

/** Every document has these, whether or not an index keeps a column of them. `_index` is what Elasticsearch's clients call a topic. */
const addressFields: Readonly<Record<string, (reader: IndexReader) => FieldColumns>> = {
  _topic: (reader) => ({ ...nothing, strings: constantString(reader.topic) }),
  _index: (reader) => ({ ...nothing, strings: constantString(reader.topic) }),
  _partition: (reader) => ({
    ...nothing,
    numbers: computedNumbers(reader, () => reader.partition),
    numberKind: 'long',
  }),
  _offset: (reader) => ({
    ...nothing,
    numbers: computedNumbers(reader, (doc) => reader.offsetOf(doc)),
    numberKind: 'long',
  }),
  _timestamp: (reader) => ({
    ...nothing,
    numbers: computedNumbers(reader, (doc) => reader.timestampOf(doc)),
    numberKind: 'date',
  }),
}

/** The columns that a name means in a reader: `.keyword` is the strings of the field before it, unless a field has that very name. */
export function fieldColumns(reader: IndexReader, name: string): FieldColumns {
  const field = reader.field(name)
  if (field !== null) return field
  const special = Object.hasOwn(addressFields, name) ? addressFields[name] : undefined
  if (special !== undefined) return special(reader)
  const base = baseOfKeyword(name)
  const whole = base === null ? null : reader.field(base)
  return whole === null ? nothing : { ...nothing, strings: whole.strings }
}

/** The field itself, for what asks whether a document has it at all. */
export function fieldOf(reader: IndexReader, name: string): FieldReader | null {
  const base = baseOfKeyword(name)
  return reader.field(name) ?? (base === null ? null : reader.field(base))
}

export function isAddressField(name: string): boolean {
  return Object.hasOwn(addressFields, name)
}

function baseOfKeyword(name: string): string | null {
  return name.endsWith(KEYWORD) ? name.slice(0, -KEYWORD.length) : null
}

function constantString(value: string): StringColumn {
  return {
    valueCount: 1,
    multiValued: false,
    value: () => value,
    find: (other) => (other === value ? 0 : -1),
    lowerBound: (other) => (Buffer.compare(Buffer.from(other), Buffer.from(value)) <= 0 ? 0 : 1),
    read: (from, to, into) => {
      into.fill(0, 0, to - from)
    },
    readAll: (_doc, into) => {
      into[0] = 0
      return 1
    },
  }
}

/** A column without stored blocks: one block whose bounds say nothing. */
function computedNumbers(reader: IndexReader, valueOf: (doc: number) => number): NumberColumn {
  return {
    min: -Infinity,
    max: Infinity,
    multiValued: false,
    blockDocs: Math.max(1, reader.docCount),
    blockMin: () => -Infinity,
    blockMax: () => Infinity,
    read: (from, to, into) => {
      for (let doc = from; doc < to; doc += 1) into[doc - from] = valueOf(doc)
    },
    readAll: (doc, into) => {
      into[0] = valueOf(doc)
      return 1
    },
  }
}
