import type { FastifyError, FastifyRequest } from 'fastify'
import { didYouMean } from '../../util/suggest.ts'
import type { HttpLimits } from './http-limits.ts'
import { mediaType } from './media-type.ts'
import { searchProblem } from './search/search-problem.ts'
import { expectedProblem, httpProblem, type ProblemError, type ProblemItem } from './problem.ts'

type Violation = NonNullable<FastifyError['validation']>[number] & {
  /** What Ajv adds with `verbose`. */
  readonly data?: unknown
  readonly parentSchema?: { readonly properties?: object }
}

/** The problem that a failed request is answered with, or null when nobody foresaw the error. */
export function requestProblem(
  error: FastifyError,
  request: FastifyRequest,
  limits: HttpLimits,
): ProblemError | null {
  const expected = expectedProblem(error) ?? searchProblem(error)
  if (expected !== null) return expected
  if (error.validation !== undefined)
    return violationProblem(error.validation, error.validationContext ?? 'body')
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return httpProblem(
        'BODY_TOO_LARGE',
        `the body has more than ${limits.bodyBytes} bytes; send records in several requests, or as a stream with "Content-Type: application/x-ndjson"`,
      )
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_CONTENT_TYPE':
      return httpProblem(
        'UNSUPPORTED_MEDIA_TYPE',
        mediaTypeDetail(mediaType(request.headers['content-type'])),
      )
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return httpProblem('MALFORMED_REQUEST', error.message)
    default:
      return null
  }
}

function mediaTypeDetail(type: string): string {
  const sent = type === '' ? 'the body has no content type' : `"${type}" is not understood here`
  const curl = type === 'application/x-www-form-urlencoded' ? ' (with curl: --json instead of -d)' : ''
  return `${sent}; send "Content-Type: application/json"${curl}`
}

function violationProblem(violations: readonly Violation[], context: string): ProblemError {
  const code = context === 'body' ? 'INVALID_BODY' : 'INVALID_PARAMETER'
  const items = violations.map((violation) => violationItem(violation, context))
  return httpProblem(code, items.map(({ detail }) => detail).join('; '), { errors: items })
}

function violationItem(violation: Violation, context: string): ProblemItem {
  const { instancePath, keyword, params, message = 'is not valid' } = violation
  const at = context === 'body' ? instancePath : instancePath.replace('/', '')
  const name = nameOf(instancePath, context)
  if (keyword === 'additionalProperties' && typeof params['additionalProperty'] === 'string') {
    const unknown = params['additionalProperty']
    const known = Object.keys(violation.parentSchema?.properties ?? {})
    const hint = didYouMean(unknown, known) || `; there are ${known.join(', ')}`
    const what =
      context === 'body' ? `${name} has no field "${unknown}"` : `there is no parameter "${unknown}"`
    return { at: context === 'body' ? `${at}/${unknown}` : unknown, detail: `${what}${hint}` }
  }
  const allowed =
    keyword === 'enum' && Array.isArray(params['allowedValues'])
      ? `: ${params['allowedValues'].join(', ')}`
      : ''
  const data = keyword === 'required' || violation.data === undefined ? '' : `, not ${shown(violation.data)}`
  return { at, detail: `${name} ${message}${allowed}${data}` }
}

function nameOf(instancePath: string, context: string): string {
  if (instancePath === '') return context === 'body' ? 'the body' : 'the request'
  return context === 'body' ? instancePath.slice(1).replaceAll('/', '.') : instancePath.slice(1)
}

const SHOWN_CHARACTERS = 80

function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`
}
