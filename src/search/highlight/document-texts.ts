/** A record as it is shown: its value is JSON, or text. */
export interface HighlightDocument {
  readonly key: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly value: unknown
}

const DEPTH_MAX = 100

/** The strings of each field, named as the mapping names them. */
export function documentTexts(document: HighlightDocument): ReadonlyMap<string, readonly string[]> {
  const texts = new Map<string, string[]>()
  const add = (field: string, text: string): void => {
    const list = texts.get(field)
    if (list === undefined) texts.set(field, [text])
    else list.push(text)
  }
  const walk = (field: string, value: unknown, depth: number): void => {
    if (typeof value === 'string') add(field === '' ? '_value' : field, value)
    else if (depth > DEPTH_MAX || typeof value !== 'object' || value === null) return
    else if (Array.isArray(value)) for (const element of value) walk(field, element, depth + 1)
    else
      for (const [name, member] of Object.entries(value))
        walk(field === '' ? name : `${field}.${name}`, member, depth + 1)
  }
  if (document.key !== null) add('_key', document.key)
  for (const [name, value] of Object.entries(document.headers)) add(`_headers.${name}`, value)
  walk('', document.value, 0)
  return texts
}
