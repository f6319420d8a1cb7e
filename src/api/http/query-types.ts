interface QuerySchema {
  readonly properties?: Readonly<Record<string, { readonly type?: unknown }>>
}

/**
 * Turns parameters that the schema calls numbers and booleans into such, where their text is one; the others are left for the
 * validator to refuse. Ajv could do it, but in bodies as well, where "3" is not 3 and null is not 0.
 */
export function typedQuery(
  query: Readonly<Record<string, unknown>>,
  schema: QuerySchema,
): Record<string, unknown> {
  const typed: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(query))
    typed[name] = typedValue(value, schema.properties?.[name]?.type)
  return typed
}

function typedValue(value: unknown, type: unknown): unknown {
  if (typeof value !== 'string') return value
  if (type === 'integer' && /^-?\d{1,15}$/.test(value)) return Number(value)
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}
