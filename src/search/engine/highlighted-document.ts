import { isUtf8 } from 'node:buffer'
import type { HighlightDocument } from '../highlight/document-texts.ts'
import type { PlainDocument } from './document-reader.ts'

/** A record as highlighting reads it; bytes that are no text are left out. */
export function highlightDocument({ key, value, valueIsJson, headers }: PlainDocument): HighlightDocument {
  const text = textOf(value)
  return {
    key: textOf(key),
    value: text !== null && valueIsJson ? JSON.parse(text) : text,
    headers: Object.fromEntries(
      headers.flatMap((header) => {
        const headerText = textOf(header.value)
        return headerText === null ? [] : [[header.key, headerText]]
      }),
    ),
  }
}

function textOf(bytes: Uint8Array | null): string | null {
  return bytes !== null && isUtf8(bytes) ? Buffer.from(bytes).toString() : null
}
