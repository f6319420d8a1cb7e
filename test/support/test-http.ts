import assert from 'node:assert/strict'
import type { XStatic } from 'typebox/schema'
import type { HttpLimits } from '../../src/api/http/http-limits.ts'
import { startHttpServer, type RunningHttp } from '../../src/api/http/http-server.ts'
import type { HttpDeps, Readiness } from '../../src/api/http/http-deps.ts'
import type { Problem } from '../../src/api/http/problem.ts'
import type { Broker } from '../../src/broker/broker.ts'
import { openTestBroker } from './test-broker.ts'

/** What the schema of an answer describes, with all its properties. */
export type AnswerOf<S> = Complete<XStatic<S>>

type Complete<T> = T extends readonly (infer E)[]
  ? readonly Complete<E>[]
  : T extends object
    ? { readonly [K in keyof T]-?: Complete<T[K]> }
    : T

/** A broker behind a real HTTP port. */
export interface TestHttp extends AsyncDisposable {
  readonly broker: Broker
  readonly server: RunningHttp
  readonly port: number
  readonly url: string
  /** What /readyz hears from the server. */
  readiness: Readiness
  fetch(path: string, init?: TestInit): Promise<Response>
  /** The JSON of a 2xx answer; fails for other statuses. */
  get<T>(path: string): Promise<T>
  send<T>(method: string, path: string, body: unknown): Promise<T>
  /** The problem of an answer with this status; fails when it is none. */
  problem(status: number, path: string, init?: TestInit): Promise<Problem>
}

export interface TestInit {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly signal?: AbortSignal
}

export async function openTestHttp(
  limits: Partial<HttpLimits> = {},
  more: Pick<HttpDeps, 'consoleFolder'> = {},
): Promise<TestHttp> {
  const opened = await openTestBroker()
  const { broker } = opened
  const ready = (): Readiness => http.readiness
  const server = await startHttpServer(
    { broker, ready, search: null, ...more },
    { host: '127.0.0.1', port: 0, limits },
  )
  const url = `http://127.0.0.1:${server.port}`
  const http: TestHttp = {
    broker,
    server,
    port: server.port,
    url,
    readiness: { ready: true, reasons: [] },
    fetch: (path, init) => fetch(`${url}${path}`, init),
    get: async <T>(path: string) => successOf<T>(await http.fetch(path)),
    send: async <T>(method: string, path: string, body: unknown) =>
      successOf<T>(await http.fetch(path, jsonInit(method, body))),
    problem: async (status, path, init) => problemOf(await http.fetch(path, init), status),
    async [Symbol.asyncDispose]() {
      await server.close(0)
      await opened[Symbol.asyncDispose]()
    },
  }
  return http
}

export function jsonInit(method: string, body: unknown): TestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

export function textInit(method: string, type: string, body: string): TestInit {
  return { method, headers: { 'content-type': type }, body }
}

async function successOf<T>(response: Response): Promise<T> {
  const text = await response.text()
  assert.ok(response.ok, `${response.status} ${text}`)
  return parsed<T>(text)
}

/** Checks what holds for every problem, too. */
async function problemOf(response: Response, status: number): Promise<Problem> {
  const text = await response.text()
  assert.equal(response.status, status, text)
  assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8')
  const problem = parsed<Problem>(text)
  assert.equal(problem.status, status)
  assert.match(problem.code, /^[A-Z][A-Z_]+$/)
  assert.equal(problem.type, `urn:chronik:problem:${problem.code.toLowerCase().replaceAll('_', '-')}`)
  for (const sentence of [problem.title, problem.detail, problem.instance])
    assert.equal(typeof sentence, 'string')
  assert.equal(typeof problem.retriable, 'boolean')
  return problem
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- JSON as what the test takes it for; its assertions see whether it is.
export function parsed<T>(text: string): T {
  return JSON.parse(text) as T
}

/** The element at the index, which must be there. */
export function elementAt<T>(list: readonly T[], index: number): T {
  const element = list[index]
  if (element === undefined)
    throw new assert.AssertionError({ message: `there is no element ${index} of ${list.length}` })
  return element
}
