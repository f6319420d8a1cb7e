import { formatAddress, parseAddress } from '../config/address.ts'
import { CliError, usageError } from './cli-error.ts'
import { commandName } from './command-name.ts'

const DEFAULT_HTTP = '127.0.0.1:8080'

/** Options of commands that talk to the HTTP API. */
export interface HttpOptions {
  readonly http?: string
}

export const HTTP_OPTION = [
  '--http <host:port>',
  `the server's HTTP address; $CHRONIK_HTTP, else ${DEFAULT_HTTP}`,
] as const

/** The HTTP API of a server. Problems that it answers with become errors of one sentence. */
export class HttpApi {
  readonly #address: string

  constructor(options: HttpOptions) {
    const text = options.http ?? process.env['CHRONIK_HTTP'] ?? DEFAULT_HTTP
    const address = parseAddress(text.replace(/^http:\/\//, '').replace(/\/$/, ''))
    if (address === null)
      throw usageError(`"${text}" is no HTTP address; expected host:port, as in ${DEFAULT_HTTP}`)
    this.#address = formatAddress(address)
  }

  async get(path: string, query: Readonly<Record<string, string>> = {}): Promise<Response> {
    return await this.#request(`${path}?${new URLSearchParams(query).toString()}`, {})
  }

  async post(path: string, body: unknown, accept = 'application/json'): Promise<Response> {
    const headers = { 'content-type': 'application/json', accept }
    return await this.#request(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  async #request(path: string, init: RequestInit): Promise<Response> {
    let response: Response
    try {
      response = await fetch(`http://${this.#address}${path}`, init)
    } catch (error) {
      const way = `start a server with "${commandName()} start", or name another one with --http host:port`
      throw new CliError(`no server answers at http://${this.#address}; ${way}`, 1, { cause: error })
    }
    if (response.ok) return response
    throw await problemOf(response)
  }
}

async function problemOf(response: Response): Promise<CliError> {
  const text = await response.text()
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true
  const detail = isProblem ? (JSON.parse(text) as { readonly detail: string }).detail : text.slice(0, 200)
  return new CliError(detail, response.status === 400 ? 2 : 1)
}
