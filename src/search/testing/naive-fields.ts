export interface NaiveDocument {
  readonly offset: number
  readonly timestamp: number
  readonly key?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** A JSON value; a string is a record of plain text. */
  readonly value: unknown
}

/** Values of one field in one document, as the mapping sees them. */
export interface FieldValues {
  readonly texts: string[]
  readonly strings: string[]
  readonly numbers: number[]
  readonly dates: number[]
  readonly booleans: boolean[]
}

/** The mapping: what fields a record has, and of what types. */
export function naiveFields(
  document: NaiveDocument,
  topic: string,
  partition: number,
  ignoreAbove: number,
): Map<string, FieldValues> {
  const fields = new Map<string, FieldValues>()
  const at = (name: string): FieldValues => {
    const known = fields.get(name)
    if (known !== undefined) return known
    const made: FieldValues = { texts: [], strings: [], numbers: [], dates: [], booleans: [] }
    fields.set(name, made)
    return made
  }
  const exact = (name: string, text: string): void => {
    if (Buffer.byteLength(text) <= ignoreAbove) at(name).strings.push(text)
  }
  exact('_topic', topic)
  at('_partition').numbers.push(partition)
  at('_offset').numbers.push(document.offset)
  at('_timestamp').dates.push(document.timestamp)
  const string = (name: string, text: string): void => {
    at(name).texts.push(text)
    exact(name, text)
  }
  if (typeof document.key === 'string') string('_key', document.key)
  for (const [name, value] of Object.entries(document.headers ?? {})) string(`_headers.${name}`, value)
  const walk = (name: string, value: unknown): void => {
    if (typeof value === 'string') {
      string(name, value)
      const date = isoDate(value)
      if (date !== null) at(name).dates.push(date)
    } else if (typeof value === 'number') at(name).numbers.push(value)
    else if (typeof value === 'boolean') at(name).booleans.push(value)
    else if (Array.isArray(value)) for (const element of value) walk(name, element)
    else if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) walk(name === '' ? key : `${name}.${key}`, member)
  }
  if (typeof document.value === 'string') at('_value').texts.push(document.value)
  else
    walk(typeof document.value === 'object' && !Array.isArray(document.value) ? '' : '_value', document.value)
  return fields
}

const isoForm = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/

function isoDate(text: string): number | null {
  if (!isoForm.test(text)) return null
  const zoned = text.length === 10 || /Z$|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`
  const millis = Date.parse(zoned)
  return Number.isNaN(millis) ? null : millis
}
