import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { parsed } from '../../../../test/support/test-http.ts'
import type { LogRecord } from '../../../records/record.ts'
import { parseExactJson } from './exact-json.ts'
import { incomingRecord } from './incoming-record.ts'
import { payloadSize, recordJson, valueFormats } from './outgoing-record.ts'

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  fc.json().map((text) => Buffer.from(text)),
)
const maybe = fc.option(bytes)
const headers = fc.array(
  fc.tuple(fc.string({ unit: 'grapheme' }), maybe).map(([key, value]) => ({ key, value })),
  { maxLength: 4 },
)
const timestamp = fc.oneof(fc.nat(), fc.constantFrom(-1, 0, 8_640_000_000_000_001))
const records: fc.Arbitrary<LogRecord> = fc.record({
  offset: fc.nat(),
  timestamp,
  key: maybe,
  value: maybe,
  headers,
})

describe('records as JSON', () => {
  it('come back as the same bytes in the formats text and base64', () => {
    fc.assert(
      fc.property(records, fc.constantFrom('text' as const, 'base64' as const), (record, format) => {
        const back = incomingRecord(parseExactJson(recordJson(3, record, payloadSize(record), format)))
        const { key, value, headers } = record
        assert.deepEqual(back, {
          key,
          value,
          headers,
          partition: 3,
          timestamp: record.timestamp < 0 ? null : record.timestamp,
        })
      }),
    )
  })

  it('are one line of valid JSON in every format', () => {
    fc.assert(
      fc.property(records, fc.constantFrom(...valueFormats), (record, format) => {
        const text = recordJson(0, record, payloadSize(record), format)
        assert.doesNotMatch(text, /[\r\n]/)
        assert.equal(parsed<LogRecord>(text).offset, record.offset)
      }),
    )
  })

  it('show JSON as it was written, on one line', () => {
    const value = Buffer.from('{\n  "id": 9007199254740993,\r\n\t"text": "a\\nb",\n "id": 1.0\n}\n')
    const text = recordJson(0, { offset: 0, timestamp: 0, key: null, value, headers: [] }, 0, 'auto')
    assert.ok(text.includes(String.raw`"value":{"id": 9007199254740993,"text": "a\nb","id": 1.0}`), text)
  })
})
