export type LogFields = Readonly<Record<string, unknown>>

/** Keys whose values never reach a log, whatever they hold. */
const SECRET = /pass(word|phrase)|secret|token|credential|authorization|jaas|private.?key/i

const MAX_DEPTH = 4
const MAX_ELEMENTS = 50
const MAX_TEXT = 2000

/** Keys that every line has; a field of that name gets an underscore, or the line would have the key twice. */
const RESERVED: ReadonlySet<string> = new Set(['level', 'time', 'component', 'message'])

/** Fields as plain JSON values: secrets blanked, bytes and long texts cut, errors with their code and cause. */
export function plainFields(fields: LogFields): Record<string, unknown> {
  const plain = plainObject(fields, 0)
  return Object.fromEntries(
    Object.entries(plain).map(([key, value]) => [RESERVED.has(key) ? `${key}_` : key, value]),
  )
}

function plainObject(fields: LogFields, depth: number): Record<string, unknown> {
  const plain: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(fields).slice(0, MAX_ELEMENTS)) {
    plain[key] = SECRET.test(key) ? '[redacted]' : plainValue(value, depth)
  }
  return plain
}

function plainValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cut(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error) return plainError(value, depth)
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (depth >= MAX_DEPTH) return '[nested]'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString()
  if (value instanceof Map) return plainObject(Object.fromEntries(value), depth + 1)
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].slice(0, MAX_ELEMENTS).map((element) => plainValue(element, depth + 1))
  }
  return plainObject({ ...value }, depth + 1)
}

function plainError(error: Error, depth: number): Record<string, unknown> {
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    type: error.name,
    message: cut(error.message),
    ...(code === undefined ? {} : { code: plainValue(code, depth + 1) }),
    ...(error.stack === undefined ? {} : { stack: cut(error.stack) }),
    ...(error.cause === undefined || depth >= MAX_DEPTH ? {} : { cause: plainValue(error.cause, depth + 1) }),
  }
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}… (${text.length} characters)`
}
