import { defaultSource, fixedSize, lengthSize, minimumElementSize } from './layout.ts'
import type { FieldLayout, StructLayout } from './layout.ts'
import type { ScalarType } from './schema.ts'
import { emit, fresh, longLiteral, newSource } from './source.ts'
import type { Source } from './source.ts'

/**
 * Writes the source of a decoder: one function without calls for structs, in which `p` runs from the message's start
 * to `end` in `b`. Consecutive fields of fixed size share one bounds check.
 */
export function decoderSource(layout: StructLayout, exact: boolean): string {
  const source = newSource(exact)
  const result = readStruct(source, layout, 'message')
  return [
    '"use strict"',
    'return function decode(b, p, end) {',
    ...source.lines,
    'cursor.position = p',
    `return ${result}`,
    '}',
  ].join('\n')
}

/** Position inside a run of fields whose bounds are already checked: `p` has not been moved past them yet. */
interface Run {
  checked: boolean
  offset: number
}

function readStruct(source: Source, layout: StructLayout, path: string): string {
  const values = new Map<string, string>()
  const run: Run = { checked: false, offset: 0 }
  for (const [index, field] of layout.wire.entries()) {
    check(source, layout, index, run)
    values.set(field.name, readField(source, field, layout.flexible, run))
  }
  let unknown: string | null = null
  if (layout.flexible) {
    check(source, layout, layout.wire.length, run)
    unknown = readTags(source, layout, values, run, path)
  } else finish(source, run)
  const long = (value: number): string => longLiteral(source, value)
  const members = layout.all.map(
    (field) => `${field.name}: ${values.get(field.name) ?? defaultSource(field, long)}`,
  )
  const result = fresh(source, 'o')
  emit(source, `const ${result} = { ${members.join(', ')} }`)
  if (unknown !== null) emit(source, `if (${unknown} !== undefined) ${result}.unknownTags = ${unknown}`)
  return result
}

/** Bytes that a field certainly takes before its length is known, and whether more may follow. */
function lead(field: FieldLayout, flexible: boolean): { size: number; open: boolean } {
  switch (field.kind) {
    case 'scalars':
    case 'structs':
      return { size: lengthSize('array', flexible), open: true }
    case 'struct':
      return { size: field.nullable ? 1 : 0, open: true }
    case 'scalar': {
      const size = fixedSize(field.scalar)
      return size === null ? { size: lengthSize(field.scalar, flexible), open: true } : { size, open: false }
    }
  }
}

function check(source: Source, layout: StructLayout, from: number, run: Run): void {
  if (run.checked) return
  let size = 0
  let open = false
  for (const field of layout.wire.slice(from)) {
    const part = lead(field, layout.flexible)
    size += part.size
    open = part.open
    if (open) break
  }
  if (!open && layout.flexible) size++
  if (size > 0) emit(source, `if (end - p < ${size}) short(p, end, ${size})`)
  run.checked = true
  run.offset = 0
}

function finish(source: Source, run: Run): void {
  if (run.offset > 0) emit(source, `p += ${run.offset}`)
  run.checked = false
  run.offset = 0
}

function at(offset: number): string {
  return offset === 0 ? 'p' : `p + ${offset}`
}

function readField(source: Source, field: FieldLayout, flexible: boolean, run: Run): string {
  const size = field.kind === 'scalar' ? fixedSize(field.scalar) : null
  if (size !== null) {
    const value = fresh(source, 'v')
    emit(source, `const ${value} = ${fixedRead(source, field.scalar, run.offset)}`)
    run.offset += size
    return value
  }
  switch (field.kind) {
    case 'scalar':
      return readSized(source, field, flexible, run)
    case 'struct':
      return readNested(source, field, run)
    case 'scalars':
    case 'structs':
      return readArray(source, field, flexible, run)
  }
}

function fixedRead(source: Source, type: ScalarType, offset: number): string {
  const b = (i: number): string => `b[${at(offset + i)}]`
  switch (type) {
    case 'bool':
      return `${b(0)} !== 0`
    case 'int8':
      return `${b(0)} << 24 >> 24`
    case 'int16':
      return `${b(0)} << 24 >> 16 | ${b(1)}`
    case 'uint16':
      return `${b(0)} << 8 | ${b(1)}`
    case 'int32':
      return `${b(0)} << 24 | ${b(1)} << 16 | ${b(2)} << 8 | ${b(3)}`
    case 'int64':
      return `${source.exact ? 'bigInt64' : 'int64'}(b, ${at(offset)})`
    case 'float64':
      return `float64(b, ${at(offset)})`
    case 'uuid':
      return `uuid(b, ${at(offset)})`
    case 'string':
    case 'bytes':
    case 'records':
      throw new Error(`${type} has no fixed size`)
  }
}

/** Reads a length or count, -1 for null, and moves `p` past it. */
function readLength(source: Source, type: ScalarType | 'array', flexible: boolean, run: Run): string {
  const length = fresh(source, 'n')
  if (flexible) {
    emit(source, `let ${length} = b[${at(run.offset)}]`, `p += ${run.offset + 1}`)
    emit(source, `if (${length} > 127) { ${length} = varint(b, p, end, ${length}); p = cursor.position }`)
    emit(source, `${length} -= 1`)
  } else {
    const size = lengthSize(type, false)
    emit(source, `const ${length} = ${fixedRead(source, size === 2 ? 'int16' : 'int32', run.offset)}`)
    emit(source, `p += ${run.offset + size}`)
  }
  run.checked = false
  run.offset = 0
  return length
}

function readSized(source: Source, field: FieldLayout, flexible: boolean, run: Run): string {
  const length = readLength(source, field.scalar, flexible, run)
  const value = fresh(source, 'v')
  const limit = field.scalar === 'string' && flexible ? ` || ${length} > 32767` : ''
  const made =
    field.scalar === 'string'
      ? `text(b, p, ${length})`
      : `${field.scalar === 'records' ? 'view' : 'copy'}(b, p, ${length})`
  emit(source, `let ${value} = null`)
  if (field.nullable) emit(source, `if (${length} !== -1) {`)
  emit(
    source,
    `if (${length} < 0 || ${length} > end - p${limit}) badLength(${JSON.stringify(field.path)}, ${length}, p, end)`,
    `${value} = ${made}`,
    `p += ${length}`,
  )
  if (field.nullable) emit(source, '}')
  return value
}

function readNested(source: Source, field: FieldLayout, run: Run): string {
  const struct = structOf(field)
  if (!field.nullable) {
    finish(source, run)
    return readStruct(source, struct, field.path)
  }
  const value = fresh(source, 'v')
  emit(source, `let ${value} = null`, `const ${value}m = ${fixedRead(source, 'int8', run.offset)}`)
  run.offset += 1
  finish(source, run)
  emit(source, `if (${value}m >= 0) {`)
  emit(source, `${value} = ${readStruct(source, struct, field.path)}`, '}')
  return value
}

function readArray(source: Source, field: FieldLayout, flexible: boolean, run: Run): string {
  const count = readLength(source, 'array', flexible, run)
  const minimum = minimumElementSize(field, flexible)
  const value = fresh(source, 'a')
  const i = fresh(source, 'i')
  emit(source, `let ${value} = null`)
  if (field.nullable) emit(source, `if (${count} !== -1) {`)
  const bytes = minimum === 1 ? count : `${count} * ${minimum}`
  emit(
    source,
    `if (${count} < 0 || ${bytes} > end - p) badCount(${JSON.stringify(field.path)}, ${count}, p, end)`,
    `${value} = new Array(${count})`,
    `for (let ${i} = 0; ${i} < ${count}; ${i}++) {`,
  )
  emit(source, `${value}[${i}] = ${readElement(source, field, flexible)}`, '}')
  if (field.nullable) emit(source, '}')
  return value
}

function readElement(source: Source, field: FieldLayout, flexible: boolean): string {
  if (field.struct !== null) return readStruct(source, field.struct, field.path)
  const size = fixedSize(field.scalar)
  if (size !== null) {
    const value = fresh(source, 'v')
    emit(source, `const ${value} = ${fixedRead(source, field.scalar, 0)}`, `p += ${size}`)
    return value
  }
  const needed = lengthSize(field.scalar, flexible)
  emit(source, `if (end - p < ${needed}) short(p, end, ${needed})`)
  const element: FieldLayout = { ...field, kind: 'scalar', nullable: false }
  return readSized(source, element, flexible, { checked: true, offset: 0 })
}

/** Reads the tagged fields into variables that hold the defaults before; returns the variable of the unknown ones. */
function readTags(
  source: Source,
  layout: StructLayout,
  values: Map<string, string>,
  run: Run,
  path: string,
): string {
  const count = fresh(source, 'n')
  const unknown = fresh(source, 'u')
  const long = (value: number): string => longLiteral(source, value)
  emit(source, `let ${count} = b[${at(run.offset)}]`, `let ${unknown}`)
  run.offset++
  for (const field of layout.tagged) {
    const value = fresh(source, 't')
    values.set(field.name, value)
    emit(source, `let ${value} = ${defaultSource(field, long)}`)
  }
  if (layout.tagged.length === 0) {
    emit(
      source,
      run.offset > 1 ? `p += ${run.offset - 1}` : '',
      `if (${count} !== 0) { ${unknown} = skipTags(b, p, end); p = cursor.position } else p++`,
    )
  } else {
    emit(source, `p += ${run.offset}`, `if (${count} !== 0) {`)
    readKnownTags(source, layout, values, count, unknown, path)
    emit(source, '}')
  }
  return unknown
}

function readKnownTags(
  source: Source,
  layout: StructLayout,
  values: Map<string, string>,
  count: string,
  unknown: string,
  path: string,
): void {
  const [i, tag, size, limit] = [
    fresh(source, 'i'),
    fresh(source, 'g'),
    fresh(source, 's'),
    fresh(source, 'l'),
  ]
  const where = JSON.stringify(path)
  emit(
    source,
    `if (${count} > 127) { ${count} = varint(b, p, end, ${count}); p = cursor.position }`,
    `if (${count} * 2 > end - p) badCount(${where}, ${count}, p, end)`,
    `for (let ${i} = 0; ${i} < ${count}; ${i}++) {`,
  )
  for (const name of [tag, size]) {
    emit(source, 'if (p >= end) short(p, end, 1)', `let ${name} = b[p++]`)
    emit(source, `if (${name} > 127) { ${name} = varint(b, p, end, ${name}); p = cursor.position }`)
  }
  emit(source, `if (${size} > end - p) badLength(${where}, ${size}, p, end)`, `const ${limit} = p + ${size}`)
  emit(source, `switch (${tag}) {`)
  for (const field of layout.tagged) {
    emit(source, `case ${field.tag}: {`)
    emit(source, `${values.get(field.name)} = ${readTagged(source, field)}`, 'break', '}')
  }
  emit(
    source,
    'default:',
    `if (${unknown} === undefined) ${unknown} = []`,
    `${unknown}.push({ tag: ${tag}, bytes: copy(b, p, ${size}) })`,
    `p = ${limit}`,
    '}',
    `if (p !== ${limit}) badTag(${where}, ${tag}, ${size})`,
    '}',
  )
}

/** A nullable struct in a tag is marked by 0 or 1 there, by a negative byte or 1 elsewhere: so Kafka's classes do it. */
function readTagged(source: Source, field: FieldLayout): string {
  const run: Run = { checked: true, offset: 0 }
  if (field.kind === 'struct' && field.nullable) {
    const value = fresh(source, 'v')
    emit(source, 'if (p >= end) short(p, end, 1)', `let ${value} = null`, `const ${value}m = b[p++]`)
    emit(source, `if (${value}m > 1) badMarker(${JSON.stringify(field.path)}, ${value}m)`)
    emit(source, `if (${value}m === 1) {`)
    emit(source, `${value} = ${readStruct(source, structOf(field), field.path)}`, '}')
    return value
  }
  const part = lead(field, true)
  if (part.size > 0) emit(source, `if (end - p < ${part.size}) short(p, end, ${part.size})`)
  const value = readField(source, field, true, run)
  finish(source, run)
  return value
}

function structOf(field: FieldLayout): StructLayout {
  if (field.struct === null) throw new Error(`${field.path} is no struct`)
  return field.struct
}
