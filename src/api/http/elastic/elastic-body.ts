import { ElasticError } from './elastic-error.ts'

/** The JSON of a body; undefined when there is none. @throws ElasticError */
export function jsonOf(body: Buffer | null): unknown {
  if (body === null || body.length === 0) return undefined
  try {
    return JSON.parse(body.toString())
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new ElasticError(400, 'x_content_parse_exception', error.message)
  }
}

/** The JSON object of a body, empty when there is none. @throws ElasticError */
export function objectOf(body: Buffer | null): Readonly<Record<string, unknown>> {
  const json = jsonOf(body) ?? {}
  if (typeof json === 'object' && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>
  throw new ElasticError(400, 'parsing_exception', 'the body must be a JSON object')
}

const LINE_FEED = 0x0a

/** The lines of a body without their ends; views. Empty ones are left out. */
export function linesOf(body: Buffer | null): Buffer[] {
  const lines: Buffer[] = []
  if (body === null) return lines
  let from = 0
  while (from < body.length) {
    let end = body.indexOf(LINE_FEED, from)
    if (end < 0) end = body.length
    const line = body.subarray(from, body[end - 1] === 0x0d ? end - 1 : end)
    if (line.length > 0) lines.push(line)
    from = end + 1
  }
  return lines
}
