import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** The lines of a vector file; whole numbers are bigint, so that none loses digits, and all others are number. */
export function readVectors<T>(name: string): T[] {
  const text = gunzipSync(readFileSync(join(import.meta.dirname, `${name}.jsonl.gz`))).toString()
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line, withSource(exactNumber)))
}

type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown

/** JSON.parse hands the source text to its reviver; TypeScript's library does not know that yet. */
function withSource(reviver: Reviver): (key: string, value: unknown) => unknown {
  return reviver as (key: string, value: unknown) => unknown
}

function exactNumber(_key: string, value: unknown, context: { readonly source: string }): unknown {
  return typeof value === 'number' && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value
}
