/** What ECMAScript 2026 adds to JSON; TypeScript's library does not know it yet. */
interface SourceText {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source: string }) => unknown,
  ): unknown
  rawJSON(text: string): object
  isRawJSON(value: unknown): boolean
}

// Node 26 has these functions.
const json = JSON as unknown as SourceText

/** Numbers that may not survive a round trip through a double as they are written. */
const riskyNumber = /\d{16}|\d[.eE]|-0/

/**
 * Parses JSON such that `JSON.stringify` writes every number with the digits that it came with, although most are plain numbers
 * meanwhile: ids beyond 2^53 and prices such as 1.10 must not change on their way into a record.
 * @throws SyntaxError; RangeError when values are nested too deeply
 */
export function parseExactJson(text: string): unknown {
  return riskyNumber.test(text) ? json.parse(text, keepDigits) : JSON.parse(text)
}

/** Whether the value is a number that was kept as text. */
export function isExactNumber(value: unknown): boolean {
  return json.isRawJSON(value)
}

function keepDigits(_key: string, value: unknown, context: { readonly source: string }): unknown {
  if (typeof value !== 'number' || String(value) === context.source) return value
  return json.rawJSON(context.source)
}
