import { usageError } from '../cli-error.ts'

/**
 * The grammar of format strings, which is rpk's: text with the escapes `\t \n \r \\ \xNN`, and verbs `%k` with an optional modifier
 * in braces, `%v{hex}`. `%%`, `%{` and `%}` stand for the characters themselves.
 */
export type Token =
  | { readonly kind: 'text'; readonly bytes: Buffer }
  | { readonly kind: 'verb'; readonly verb: string; readonly modifier: string | null }

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '\\': '\\' }
const literal = new Set(['%', '{', '}'])

/** Splits a format into text and verbs; a usage error names what is wrong and where. */
export function parseTemplate(format: string): Token[] {
  const tokens: Token[] = []
  let text: Buffer[] = []
  const flush = (): void => {
    if (text.length > 0) tokens.push({ kind: 'text', bytes: Buffer.concat(text) })
    text = []
  }
  let at = 0
  while (at < format.length) {
    const character = format.charAt(at)
    if (character === '\\') {
      const { bytes, next } = readEscape(format, at)
      text.push(bytes)
      at = next
    } else if (character === '%') {
      const verb = format.charAt(at + 1)
      if (verb === '') throw usageError(`format "${format}" ends with a lone %; write %% for the character`)
      if (literal.has(verb)) text.push(Buffer.from(verb))
      else {
        flush()
        const modifier = readModifier(format, at + 2)
        tokens.push({ kind: 'verb', verb, modifier })
        if (modifier !== null) at += modifier.length + 2
      }
      at += 2
    } else {
      const end = nextSpecial(format, at)
      text.push(Buffer.from(format.slice(at, end)))
      at = end
    }
  }
  flush()
  return tokens
}

function nextSpecial(format: string, from: number): number {
  const found = format.slice(from).search(/[\\%]/)
  return found < 0 ? format.length : from + found
}

function readEscape(format: string, at: number): { readonly bytes: Buffer; readonly next: number } {
  const letter = format.charAt(at + 1)
  const plain = escapes[letter]
  if (plain !== undefined) return { bytes: Buffer.from(plain), next: at + 2 }
  const hex = format.slice(at + 2, at + 4)
  if (letter === 'x' && /^[0-9a-fA-F]{2}$/.test(hex)) return { bytes: Buffer.from(hex, 'hex'), next: at + 4 }
  throw usageError(`format "${format}" has an unknown escape \\${letter}; there are \\t \\n \\r \\\\ \\xNN`)
}

/** What stands in the braces from `at`, or null when there are none. Braces inside must match, unless after a %. */
function readModifier(format: string, at: number): string | null {
  if (format.charAt(at) !== '{') return null
  let depth = 0
  for (let end = at; end < format.length; end++) {
    const character = format.charAt(end)
    if (character === '%' && literal.has(format.charAt(end + 1))) end++
    else if (character === '{') depth++
    else if (character === '}' && --depth === 0) return format.slice(at + 1, end)
  }
  throw usageError(`format "${format}" has a brace at ${at} that nothing closes; write %{ for the character`)
}
