const problem = {
  description: 'A problem; `code` says which.',
  content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
} as const

/** The answers of a route for the OpenAPI document: one in JSON when it goes well, and problems. */
export function answers(status: number, description: string, schema: object) {
  return answersInTypes(status, description, { 'application/json': schema })
}

/** The same for other content types, each with its schema; none at all for an answer without a body. */
export function answersInTypes(
  status: number,
  description: string,
  schemas: Readonly<Record<string, object>>,
) {
  const content = Object.fromEntries(
    Object.entries(schemas).map(([type, schema]) => [type, { schema: withRequired(schema) }]),
  )
  const body = Object.keys(schemas).length === 0 ? {} : { content }
  return { [status]: { description, ...body }, default: problem }
}

/** Answers have all their properties, but where the schema says itself which ones are always there. */
function withRequired(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withRequired)
  if (typeof schema !== 'object' || schema === null) return schema
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, withRequired(value)]))
  const { properties } = schema as { readonly properties?: object }
  return properties === undefined || 'required' in copy
    ? copy
    : { ...copy, required: Object.keys(properties) }
}
