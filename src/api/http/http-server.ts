import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Address } from '../../config/address.ts'
import { hostAllowed } from './host-check.ts'
import type { HttpDeps } from './http-deps.ts'
import { httpLimitsOf, type HttpLimits } from './http-limits.ts'
import { HttpMetrics, NO_ROUTE } from './http-metrics.ts'
import { httpProblem, PROBLEM_TYPE, type ProblemError } from './problem.ts'
import { securityHeaders } from './security-headers.ts'

type Socket = IncomingMessage['socket']
/** As much of a socket as an answer needs. */
type Writable = Pick<Socket, 'writable' | 'destroy' | 'end'>

type Listener = (request: IncomingMessage, response: ServerResponse) => void

export interface HttpServerOptions {
  /** Where to listen. Port 0 picks a free one. */
  readonly host: string
  readonly port: number
  readonly limits?: Partial<HttpLimits>
  /** What paths begin with that do not: a port that is for one part of the API alone. */
  readonly pathPrefix?: string
}

/** How often Node looks for requests whose head does not arrive. */
const SLOW_HEAD_CHECK_MS = 1000

/** What probes ask is answered however many requests there are. */
const probePaths: ReadonlySet<string | undefined> = new Set(['/livez', '/readyz', '/metrics'])

const DEFAULT_GRACE_MS = 5000

/**
 * The HTTP port. It listens at once; the routes, and the framework below them, are loaded by the first request, because that takes
 * longer than everything else at the start of the server.
 */
export class HttpServer implements AsyncDisposable {
  readonly #deps: HttpDeps
  readonly #limits: HttpLimits
  readonly #metrics: HttpMetrics
  readonly #server: Server
  readonly #stopping = new AbortController()
  #listenHost = ''
  readonly #pathPrefix: string
  #app: Promise<Listener> | null = null
  #active = 0
  #closing: Promise<void> | null = null

  constructor(deps: HttpDeps, limits: HttpLimits, pathPrefix = '') {
    this.#deps = deps
    this.#pathPrefix = pathPrefix
    this.#limits = limits
    this.#metrics = new HttpMetrics(deps.broker.metrics)
    this.#server = createServer(
      {
        headersTimeout: limits.headersMs,
        // Streams of records may take as long as they like; other bodies have a time limit of their own.
        requestTimeout: 0,
        keepAliveTimeout: limits.keepAliveMs,
        connectionsCheckingInterval: SLOW_HEAD_CHECK_MS,
      },
      (request, response) => this.#handle(request, response),
    )
    this.#server.maxConnections = limits.connections
    this.#server.timeout = limits.idleMs
    this.#server.on('connection', (socket) => this.#connected(socket))
    this.#server.on('drop', () => this.#metrics.rejected('limit'))
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
      answerBrokenRequest(error, socket),
    )
  }

  async listen(host: string, port: number): Promise<Address> {
    this.#listenHost = host
    const server = this.#server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    server.on('error', (error) => this.#deps.broker.log.error('the HTTP listener failed', { error }))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('a listening server has an address')
    return { host: address.address, port: address.port }
  }

  /** Stops accepting, lets reads that wait answer with what they have, and cuts off what is left after `graceMs`. */
  close(graceMs = DEFAULT_GRACE_MS): Promise<void> {
    this.#closing ??= this.#stop(graceMs)
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #stop(graceMs: number): Promise<void> {
    this.#stopping.abort()
    if (!this.#server.listening) return
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    const timer = this.#deps.broker.env.scheduler.after(graceMs, () => this.#server.closeAllConnections())
    await closed
    timer.cancel()
  }

  #connected(socket: Socket): void {
    this.#metrics.accepted.add(1)
    this.#metrics.connections.add(1)
    socket.once('close', () => this.#metrics.connections.add(-1))
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#refusal(request)
    if (refusal !== null) {
      this.#refuse(request, response, refusal)
      return
    }
    const { url = '/' } = request
    if (!url.startsWith(`${this.#pathPrefix}/`)) request.url = `${this.#pathPrefix}${url}`
    this.#active += 1
    this.#metrics.active.add(1)
    response.once('close', () => {
      this.#active -= 1
      this.#metrics.active.add(-1)
      // A connection that was busy when the server stopped is idle now, and nobody else would close it.
      if (this.#stopping.signal.aborted)
        this.#deps.broker.env.scheduler.endOfTurn(() => this.#server.closeIdleConnections())
    })
    this.#app ??= this.#load()
    this.#app.then(
      (listener) => listener(request, response),
      (error: unknown) => {
        this.#deps.broker.log.error('the HTTP API could not be loaded', { error })
        this.#refuse(
          request,
          response,
          httpProblem('INTERNAL_ERROR', 'the HTTP API could not be loaded; the log of the server says why'),
        )
      },
    )
  }

  async #load(): Promise<Listener> {
    const { clock } = this.#deps.broker.env
    const started = clock.monotonic()
    const { buildApp } = await import('./app.ts')
    const listener = await buildApp({
      deps: this.#deps,
      limits: this.#limits,
      metrics: this.#metrics,
      stopping: this.#stopping.signal,
    })
    this.#deps.broker.log.debug('the HTTP API was loaded', { ms: Math.round(clock.monotonic() - started) })
    return listener
  }

  #refusal(request: IncomingMessage): ProblemError | null {
    const { host } = request.headers
    if (!hostAllowed(host, this.#listenHost)) {
      return httpProblem(
        'HOST_NOT_ALLOWED',
        `this server listens on ${this.#listenHost} for this machine only, but the request is for the host "${host ?? ''}"; use localhost, or set http.listen to an address that others reach`,
      )
    }
    if (this.#active < this.#limits.requests || probePaths.has(request.url)) return null
    return httpProblem(
      'OVERLOADED',
      `${this.#limits.requests} requests are in progress, and more are not taken; try again later`,
    )
  }

  #refuse(request: IncomingMessage, response: ServerResponse, { problem, headers }: ProblemError): void {
    this.#metrics.answered(request.method ?? '', NO_ROUTE, problem.status, 0)
    response.writeHead(problem.status, { ...securityHeaders, ...headers, 'content-type': PROBLEM_TYPE })
    response.end(request.method === 'HEAD' ? undefined : JSON.stringify(problem))
  }
}

export interface RunningHttp extends AsyncDisposable {
  readonly host: string
  /** The one in use. */
  readonly port: number
  close(graceMs?: number): Promise<void>
}

/** Listens for HTTP. Rejects with Node's system error (EADDRINUSE and so on) when the address cannot be listened on. */
export async function startHttpServer(
  deps: HttpDeps,
  { host, port, limits, pathPrefix }: HttpServerOptions,
): Promise<RunningHttp> {
  const server = new HttpServer(deps, { ...httpLimitsOf(deps.broker.config), ...limits }, pathPrefix)
  const address = await server.listen(host, port)
  return {
    ...address,
    close: (graceMs) => server.close(graceMs),
    [Symbol.asyncDispose]: () => server.close(),
  }
}

/** Answers what the HTTP parser refused, as far as the socket still takes it. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Writable): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { problem } = httpProblem('MALFORMED_REQUEST', brokenRequestDetail(error))
  const body = JSON.stringify(problem)
  socket.end(
    `HTTP/1.1 ${problem.status} Bad Request\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

function brokenRequestDetail(error: NodeJS.ErrnoException): string {
  if (error.code === 'HPE_HEADER_OVERFLOW') return 'the headers of the request are too large'
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'the head of the request took too long to arrive'
  return `the request is not valid HTTP: ${error.message}`
}
