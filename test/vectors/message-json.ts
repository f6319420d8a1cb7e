import { messageLayout } from '../../src/protocol/layout.ts'
import type { FieldLayout, StructLayout } from '../../src/protocol/layout.ts'
import { ZERO_UUID } from '../../src/protocol/schema.ts'
import type { MessageTable, UnknownTag } from '../../src/protocol/schema.ts'

export interface ExpectedTag {
  readonly path: string
  readonly tag: bigint
  readonly hex: string
}

/** A decoded message in the form of the vectors. */
export interface MessageJson {
  readonly json: unknown
  readonly records: readonly string[]
  readonly unknownTags: readonly ExpectedTag[]
}

type Struct = Readonly<Record<string, unknown>> & { readonly unknownTags?: readonly UnknownTag[] }

interface Found {
  readonly records: string[]
  readonly unknownTags: ExpectedTag[]
}

/** Turns what the decoder made in exact mode into the vectors' JSON, by the table and without the codec. */
export function messageJson(table: MessageTable, version: number, message: object): MessageJson {
  const found: Found = { records: [], unknownTags: [] }
  const json = structJson(messageLayout(table, version), message as Struct, '', found)
  return { json, ...found }
}

function structJson(layout: StructLayout, value: Struct, path: string, found: Found): unknown {
  const json: Record<string, unknown> = {}
  for (const field of layout.all) {
    const item = value[field.name]
    if (item === undefined) throw new Error(`${field.path} is missing`)
    if (!field.present || (field.tag !== null && isDefault(field, item))) continue
    const isRecords = field.kind === 'scalar' && field.scalar === 'records' && item !== null
    json[isRecords ? `${field.name}SizeInBytes` : field.name] = fieldJson(field, item, path, found)
  }
  for (const { tag, bytes } of value.unknownTags ?? []) {
    found.unknownTags.push({ path, tag: BigInt(tag), hex: bytes.toString('hex') })
  }
  return json
}

function fieldJson(field: FieldLayout, value: unknown, prefix: string, found: Found): unknown {
  if (value === null) return null
  const path = prefix === '' ? field.name : `${prefix}.${field.name}`
  switch (field.kind) {
    case 'scalar':
      return scalarJson(field, value, found)
    case 'scalars':
      return (value as unknown[]).map((item) => scalarJson(field, item, found))
    case 'struct':
      return structJson(field.struct as StructLayout, value as Struct, path, found)
    case 'structs':
      return (value as Struct[]).map((item, i) =>
        structJson(field.struct as StructLayout, item, `${path}[${i}]`, found),
      )
  }
}

function scalarJson(field: FieldLayout, value: unknown, found: Found): unknown {
  switch (field.scalar) {
    case 'bytes':
      return (value as Buffer).toString('base64')
    case 'records':
      found.records.push((value as Buffer).toString('hex'))
      return BigInt((value as Buffer).length)
    case 'float64':
      return Number.isFinite(value) ? value : String(value)
    case 'int8':
    case 'int16':
    case 'uint16':
    case 'int32':
      return BigInt(value as number)
    case 'bool':
    case 'int64':
    case 'string':
    case 'uuid':
      return value
  }
}

function isDefault(field: FieldLayout, value: unknown): boolean {
  if (field.default === null || value === null) return value === null && field.default === null
  switch (field.kind) {
    case 'scalars':
    case 'structs':
      return (value as unknown[]).length === 0
    case 'struct':
      return (
        (value as Struct).unknownTags === undefined &&
        (field.struct as StructLayout).all.every((member) =>
          isDefault(member, (value as Record<string, unknown>)[member.name]),
        )
      )
    case 'scalar':
      return isDefaultScalar(field, value)
  }
}

function isDefaultScalar(field: FieldLayout, value: unknown): boolean {
  switch (field.scalar) {
    case 'bytes':
      return (value as Buffer).length === 0
    case 'records':
      return value === null
    case 'int64':
      return value === BigInt.asIntN(64, BigInt(field.default ?? 0) - (field.default === 2 ** 63 ? 1n : 0n))
    case 'uuid':
      return value === (field.default ?? ZERO_UUID)
    case 'string':
      return value === (field.default ?? '')
    case 'bool':
      return value === (field.default ?? false)
    case 'int8':
    case 'int16':
    case 'uint16':
    case 'int32':
    case 'float64':
      return value === (field.default ?? 0)
  }
}
