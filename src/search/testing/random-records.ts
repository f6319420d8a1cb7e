import fc from 'fast-check'
import type { LogRecord } from '../../records/record.ts'
import type { NaiveDocument } from './naive-fields.ts'

const word = fc.constantFrom('alpha', 'Beta', 'gamma', 'Ünï', '日本', 'x1', 'the', 'error', '404', 'a\u0000b')
const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '))
const date = fc.constantFrom(
  '2026-11-21',
  '2026-11-21T10:15:30Z',
  '2026-11-21T10:15:30.5+01:00',
  '2026-13-01',
)
const leaf = fc.oneof(
  text,
  date,
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1000, max: 100_000 }).map((value) => value / 100),
  fc.boolean(),
  fc.constant(null),
  fc.string({ minLength: 250, maxLength: 300 }),
)
const key = fc.constantFrom('a', 'b', 'level', 'msg', 'ünï', 'with space', 'q"uote', 'x.y', '')
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  ),
})).value
export const randomDocument = fc.record({
  key: fc.option(text),
  header: fc.option(text),
  value: fc.dictionary(key, json, { maxKeys: 6 }),
  gap: fc.constantFrom(1, 1, 1, 3),
  timestamp: fc.integer({ min: 0, max: 2 ** 41 }),
})

type RandomDocument = typeof randomDocument extends fc.Arbitrary<infer T> ? T : never

/** The same documents as plain values and as records of a log that starts at offset 100. */
export function bothForms(
  documents: readonly RandomDocument[],
  pretty: boolean,
): { readonly naive: readonly NaiveDocument[]; readonly log: readonly LogRecord[] } {
  let offset = 100
  const naive: NaiveDocument[] = []
  const log: LogRecord[] = []
  for (const { key, header, value, gap, timestamp } of documents) {
    offset += gap
    const headers = header === null ? {} : { trace: header }
    naive.push({ offset, timestamp, key, headers, value })
    log.push({
      offset,
      timestamp,
      key: key === null ? null : Buffer.from(key),
      value: Buffer.from(JSON.stringify(value, null, pretty ? 2 : 0)),
      headers: Object.entries(headers).map(([key, value]) => ({ key, value: Buffer.from(value) })),
    })
  }
  return { naive, log }
}
