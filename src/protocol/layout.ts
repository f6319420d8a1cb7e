import { ZERO_UUID } from './schema.ts'
import type { Field, Fields, MessageTable, ScalarType } from './schema.ts'
import { inVersions } from './version-range.ts'

/** A field as it stands in one version of a message. */
export interface FieldLayout {
  readonly name: string
  /** Where the field sits, such as `topics.partitions.index`, for error messages. */
  readonly path: string
  readonly kind: 'scalar' | 'scalars' | 'struct' | 'structs'
  /** Type of the scalar, or of the array's elements; without meaning for structs. */
  readonly scalar: ScalarType
  readonly struct: StructLayout | null
  readonly present: boolean
  readonly nullable: boolean
  readonly tag: number | null
  readonly ignorable: boolean
  /** The table's default: null, a scalar, or undefined for the type's own zero. */
  readonly default: string | number | boolean | null | undefined
}

export interface StructLayout {
  /** All fields of the table in its order, absent ones included. */
  readonly all: readonly FieldLayout[]
  /** Fields on the wire, in order, without tagged ones. */
  readonly wire: readonly FieldLayout[]
  /** Tagged fields of this version, tags ascending. */
  readonly tagged: readonly FieldLayout[]
  readonly flexible: boolean
  /** Least number of bytes that the struct takes on the wire. */
  readonly minimumSize: number
}

/** Resolves a table for one version: which fields are there, in which form. */
export function messageLayout(table: MessageTable, version: number): StructLayout {
  const flexible = table.flexibleFrom !== undefined && version >= table.flexibleFrom
  return structLayout(table.fields, version, flexible, '')
}

function structLayout(fields: Fields, version: number, flexible: boolean, prefix: string): StructLayout {
  const all = Object.entries(fields).map(([name, field]) =>
    fieldLayout(name, field, version, flexible, prefix),
  )
  const wire = all.filter((field) => field.present && field.tag === null)
  const tagged = all.filter((field) => field.present && field.tag !== null)
  tagged.sort((a, b) => (a.tag ?? 0) - (b.tag ?? 0))
  let minimumSize = flexible ? 1 : 0
  for (const field of wire) minimumSize += minimumFieldSize(field, flexible)
  return { all, wire, tagged, flexible, minimumSize }
}

function fieldLayout(
  name: string,
  field: Field,
  version: number,
  flexible: boolean,
  prefix: string,
): FieldLayout {
  const { kind, scalar } = shape(field.type)
  const path = prefix + name
  const present =
    (field.versions === undefined || inVersions(field.versions, version)) &&
    (field.tag === undefined || flexible)
  return {
    name,
    path,
    kind,
    scalar,
    struct:
      kind === 'struct' || kind === 'structs'
        ? structLayout(field.fields ?? {}, version, flexible, `${path}.`)
        : null,
    present,
    nullable: inVersions(field.nullable, version),
    tag: field.tag ?? null,
    ignorable: field.ignorable === true,
    default: field.default,
  }
}

const scalarTypes: readonly ScalarType[] = [
  'bool',
  'int8',
  'int16',
  'uint16',
  'int32',
  'int64',
  'float64',
  'string',
  'uuid',
  'bytes',
  'records',
]

function shape(type: Field['type']): Pick<FieldLayout, 'kind' | 'scalar'> {
  if (type === 'struct') return { kind: 'struct', scalar: 'int8' }
  if (type === '[]struct') return { kind: 'structs', scalar: 'int8' }
  for (const scalar of scalarTypes) {
    if (type === scalar) return { kind: 'scalar', scalar }
    if (type === `[]${scalar}`) return { kind: 'scalars', scalar }
  }
  throw new Error(`no such field type: ${type}`)
}

const fixedSizes: Readonly<Partial<Record<ScalarType, number>>> = {
  bool: 1,
  int8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  int64: 8,
  float64: 8,
  uuid: 16,
}

/** Bytes that a scalar always takes; null when it has a length in front. */
export function fixedSize(type: ScalarType): number | null {
  return fixedSizes[type] ?? null
}

/** Bytes of the length or count in front of a value: the least of a varint, or what the old form always takes. */
export function lengthSize(type: ScalarType | 'array', flexible: boolean): number {
  if (flexible) return 1
  return type === 'string' ? 2 : 4
}

/** Least number of bytes of one element of an array field. */
export function minimumElementSize(field: FieldLayout, flexible: boolean): number {
  if (field.struct !== null) return Math.max(field.struct.minimumSize, 1)
  return fixedSize(field.scalar) ?? lengthSize(field.scalar, flexible)
}

function minimumFieldSize(field: FieldLayout, flexible: boolean): number {
  if (field.kind === 'structs' || field.kind === 'scalars') return lengthSize('array', flexible)
  if (field.struct === null) return fixedSize(field.scalar) ?? lengthSize(field.scalar, flexible)
  return field.nullable ? 1 : field.struct.minimumSize
}

/** The type's own default, as JavaScript source; `long` makes the literal of an int64. */
export function defaultSource(field: FieldLayout, long: (value: number) => string): string {
  if (field.default === null) return 'null'
  switch (field.kind) {
    case 'scalars':
    case 'structs':
      return '[]'
    case 'struct':
      return `{ ${(field.struct?.all ?? []).map((f) => `${f.name}: ${defaultSource(f, long)}`).join(', ')} }`
    case 'scalar':
      return scalarDefault(field, long)
  }
}

function scalarDefault(field: FieldLayout, long: (value: number) => string): string {
  switch (field.scalar) {
    case 'bool':
      return String(field.default ?? false)
    case 'string':
      return JSON.stringify(field.default ?? '')
    case 'uuid':
      return JSON.stringify(field.default ?? ZERO_UUID)
    case 'bytes':
      return 'emptyBuffer'
    case 'records':
      return 'null'
    case 'int64':
      return long(Number(field.default ?? 0))
    case 'int8':
    case 'int16':
    case 'uint16':
    case 'int32':
    case 'float64':
      return String(field.default ?? 0)
  }
}
