import type { FieldSummary } from '../../../search/engine/messages.ts'

type Properties = Record<string, Property>

interface Property {
  type?: string
  fields?: object
  properties?: Properties
}

/** Fields as a mapping of Elasticsearch: paths become objects in objects. What every record has is not part of it. */
export function mappingsOf(fields: readonly FieldSummary[]): {
  readonly dynamic: string
  readonly properties: object
} {
  const top: Properties = newProperties()
  for (const { name, types } of fields) {
    if (name.startsWith('_') && !name.startsWith('_headers.') && name !== '_value') continue
    let level = top
    const path = name.split('.')
    for (const [depth, part] of path.entries()) {
      const property: Property = (level[part] ??= {})
      if (depth === path.length - 1) Object.assign(property, typeOf(types))
      else level = property.properties ??= newProperties()
    }
  }
  return { dynamic: 'true', properties: top }
}

/** Without a prototype, as fields may have any name. */
function newProperties(): Properties {
  return Object.create(null) as Properties
}

/** Of mixed types the widest: text holds all that a string may be, and a date is told from its text. */
function typeOf(types: readonly string[]): Property {
  const simple = ['date', 'text', 'keyword', 'double', 'long', 'boolean'].find((type) => types.includes(type))
  if (simple !== 'text') return simple === undefined ? {} : { type: simple }
  return types.includes('keyword')
    ? { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } }
    : { type: 'text' }
}
