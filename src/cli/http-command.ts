import type { Command } from 'commander'
import { CliError } from './cli-error.ts'

const DEFAULT_HTTP = 'http://127.0.0.1:8080'

/** Options of every command that asks a server over its HTTP port. */
export interface HttpCommandOptions {
  readonly url?: string
}

export function addHttpOptions(command: Command): Command {
  return command.option('--url <url>', `HTTP address of the server; $CHRONIK_URL, else ${DEFAULT_HTTP}`)
}

/** Asks the server; the answer is what its OpenAPI document says. A problem that it answers with becomes the failure. */
export async function httpRequest<T>(
  options: HttpCommandOptions,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<T> {
  const named = options.url ?? process.env['CHRONIK_URL'] ?? DEFAULT_HTTP
  const base = /^https?:\/\//.test(named) ? named : `http://${named}`
  const response = await send(base, method, path, body)
  const text = await response.text()
  if (response.ok) return parse(base, text) as T
  const problem = parse(base, text) as { readonly detail?: string; readonly title?: string }
  throw new CliError(problem.detail ?? problem.title ?? `${base} answered with status ${response.status}`)
}

async function send(base: string, method: string, path: string, body: unknown): Promise<Response> {
  const init =
    body === undefined
      ? { method }
      : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  try {
    return await fetch(new URL(path, base), init)
  } catch (error) {
    throw new CliError(
      `no answer from ${base}: is the server running there? Name another address with --url`,
      1,
      { cause: error },
    )
  }
}

function parse(base: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CliError(`${base} answered with something else than JSON; is it Chronik's HTTP port?`, 1, {
      cause: error,
    })
  }
}
