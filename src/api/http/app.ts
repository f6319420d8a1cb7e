import {
  fastify,
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
  type RouteOptions,
} from 'fastify'
import { didYouMean } from '../../util/suggest.ts'
import type { App } from './app-types.ts'
import type { HttpDeps } from './http-deps.ts'
import type { HttpLimits } from './http-limits.ts'
import { type HttpMetrics, NO_ROUTE } from './http-metrics.ts'
import { mediaType, ndjsonTypes } from './media-type.ts'
import { httpProblem, PROBLEM_TYPE, type ProblemError } from './problem.ts'
import { typedQuery } from './query-types.ts'
import { requestProblem } from './request-problem.ts'
import { RouteTable } from './route-table.ts'
import { activityRoutes } from './routes/activity-routes.ts'
import { ELASTIC_PREFIX, elasticRoutes } from './elastic/elastic-routes.ts'
import { clusterRoutes } from './routes/cluster-routes.ts'
import { compactionRoutes } from './routes/compaction-routes.ts'
import { consoleRoutes } from './routes/console-routes.ts'
import { groupRoutes } from './routes/group-routes.ts'
import { healthRoutes } from './routes/health-routes.ts'
import { openApiRoutes } from './routes/openapi-routes.ts'
import { produceRoutes } from './routes/produce-routes.ts'
import { readRoutes } from './routes/read-routes.ts'
import { searchRoutes } from './routes/search-routes.ts'
import { topicConfigRoutes } from './routes/topic-config-routes.ts'
import { topicRoutes } from './routes/topic-routes.ts'
import { problemSchema } from './schemas/server-schemas.ts'
import { securityHeaders } from './security-headers.ts'

/** Group ids may be long, and each of their characters may be escaped. */
const PARAMETER_CHARACTERS_MAX = 4096

/** The schemas are ours and do not change: a test checks them, so that not every start has to. That halves the time of `buildApp`. */
const validatorOptions = {
  coerceTypes: false,
  removeAdditional: false,
  verbose: true,
  allowUnionTypes: true,
  validateSchema: false,
  meta: false,
} as const

export interface AppParts {
  readonly deps: HttpDeps
  readonly limits: HttpLimits
  readonly metrics: HttpMetrics
  /** Ends the reads that wait. */
  readonly stopping: AbortSignal
}

/**
 * All routes behind one request listener. Loading this module and building the app takes far longer than listening, so it happens with
 * the first request.
 */
export async function buildApp(parts: AppParts): Promise<App['routing']> {
  const { deps, limits, stopping } = parts
  const app: App = fastify({
    bodyLimit: limits.bodyBytes,
    routerOptions: { maxParamLength: PARAMETER_CHARACTERS_MAX },
    ajv: { customOptions: validatorOptions },
    frameworkErrors: (error, request, reply) => answerError(parts, error, request, reply),
  })
  // Answers are what the handlers say; the schemas of answers are for the OpenAPI document.
  app.setSerializerCompiler(() => JSON.stringify)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    parseJson(String(body), done),
  )
  app.addSchema(problemSchema)
  // Elasticsearch's clients send queries as the body of GET.
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true })
  const routes = new RouteTable()
  const documented: RouteOptions[] = []
  app.addHook('onRoute', (route) => {
    routes.add(route.url, Array.isArray(route.method) ? route.method : [route.method])
    documented.push(route)
  })
  addHooks(app, parts)
  app.setErrorHandler<FastifyError>((error, request, reply) => answerError(parts, error, request, reply))
  app.setNotFoundHandler((request, reply) => answerProblem(request, reply, notFound(routes, request)))
  await app.register(async (scope: App) => {
    consoleRoutes(scope, deps)
    healthRoutes(scope, deps)
    clusterRoutes(scope, deps)
    activityRoutes(scope, deps, stopping)
    topicRoutes(scope, deps)
    topicConfigRoutes(scope, deps)
    compactionRoutes(scope, deps)
    groupRoutes(scope, deps)
    readRoutes(scope, deps, stopping)
    searchRoutes(scope, deps, stopping)
    openApiRoutes(scope, documented)
  })
  await app.register(async (scope: App) => produceRoutes(scope, deps, limits))
  await app.register(async (scope: App) => elasticRoutes(scope, deps, limits, ''))
  await app.register(async (scope: App) => elasticRoutes(scope, deps, limits, ELASTIC_PREFIX))
  await app.ready()
  return (request, response) => app.routing(request, response)
}

function addHooks(app: App, { deps, limits, metrics }: AppParts): void {
  const { clock, scheduler } = deps.broker.env
  const startedAt = new WeakMap<FastifyRequest, number>()
  app.addHook('onRequest', async (request, reply) => {
    startedAt.set(request, clock.monotonic())
    reply.headers(securityHeaders)
  })
  app.addHook('preParsing', async (request) => {
    const { headers, raw } = request
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return
    checkEncoding(headers['content-encoding'])
    if (ndjsonTypes.includes(mediaType(headers['content-type']))) return
    // The answer to a body that does not arrive would be read by nobody: the connection goes.
    const timer = scheduler.after(limits.bodyMs, () => raw.complete || raw.destroy())
    raw.once('close', () => timer.cancel())
  })
  app.addHook('preValidation', async (request) => {
    const schema = request.routeOptions.schema?.querystring
    if (
      typeof schema === 'object' &&
      schema !== null &&
      typeof request.query === 'object' &&
      request.query !== null
    ) {
      request.query = typedQuery({ ...request.query }, schema)
    }
  })
  app.addHook('onResponse', async (request, reply) => {
    const ms = clock.monotonic() - (startedAt.get(request) ?? clock.monotonic())
    metrics.answered(request.method, request.routeOptions.url ?? NO_ROUTE, reply.statusCode, ms)
  })
}

function checkEncoding(encoding: string | undefined): void {
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return
  throw httpProblem(
    'UNSUPPORTED_MEDIA_TYPE',
    `bodies with "Content-Encoding: ${encoding}" are not understood here; send the body as it is`,
  )
}

function parseJson(text: string, done: (error: Error | null, body?: unknown) => void): void {
  try {
    done(null, JSON.parse(text))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    done(httpProblem('MALFORMED_JSON', text === '' ? 'the body is empty; send a JSON object' : error.message))
  }
}

function answerError(
  parts: AppParts,
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { log } = parts.deps.broker
  const { method, url } = request
  if (reply.raw.destroyed || (request.raw.destroyed && !request.raw.complete)) {
    log.debug('the caller of an HTTP request has gone', { method, url, error })
    reply.code(499).send()
    return
  }
  const problem = requestProblem(error, request, parts.limits)
  if (problem === null) log.error('an HTTP request failed', { method, url, error })
  answerProblem(
    request,
    reply,
    problem ?? httpProblem('INTERNAL_ERROR', 'the request failed; the log of the server says why'),
  )
}

function answerProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  { problem, headers }: ProblemError,
): void {
  const instance = request.url.split('?', 1)[0] ?? '/'
  reply
    .code(problem.status)
    .headers(headers)
    .type(PROBLEM_TYPE)
    .send(JSON.stringify({ ...problem, instance }))
}

function notFound(routes: RouteTable, request: FastifyRequest): ProblemError {
  const path = request.url.split('?', 1)[0] ?? '/'
  const methods = routes.methodsOf(path)
  if (methods.length > 0) {
    const allow = methods.join(', ')
    return httpProblem('METHOD_NOT_ALLOWED', `${path} does not take ${request.method}; it takes ${allow}`, {
      headers: { allow },
    })
  }
  const hint = didYouMean(path, routes.urls)
  return httpProblem(
    'ROUTE_NOT_FOUND',
    `there is nothing at ${path}${hint}; /api/v1/openapi.json lists what there is`,
  )
}
