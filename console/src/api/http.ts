import { parseJson } from './exact-json.ts'

/** A problem document (RFC 9457) of the server, or what stands for one when there is no answer at all. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  /** Where in a query string the problem lies, counted from 0; null when it lies nowhere in particular. */
  readonly position: number | null

  constructor(code: string, status: number, message: string, position: number | null = null) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.position = position
  }
}

interface ProblemBody {
  readonly code?: string
  readonly title?: string
  readonly detail?: string
  readonly position?: number
}

/** The folder that the console is served from, with a slash at its end; another one than / behind a proxy. */
export const basePath = new URL(document.baseURI).pathname.replace(/[^/]*$/, '')

/** The address of a path of the API, which lies beside the console under whatever prefix. */
export function apiUrl(path: string): string {
  return new URL(path.replace(/^\//, ''), new URL(basePath, location.origin)).href
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return answerOf<T>(
    await reach(path, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) }),
  )
}

export async function sendJson<T>(
  method: string,
  path: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const init: RequestInit = {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  }
  return answerOf<T>(await reach(path, init))
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(apiUrl(path), init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError('UNREACHABLE', 0, 'The server does not answer. Is it still running?')
  }
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- The caller names the form that the API documents for this path.
async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text()
  if (!response.ok) throw problemOf(response, text)
  return parseJson(text) as T
}

function problemOf(response: Response, text: string): ApiError {
  let body: ProblemBody = {}
  try {
    body = JSON.parse(text) as ProblemBody
  } catch {
    // A proxy between here and the server answered with something of its own.
  }
  const message = body.detail ?? body.title ?? `The server answered with status ${response.status}.`
  return new ApiError(body.code ?? 'UNKNOWN', response.status, message, body.position ?? null)
}
