import { defaultSource, fixedSize } from './layout.ts'
import type { FieldLayout, StructLayout } from './layout.ts'
import type { ScalarType } from './schema.ts'
import { emit, fresh, longLiteral, newSource } from './source.ts'
import type { Source } from './source.ts'

/**
 * Writes the source of an encoder: one function without calls for structs. `b` is the writer's buffer, `e` its length
 * and `p` the position; fields that are left out (undefined) stand for their default.
 */
export function encoderSource(layout: StructLayout, exact: boolean): string {
  const source = newSource(exact)
  writeStruct(source, layout, 'v')
  return [
    '"use strict"',
    'return function encode(w, v) {',
    'let b = w.buffer, p = w.position, e = b.length',
    ...source.lines,
    'w.position = p',
    '}',
  ].join('\n')
}

const reload = 'b = w.buffer; p = w.position; e = b.length'

function ensure(source: Source, size: string | number): void {
  emit(source, `if (e - p < ${size}) { w.position = p; reserve(w, ${size}); ${reload} }`)
}

function writeStruct(source: Source, layout: StructLayout, value: string): void {
  refuseAbsent(source, layout, value)
  let run: FieldLayout[] = []
  for (const field of layout.wire) {
    if (field.kind === 'scalar' && fixedSize(field.scalar) !== null) run.push(field)
    else {
      writeRun(source, run, value)
      run = []
      writeField(source, field, layout.flexible, load(source, field, value))
    }
  }
  writeRun(source, run, value)
  if (layout.flexible) writeTags(source, layout, value)
}

/** Loads a field into a variable, the default in place of undefined. */
function load(source: Source, field: FieldLayout, value: string): string {
  const name = fresh(source, 'x')
  const fallback = defaultSource(field, (long) => longLiteral(source, long))
  emit(source, `let ${name} = ${value}.${field.name}`, `if (${name} === undefined) ${name} = ${fallback}`)
  return name
}

/** Consecutive fields of fixed size share one check for room. */
function writeRun(source: Source, run: readonly FieldLayout[], value: string): void {
  if (run.length === 0) return
  let size = 0
  for (const field of run) size += fixedSize(field.scalar) ?? 0
  ensure(source, size)
  let offset = 0
  for (const field of run) {
    writeFixed(source, field, load(source, field, value), offset)
    offset += fixedSize(field.scalar) ?? 0
  }
  emit(source, `p += ${size}`)
}

function writeFixed(source: Source, field: FieldLayout, x: string, offset: number): void {
  const at = (i: number): string => (offset + i === 0 ? 'p' : `p + ${offset + i}`)
  emit(source, fixedWrite(source, field, x, at))
}

function fixedWrite(source: Source, field: FieldLayout, x: string, at: (i: number) => string): string {
  switch (field.scalar) {
    case 'bool':
      return `b[${at(0)}] = ${x} ? 1 : 0`
    case 'int8':
      return `b[${at(0)}] = ${x}`
    case 'int16':
    case 'uint16':
      return `b[${at(0)}] = ${x} >>> 8; b[${at(1)}] = ${x}`
    case 'int32':
      return `b[${at(0)}] = ${x} >>> 24; b[${at(1)}] = ${x} >>> 16; b[${at(2)}] = ${x} >>> 8; b[${at(3)}] = ${x}`
    case 'int64':
      return `${source.exact ? 'putBigInt64' : 'putInt64'}(b, ${at(0)}, ${x})`
    case 'float64':
      return `putFloat64(b, ${at(0)}, ${x})`
    case 'uuid':
      return `putUuid(b, ${at(0)}, ${x}, ${JSON.stringify(field.path)})`
    case 'string':
    case 'bytes':
    case 'records':
      throw new Error(`${field.scalar} has no fixed size`)
  }
}

function writeLength(source: Source, type: ScalarType | 'array', flexible: boolean, length: string): void {
  if (flexible)
    emit(source, `if (${length} < 127) b[p++] = ${length} + 1; else p = putVarint(b, p, ${length} + 1)`)
  else if (type === 'string') emit(source, `b[p] = ${length} >>> 8; b[p + 1] = ${length}; p += 2`)
  else emit(source, `putInt32(b, p, ${length}); p += 4`)
}

function writeNull(source: Source, field: FieldLayout, flexible: boolean): void {
  if (!field.nullable) {
    emit(source, `refuseNull(${JSON.stringify(field.path)})`)
    return
  }
  ensure(source, 4)
  const type = field.kind === 'scalar' ? field.scalar : 'array'
  if (field.kind === 'struct') emit(source, 'b[p++] = 255')
  else if (flexible) emit(source, 'b[p++] = 0')
  else if (type === 'string') emit(source, 'b[p] = b[p + 1] = 255; p += 2')
  else emit(source, 'putInt32(b, p, -1); p += 4')
}

/** Writes a field of variable size whose value is in variable `x`. */
function writeField(source: Source, field: FieldLayout, flexible: boolean, x: string): void {
  emit(source, `if (${x} === null) {`)
  writeNull(source, field, flexible)
  emit(source, '} else {')
  switch (field.kind) {
    case 'scalar':
      writeSized(source, field, flexible, x)
      break
    case 'struct':
      if (field.nullable) {
        ensure(source, 1)
        emit(source, 'b[p++] = 1')
      }
      writeStruct(source, structOf(field), x)
      break
    case 'scalars':
    case 'structs':
      writeArray(source, field, flexible, x)
      break
  }
  emit(source, '}')
}

function writeSized(source: Source, field: FieldLayout, flexible: boolean, x: string): void {
  const path = JSON.stringify(field.path)
  if (field.scalar === 'string') {
    emit(
      source,
      `if (e - p < ${x}.length * 3 + 5) { w.position = p; reserveText(w, ${x}, ${path}); ${reload} }`,
    )
    emit(source, `p = ${flexible ? 'putCompactText' : 'putText'}(b, p, ${x}, ${path})`)
  } else if (field.scalar === 'bytes') {
    ensure(source, `${x}.length + 5`)
    writeLength(source, 'bytes', flexible, `${x}.length`)
    emit(source, `b.set(${x}, p); p += ${x}.length`)
  } else emit(source, `w.position = p; putRecords(w, ${x}, ${flexible}); ${reload}`)
}

function writeArray(source: Source, field: FieldLayout, flexible: boolean, x: string): void {
  const count = fresh(source, 'n')
  const i = fresh(source, 'i')
  const item = fresh(source, 'y')
  const size = field.kind === 'scalars' ? fixedSize(field.scalar) : null
  emit(source, `const ${count} = ${x}.length`)
  ensure(source, size === null ? 5 : `${count} * ${size} + 5`)
  writeLength(source, 'array', flexible, count)
  emit(source, `for (let ${i} = 0; ${i} < ${count}; ${i}++) {`, `const ${item} = ${x}[${i}]`)
  if (field.struct !== null) writeStruct(source, field.struct, item)
  else if (size === null) writeSized(source, field, flexible, item)
  else {
    writeFixed(source, field, item, 0)
    emit(source, `p += ${size}`)
  }
  emit(source, '}')
}

function writeTags(source: Source, layout: StructLayout, value: string): void {
  const unknown = fresh(source, 'u')
  emit(source, `const ${unknown} = ${value}.unknownTags`)
  if (layout.tagged.length === 0) {
    ensure(source, 5)
    emit(source, `if (${unknown} === undefined) b[p++] = 0; else {`)
    emit(source, `p = putVarint(b, p, ${unknown}.length)`)
    emit(source, `w.position = p; putUnknownTags(w, ${unknown}, 0, Infinity); ${reload}`, '}')
    return
  }
  const count = fresh(source, 'n')
  const next = fresh(source, 'k')
  emit(source, `let ${next} = 0, ${count} = ${unknown} === undefined ? 0 : ${unknown}.length`)
  const fields = layout.tagged.map((field) => {
    const x = load(source, field, value)
    const there = fresh(source, 'h')
    emit(source, `const ${there} = ${differs(source, field, x)}`, `if (${there}) ${count}++`)
    return { field, x, there }
  })
  ensure(source, 5)
  emit(source, `p = putVarint(b, p, ${count})`, `if (${count} !== 0) {`)
  const unknownBefore = (tag: string): void =>
    emit(
      source,
      `if (${unknown} !== undefined) { w.position = p; ${next} = putUnknownTags(w, ${unknown}, ${next}, ${tag}); ${reload} }`,
    )
  for (const { field, x, there } of fields) {
    unknownBefore(String(field.tag))
    emit(source, `if (${there}) {`)
    writeTagged(source, field, x)
    emit(source, '}')
  }
  unknownBefore('Infinity')
  emit(source, '}')
}

function writeTagged(source: Source, field: FieldLayout, x: string): void {
  const size = field.kind === 'scalar' ? fixedSize(field.scalar) : null
  ensure(source, 26)
  emit(source, `p = putVarint(b, p, ${field.tag})`)
  if (size !== null) {
    emit(source, `b[p++] = ${size}`)
    writeFixed(source, field, x, 0)
    emit(source, `p += ${size}`)
    return
  }
  const offset = fresh(source, 'q')
  emit(source, `const ${offset} = p++ - w.start`)
  if (field.kind === 'struct' && field.nullable) {
    emit(source, `if (${x} === null) b[p++] = 0; else {`, 'b[p++] = 1')
    writeStruct(source, structOf(field), x)
    emit(source, '}')
  } else writeField(source, field, true, x)
  emit(source, `w.position = p; closeTag(w, ${offset}); ${reload}`)
}

/** Fields that this version lacks: a value that is not the default is an error, unless the field is ignorable. */
function refuseAbsent(source: Source, layout: StructLayout, value: string): void {
  for (const field of layout.all) {
    if (field.present || field.ignorable) continue
    const x = load(source, field, value)
    emit(source, `if (${differs(source, field, x)}) refuseValue(${JSON.stringify(field.path)})`)
  }
}

/** An expression that is true when the value in `x`, which is not undefined, differs from the field's default. */
function differs(source: Source, field: FieldLayout, x: string): string {
  if (field.default === null) return `${x} !== null`
  switch (field.kind) {
    case 'scalars':
    case 'structs':
      return `(${x} === null || ${x}.length !== 0)`
    case 'struct': {
      const members = structOf(field).all.map(
        (member) =>
          `(${x}.${member.name} !== undefined && ${differs(source, member, `${x}.${member.name}`)})`,
      )
      return `(${x} === null || ${x}.unknownTags !== undefined || ${members.join(' || ')})`
    }
    case 'scalar':
      if (field.scalar === 'records') return `${x} !== null`
      if (field.scalar === 'bytes') return `(${x} === null || ${x}.length !== 0)`
      return `${x} !== ${defaultSource(field, (long) => longLiteral(source, long))}`
  }
}

function structOf(field: FieldLayout): StructLayout {
  if (field.struct === null) throw new Error(`${field.path} is no struct`)
  return field.struct
}
