import type { StoredDocument } from './messages.ts'

/** Whether a record has the string as a whole value of the field: what an index that keeps hashes of strings has to ask the log. */
export function hasString(record: Omit<StoredDocument, 'highlight'>, field: string, value: string): boolean {
  if (field === '_key') return textOf(record.key) === value
  const headerName = field.startsWith('_headers.') ? field.slice('_headers.'.length) : null
  if (headerName !== null)
    return record.headers.some(({ key, value: bytes }) => key === headerName && textOf(bytes) === value)
  const text = textOf(record.value)
  if (text === null) return false
  if (!record.valueIsJson) return field === '_value' && text === value
  return stringsAt(JSON.parse(text), '', field).some((found) => found === value)
}

/** Strings under a dotted name; arrays give several, and a name may itself have dots. */
function stringsAt(node: unknown, path: string, field: string): string[] {
  if (typeof node === 'string') return path === field ? [node] : []
  if (Array.isArray(node)) return node.flatMap((element) => stringsAt(element, path, field))
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, value]) => {
    const inner = path === '' ? name : `${path}.${name}`
    return field === inner || field.startsWith(`${inner}.`) ? stringsAt(value, inner, field) : []
  })
}

function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}
