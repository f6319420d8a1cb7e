import type { RecordHeader } from '../../../records/record.ts'
import { didYouMean } from '../../../util/suggest.ts'
import { isExactNumber } from './exact-json.ts'
import { parseTimestamp } from '../timestamp.ts'

/** A record as a caller sent it, before it has a partition. */
export interface IncomingRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly RecordHeader[]
  /** Null leaves it to the partitioner. */
  readonly partition: number | null
  /** Milliseconds since 1970; null takes the broker's clock. */
  readonly timestamp: number | null
}

/** What is wrong with one record; a sentence about the record, without its number. */
export class RecordFormError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'RecordFormError'
  }
}

type Fields = Readonly<Record<string, unknown>>

const fields: ReadonlySet<string> = new Set([
  'key',
  'keyBase64',
  'value',
  'valueBase64',
  'headers',
  'partition',
  'timestamp',
])

/** What a record that was read has beyond that. They are ignored, so that what was read can be sent again. */
const readFields: ReadonlySet<string> = new Set(['offset', 'time', 'size'])

/**
 * A record from its JSON form. A string is its own UTF-8 text; other JSON values are stored as compact JSON; null is null. Bytes that
 * are no text come in base64 under the names with `Base64`. A record without a value is refused: null deletes a key in a
 * compacted topic, and must not be sent by a typing error.
 * @throws RecordFormError
 */
export function incomingRecord(json: unknown): IncomingRecord {
  if (!isObject(json))
    throw new RecordFormError('it must be a JSON object such as {"key": "k", "value": "v"}')
  for (const name of Object.keys(json)) {
    if (fields.has(name) || readFields.has(name)) continue
    throw new RecordFormError(`"${name}" is no field of a record${didYouMean(name, fields)}`)
  }
  const value = bytesOf(json, 'value')
  if (value === undefined)
    throw new RecordFormError('it has no value; write "value": null for a record without one')
  return {
    key: bytesOf(json, 'key') ?? null,
    value,
    headers: headersOf(json['headers']),
    partition: partitionOf(json['partition']),
    timestamp: timestampOf(json['timestamp']),
  }
}

function isObject(json: unknown): json is Fields {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && !isExactNumber(json)
}

/** The bytes of `name` or of its base64 form; undefined when it has neither. */
function bytesOf(json: Fields, name: 'key' | 'value'): Buffer | null | undefined {
  const base64 = json[`${name}Base64`]
  const plain = json[name]
  if (base64 === undefined || base64 === null) {
    if (plain === undefined) return base64
    return plain === null ? null : textBytes(plain, name)
  }
  if (plain !== undefined && plain !== null) {
    throw new RecordFormError(`it has both "${name}" and "${name}Base64"; send one of them`)
  }
  return base64Bytes(base64, `${name}Base64`)
}

function textBytes(value: unknown, name: string): Buffer {
  const text = typeof value === 'string' ? value : jsonText(value, name)
  if (!text.isWellFormed()) {
    throw new RecordFormError(
      `"${name}" holds half of a surrogate pair, which is no text; send bytes as "${name}Base64"`,
    )
  }
  return Buffer.from(text, 'utf8')
}

function jsonText(value: unknown, name: string): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError)
      throw new RecordFormError(`"${name}" is nested too deeply; send it as a string`)
    throw error
  }
}

const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

function base64Bytes(value: unknown, name: string): Buffer {
  if (typeof value !== 'string') throw new RecordFormError(`"${name}" must be a string in base64`)
  const standard = value.replaceAll('-', '+').replaceAll('_', '/')
  if (!base64Form.test(standard)) throw new RecordFormError(`"${name}" is not base64 (RFC 4648)`)
  return Buffer.from(standard, 'base64')
}

const HEADERS_FORM = '"headers" must be {"name": "text"} or [{"key": "name", "value": "text"}]'

function headersOf(value: unknown): readonly RecordHeader[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.map(headerOf)
  if (!isObject(value)) throw new RecordFormError(HEADERS_FORM)
  return Object.entries(value).map(([key, text]) => ({
    key: headerKey(key),
    value: text === null ? null : textBytes(text, `headers.${key}`),
  }))
}

function headerOf(json: unknown): RecordHeader {
  if (!isObject(json) || typeof json['key'] !== 'string') throw new RecordFormError(HEADERS_FORM)
  for (const name of Object.keys(json)) {
    if (name !== 'key' && name !== 'value' && name !== 'valueBase64') {
      throw new RecordFormError(`"${name}" is no field of a header; it has key, value and valueBase64`)
    }
  }
  return { key: headerKey(json['key']), value: bytesOf(json, 'value') ?? null }
}

function headerKey(key: string): string {
  if (key.isWellFormed()) return key
  throw new RecordFormError('a header has a key that holds half of a surrogate pair, which is no text')
}

function partitionOf(value: unknown): number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw new RecordFormError(`"partition" must be a whole number from 0, not ${shown(value)}`)
}

function timestampOf(value: unknown): number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  const parsed = typeof value === 'string' ? parseTimestamp(value) : null
  if (parsed !== null) return parsed
  throw new RecordFormError(
    `"timestamp" must be milliseconds since 1970 or like "2026-01-31T12:00:00Z", not ${shown(value)}`,
  )
}

const SHOWN_CHARACTERS = 80

function shown(value: unknown): string {
  const text = jsonText(value, 'it')
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`
}
