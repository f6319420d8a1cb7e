import type { FastifyError, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { App } from '../app-types.ts'
import { goneSignal } from '../gone-signal.ts'
import type { HttpDeps } from '../http-deps.ts'
import type { HttpLimits } from '../http-limits.ts'
import { requestProblem } from '../request-problem.ts'
import * as cluster from './cluster-handlers.ts'
import * as documents from './document-handlers.ts'
import type { ElasticHandler, ElasticReply } from './elastic-call.ts'
import { ElasticError, elasticError } from './elastic-error.ts'
import { ElasticParameters } from './elastic-parameters.ts'
import * as indices from './index-handlers.ts'
import { filterPaths } from './filter-path.ts'
import { ELASTIC_VERSION, PRODUCT_HEADERS } from './product.ts'
import * as searches from './search-handlers.ts'
import * as writes from './write-handlers.ts'

type Route = readonly [methods: string, path: string, handler: ElasticHandler]

/** Paths that begin with an underscore, or have one behind the index: they are nobody else's, so they are served at the root too. */
const sharedRoutes: readonly Route[] = [
  ['GET POST', '/_search', searches.search],
  ['GET POST', '/:index/_search', searches.search],
  ['GET POST', '/_msearch', searches.multiSearch],
  ['GET POST', '/:index/_msearch', searches.multiSearch],
  ['GET POST', '/_count', searches.count],
  ['GET POST', '/:index/_count', searches.count],
  ['GET POST', '/_search/scroll', searches.nextPage],
  ['GET POST', '/_search/scroll/:id', searches.nextPage],
  ['DELETE', '/_search/scroll', searches.closeCursor],
  ['DELETE', '/_search/scroll/:id', searches.closeCursor],
  ['POST', '/:index/_pit', searches.openPointInTime],
  ['DELETE', '/_pit', searches.closeCursor],
  ['POST PUT', '/_bulk', writes.bulk],
  ['POST PUT', '/:index/_bulk', writes.bulk],
  ['POST', '/:index/_doc', writes.indexDocument],
  ['POST PUT', '/:index/_doc/:id', writes.indexDocument],
  ['POST PUT', '/:index/_create/:id', writes.indexDocument],
  ['DELETE', '/:index/_doc/:id', writes.deleteDocument],
  ['POST', '/:index/_update/:id', writes.updateDocument],
  ['GET HEAD', '/:index/_doc/:id', documents.getDocument],
  ['GET HEAD', '/:index/_source/:id', documents.getSource],
  ['GET', '/_mapping', indices.getMapping],
  ['GET', '/:index/_mapping', indices.getMapping],
  ['PUT POST', '/:index/_mapping', indices.putMapping],
  ['GET', '/:index/_settings', indices.getSettings],
  ['GET POST', '/_field_caps', indices.fieldCapabilities],
  ['GET POST', '/:index/_field_caps', indices.fieldCapabilities],
  ['GET', '/_aliases', indices.getAliases],
  ['GET', '/_alias', indices.getAliases],
  ['GET', '/:index/_alias', indices.getAliases],
  ['GET POST', '/_refresh', indices.refresh],
  ['GET POST', '/:index/_refresh', indices.refresh],
  ['GET POST', '/:index/_flush', indices.refresh],
  ['GET', '/_resolve/index/:index', indices.resolveIndex],
  ['GET', '/_cat/indices', cluster.catIndices],
  ['GET', '/_cat/indices/:index', cluster.catIndices],
  ['GET', '/_cat/health', cluster.catHealth],
  ['GET', '/_cluster/health', cluster.health],
  ['GET', '/_cluster/health/:index', cluster.health],
  ['GET', '/_nodes', cluster.nodes],
  ['GET', '/_nodes/http', cluster.nodes],
  ['GET POST', '/_analyze', cluster.analyze],
  ['GET POST', '/:index/_analyze', cluster.analyze],
]

/** Served below /es, and so on the port of Elasticsearch, alone. */
const ownRoutes: readonly Route[] = [
  ['GET HEAD', '/', cluster.info],
  ['GET', '/:index', indices.getIndex],
  ['HEAD', '/:index', indices.indexExists],
  ['PUT', '/:index', indices.createIndex],
  ['DELETE', '/:index', indices.deleteIndex],
]

export const ELASTIC_PREFIX = '/es'

/** A bulk is many documents: Elasticsearch's clients send some megabytes at a time. */
const BULK_BYTES = 32 << 20

const RESULT_TYPE = 'application/json; charset=utf-8'
/** Types with the version of the API, which clients ask for and check. */
const versioned = /application\/vnd\.elasticsearch\+(?:json|x-ndjson)\s*;\s*compatible-with=(\d+)/

/** The Elasticsearch door, once below /es and once at the root. */
export function elasticRoutes(app: App, deps: HttpDeps, limits: HttpLimits, prefix: '' | '/es'): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    /^application\/(?:json|x-ndjson|ndjson|vnd\.elasticsearch\+(?:json|x-ndjson))/,
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  )
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(PRODUCT_HEADERS)
  })
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    answerFailure(deps, limits, error, request, reply),
  )
  for (const [methods, path, handler] of prefix === '' ? sharedRoutes : [...sharedRoutes, ...ownRoutes]) {
    for (const method of methods.split(' ') as HTTPMethods[]) {
      app.route({
        method,
        url: `${prefix}${path}`,
        exposeHeadRoute: false,
        schema: { hide: true },
        bodyLimit: Math.max(limits.bodyBytes, BULK_BYTES),
        handler: (request, reply) => answer(deps, handler, request, reply),
      })
    }
  }
  if (prefix === ELASTIC_PREFIX) app.all(`${prefix}/*`, { schema: { hide: true } }, unknownPath)
}

async function answer(
  deps: HttpDeps,
  handler: ElasticHandler,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const path = request.url.split('?', 1)[0] ?? '/'
  const query = request.query as Readonly<Record<string, unknown>>
  const parameters = new ElasticParameters(query, path)
  const paths = parameters.list('filter_path')
  const result = await handler({
    deps,
    method: request.method,
    path,
    params: request.params as Readonly<Record<string, string>>,
    parameters,
    query,
    body: Buffer.isBuffer(request.body) ? request.body : null,
    gone: goneSignal(reply.raw),
  })
  return send(request, reply, paths === null ? result : filtered(result, paths))
}

function filtered(result: ElasticReply, paths: readonly string[]): ElasticReply {
  if (result.plain !== undefined) return result
  const json: unknown = result.text === undefined ? result.json : JSON.parse(result.text)
  const { text: _whole, ...rest } = result
  return { ...rest, json: filterPaths(json, paths) }
}

function send(request: FastifyRequest, reply: FastifyReply, result: ElasticReply): FastifyReply {
  reply.code(result.status ?? 200)
  if (result.warning !== undefined) {
    // Clients show only warnings that name the product like this.
    reply.header(
      'warning',
      `299 Elasticsearch-${ELASTIC_VERSION}-chronik "${result.warning.replaceAll(/["\\]/g, "'")}"`,
    )
  }
  if (result.plain !== undefined) return reply.type('text/plain; charset=utf-8').send(result.plain)
  const { pretty } = request.query as Readonly<Record<string, unknown>>
  const isPretty = pretty !== undefined && pretty !== 'false'
  const text = isPretty
    ? `${JSON.stringify(result.text === undefined ? result.json : JSON.parse(result.text), null, 2)}\n`
    : (result.text ?? JSON.stringify(result.json))
  return reply.type(typeOf(request)).send(text)
}

function typeOf({ headers }: FastifyRequest): string {
  const asked = versioned.exec(headers.accept ?? '')
  return asked === null ? RESULT_TYPE : `application/vnd.elasticsearch+json;compatible-with=${asked[1]}`
}

function unknownPath(request: FastifyRequest): never {
  const path = request.url.split('?', 1)[0] ?? '/'
  throw new ElasticError(
    400,
    'illegal_argument_exception',
    `no handler found for uri [${path}] and method [${request.method}]; docs/guides/elasticsearch.md lists what is served`,
  )
}

function answerFailure(
  { broker }: HttpDeps,
  limits: HttpLimits,
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { method, url } = request
  if (reply.raw.destroyed || (request.raw.destroyed && !request.raw.complete)) {
    broker.log.debug('the caller of an HTTP request has gone', { method, url, error })
    reply.code(499).send()
    return
  }
  const failure = failureOf(error, request, limits)
  if (failure === null) broker.log.error('an HTTP request failed', { method, url, error })
  const shown =
    failure ?? new ElasticError(500, 'internal_error', 'the request failed; the log of the server says why')
  reply.code(shown.status).type(typeOf(request)).send(JSON.stringify(shown.body))
}

function failureOf(error: FastifyError, request: FastifyRequest, limits: HttpLimits): ElasticError | null {
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const type = request.headers['content-type'] ?? ''
    return new ElasticError(
      406,
      'media_type_header_exception',
      `Content-Type header [${type}] is not supported; send application/json or application/x-ndjson`,
    )
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const most = Math.max(limits.bodyBytes, BULK_BYTES)
    return new ElasticError(
      413,
      'content_too_long_exception',
      `the body is larger than ${most} bytes; send fewer documents at once`,
    )
  }
  const problem = requestProblem(error, request, limits)
  return elasticError(error) ?? (problem === null ? null : elasticError(problem))
}
