/** A server that speaks Elasticsearch's HTTP: ours or the oracle. Both are asked by the same code. */
export interface Answer {
  readonly status: number
  readonly body: Json
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

export class Door {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const headers = { 'content-type': 'application/json' }
    const init = body === undefined ? { method } : { method, headers, body: text }
    const response = await fetch(`${this.#url}${path}`, init)
    const answer = await response.text()
    return { status: response.status, body: answer === '' ? null : (JSON.parse(answer) as Json) }
  }

  /** Asks for what must succeed. */
  async must(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await this.ask(method, path, body)
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 2000)}`)
    return answer.body
  }

  /** Writes documents, each with the head that it is given. */
  async bulk(path: string, lines: readonly (readonly [object, object])[]): Promise<void> {
    if (lines.length === 0) return
    const text = lines.map(([head, document]) => `${JSON.stringify(head)}\n${JSON.stringify(document)}\n`)
    const answer = await this.must('POST', path, text.join(''))
    if (member(answer, 'errors') !== false) throw new Error(JSON.stringify(answer).slice(0, 2000))
  }
}

/** A member of a JSON object by its path; null where there is none. */
export function member(json: Json | undefined, ...path: readonly string[]): Json {
  let at: Json = json ?? null
  for (const name of path) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return null
    at = (at as { readonly [name: string]: Json })[name] ?? null
  }
  return at
}

export function listOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? (json as readonly Json[]) : []
}

/** A string, or any other value as JSON. */
export function textOf(json: Json): string {
  return typeof json === 'string' ? json : JSON.stringify(json)
}
