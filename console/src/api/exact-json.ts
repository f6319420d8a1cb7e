/**
 * JSON whose numbers keep their digits: a number that a double would change (64-bit ids, long decimals) is read as an ExactNumber,
 * which holds its text.
 */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

export type Json =
  | null
  | boolean
  | number
  | string
  | ExactNumber
  | readonly Json[]
  | { readonly [name: string]: Json }

interface ReviverContext {
  readonly source?: string
}

/** @throws SyntaxError */
export function parseJson(text: string): unknown {
  const reviver = (_key: string, value: unknown, context?: ReviverContext): unknown => {
    if (typeof value !== 'number') return value
    const source = context?.source
    return source === undefined || keepsDigits(value, source) ? value : new ExactNumber(source)
  }
  // Only a text with a long run of digits can lose some, and the reviver costs several times what parsing does.
  return /\d[\d.]{15}/.test(text) ? JSON.parse(text, reviver) : JSON.parse(text)
}

function keepsDigits(value: number, source: string): boolean {
  if (Number.isSafeInteger(value)) return true
  if (/^-?\d+$/.test(source)) return false
  return String(value) === source || /e/i.test(source) || source.replace(/\D/g, '').length <= 15
}

/** The JSON text of what parseJson read, on one line or indented. */
export function jsonText(value: unknown, indent = 0, depth = 0): string {
  if (value instanceof ExactNumber) return value.text
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const pad = indent > 0 ? `\n${' '.repeat(indent * (depth + 1))}` : ''
  const end = indent > 0 ? `\n${' '.repeat(indent * depth)}` : ''
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return `[${value.map((item) => pad + jsonText(item, indent, depth + 1)).join(',')}${end}]`
  }
  const members = Object.entries(value)
  if (members.length === 0) return '{}'
  const colon = indent > 0 ? ': ' : ':'
  return `{${members.map(([name, item]) => `${pad}${JSON.stringify(name)}${colon}${jsonText(item, indent, depth + 1)}`).join(',')}${end}}`
}
