import { isUtf8 } from 'node:buffer'
import type { LogRecord } from '../../../records/record.ts'
import { formatTimestamp } from '../timestamp.ts'

/**
 * How keys and values are shown. `text`: as a string; `json`: as the JSON value that the text is; `auto`: JSON objects and arrays as
 * what they are, other text as a string. Bytes that are no UTF-8 are in base64 whatever was asked for, under a name that says so.
 */
export const valueFormats = ['auto', 'json', 'text', 'base64'] as const

export type ValueFormat = (typeof valueFormats)[number]

/** Bytes of key, value and headers. */
export function payloadSize({ key, value, headers }: LogRecord): number {
  let size = (key?.length ?? 0) + (value?.length ?? 0)
  for (const header of headers) size += Buffer.byteLength(header.key) + (header.value?.length ?? 0)
  return size
}

/** The record as one line of JSON, without a line feed. JSON in values is passed on as it is, so that its numbers keep their digits. */
export function recordJson(partition: number, record: LogRecord, size: number, format: ValueFormat): string {
  const { offset, timestamp } = record
  const time = formatTimestamp(timestamp)
  const when =
    time === null
      ? `"timestamp":${timestamp < 0 ? 'null' : timestamp},"time":null`
      : `"timestamp":${timestamp},"time":"${time}"`
  const headers = record.headers.map(
    ({ key, value }) =>
      `{"key":${JSON.stringify(key)},${member('value', value, format === 'base64' ? 'base64' : 'text')}}`,
  )
  return `{"partition":${partition},"offset":${offset},${when},${member('key', record.key, format)},${member('value', record.value, format)},"headers":[${headers.join()}],"size":${size}}`
}

function member(name: string, bytes: Buffer | null, format: ValueFormat): string {
  if (bytes === null) return `"${name}":null`
  if (format === 'base64' || !isUtf8(bytes)) return `"${name}Base64":"${bytes.toString('base64')}"`
  const text = bytes.toString('utf8')
  return `"${name}":${jsonIn(text, format) ?? JSON.stringify(text)}`
}

/** The text itself, on one line, when it is JSON of the wanted kind. */
function jsonIn(text: string, format: ValueFormat): string | null {
  if (format === 'text') return null
  if (format === 'auto' && !/^\s*[[{]/.test(text)) return null
  try {
    JSON.parse(text)
  } catch (error) {
    // No JSON, or nested more deeply than anybody could read it: it is shown as text.
    if (error instanceof SyntaxError || error instanceof RangeError) return null
    throw error
  }
  // A line feed in JSON can only stand between tokens.
  return text.replaceAll(/[\r\n]+[ \t]*/g, '')
}
