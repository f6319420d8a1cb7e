import type { BatchFacts } from '../../client/consumed-record.ts'
import type { RecordHeader } from '../../records/record.ts'
import { usageError } from '../cli-error.ts'
import { numberFormat } from './number-format.ts'
import { parseTemplate, type Token } from './template.ts'
import { timeFormat } from './time-format.ts'

/** What a format can print of a record. Numbers that are not known are -1. */
export interface PrintableRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly RecordHeader[]
  readonly batch: BatchFacts | null
  /** How many records were printed, this one included. */
  readonly count: number
  readonly logStartOffset: number
  readonly lastStableOffset: number
  readonly highWatermark: number
}

/** Appends the record's bytes to `parts`. */
export type RecordFormat = (record: PrintableRecord, parts: (string | Buffer)[]) => void

type Text = (record: PrintableRecord) => Buffer | string | null
type Count = (record: PrintableRecord) => number

const texts: Readonly<Record<string, Text>> = {
  t: (record) => record.topic,
  k: (record) => record.key,
  v: (record) => record.value,
}

const numbers: Readonly<Record<string, Count>> = {
  T: (record) => Buffer.byteLength(record.topic),
  K: (record) => record.key?.length ?? 0,
  V: (record) => record.value?.length ?? 0,
  H: (record) => record.headers.length,
  p: (record) => record.partition,
  o: (record) => record.offset,
  e: (record) => record.batch?.leaderEpoch ?? -1,
  x: (record) => record.batch?.producerId ?? -1,
  y: (record) => record.batch?.producerEpoch ?? -1,
  i: (record) => record.count,
  '[': (record) => record.logStartOffset,
  '|': (record) => record.lastStableOffset,
  ']': (record) => record.highWatermark,
}

const attributes: Readonly<Record<string, (batch: BatchFacts) => string | number>> = {
  compression: (batch) => batch.compression,
  'timestamp-type': (batch) => (batch.logAppendTime ? 'LogAppendTime' : 'CreateTime'),
  'transactional-bit': (batch) => (batch.transactional ? 1 : 0),
  'control-bit': (batch) => (batch.control ? 1 : 0),
}

/** Compiles a format such as `%p %o %k %v\n`; a usage error says what is wrong with it. */
export function compileRecordFormat(format: string): RecordFormat {
  return compile(parseTemplate(format))
}

function compile(tokens: readonly Token[]): RecordFormat {
  const pieces = tokens.map((token): RecordFormat => {
    if (token.kind === 'text') return (_, parts) => void parts.push(token.bytes)
    return compileVerb(token.verb, token.modifier)
  })
  return (record, parts) => {
    for (const piece of pieces) piece(record, parts)
  }
}

function compileVerb(verb: string, modifier: string | null): RecordFormat {
  const text = texts[verb]
  if (text !== undefined) {
    const encode = textFormat(verb, modifier)
    return (record, parts) => {
      const value = text(record)
      if (value !== null) parts.push(encode(typeof value === 'string' ? Buffer.from(value) : value))
    }
  }
  const number = numbers[verb]
  if (number !== undefined) {
    const print = numberFormat(verb, modifier)
    return (record, parts) => void parts.push(print(number(record)))
  }
  if (verb === 'd') {
    const print = timeFormat(modifier)
    return (record, parts) => void parts.push(print(record.timestamp))
  }
  if (verb === 'h') return compileHeaders(modifier)
  if (verb === 'a') return compileAttribute(modifier)
  throw usageError(
    `%${verb} is no verb; there are %t %T %k %K %v %V %h %H %p %o %e %d %a %x %y %i %[ %| %] %% %{ %}`,
  )
}

function textFormat(verb: string, modifier: string | null): (bytes: Buffer) => string | Buffer {
  switch (modifier) {
    case null:
    case '':
      return (bytes) => bytes
    case 'hex':
      return (bytes) => bytes.toString('hex')
    case 'base64':
      return (bytes) => bytes.toString('base64')
    case 'base64raw':
      return (bytes) => bytes.toString('base64').replace(/=+$/, '')
    default:
      throw usageError(`%${verb}{${modifier}} is no text format; there are hex, base64, base64raw`)
  }
}

/** `%h{ %k=%v }`: the format in the braces, once for each header. */
function compileHeaders(modifier: string | null): RecordFormat {
  if (modifier === null || modifier === '')
    throw usageError('%h needs a format for each header, as in %h{%k=%v }')
  const inner = parseTemplate(modifier)
  for (const token of inner) {
    if (token.kind === 'verb' && !'kKvV'.includes(token.verb)) {
      throw usageError(`%h{${modifier}}: a header has %k %K %v %V, no %${token.verb}`)
    }
  }
  const format = compile(inner)
  return (record, parts) => {
    for (const { key, value } of record.headers) format({ ...record, key: Buffer.from(key), value }, parts)
  }
}

function compileAttribute(modifier: string | null): RecordFormat {
  const [name = '', ...rest] = (modifier ?? '').split(';')
  const attribute = attributes[name]
  if (attribute === undefined) {
    throw usageError(`%a{${modifier ?? ''}} is no attribute; there are ${Object.keys(attributes).join(', ')}`)
  }
  const print = numberFormat('a', rest[0] ?? null)
  return (record, parts) => {
    if (record.batch === null) return
    const value = attribute(record.batch)
    parts.push(typeof value === 'number' ? print(value) : value)
  }
}
