import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app-types.ts'
import { acceptedEncoding, type Encoding } from '../console/accepted-encoding.ts'
import {
  builtConsole,
  type ConsoleAsset,
  type ConsoleAssets,
  loadConsole,
} from '../console/console-assets.ts'
import { consolePage, consolePolicy } from '../console/console-page.ts'
import type { HttpDeps } from '../http-deps.ts'
import { accepts } from '../media-type.ts'
import { httpProblem } from '../problem.ts'
import { startPage, textPage } from '../start-page.ts'

/** Addresses of the console below `/`, which are the same page. */
const pages = ['/home', '/topics', '/topics/:name', '/groups', '/groups/:id'] as const

const NONCE_BYTES = 16
const FOREVER = 'public, max-age=31536000, immutable'
const ASK_FIRST = 'no-cache'

/** The console for browsers; `/` is text for curl. Without a built console there is a page that lists what there is. */
export function consoleRoutes(app: App, { broker, consoleFolder = builtConsole }: HttpDeps): void {
  const { files, random } = broker.env
  let loaded: Promise<ConsoleAssets | null> | null = null

  /** What is not there yet is looked for again, since it may have been built in the meantime. */
  const assets = async (): Promise<ConsoleAssets | null> => {
    loaded ??= loadConsole(files, consoleFolder)
    const found = await loaded.catch((error: unknown) => {
      loaded = null
      throw error
    })
    if (found === null) loaded = null
    return found
  }

  const answerPage = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const built = await assets()
    reply.type('text/html; charset=utf-8')
    if (built === null) return startPage(reply, broker, originOf(request))
    const nonce = random.bytes(NONCE_BYTES).toString('base64url')
    const path = request.url.split('?', 1)[0] ?? '/'
    return reply
      .header('content-security-policy', consolePolicy(nonce))
      .header('vary', 'accept')
      .send(consolePage(built.page, path, nonce))
  }

  app.get('/', { schema: { hide: true } }, async (request, reply) => {
    if (accepts(request.headers.accept, 'text/html')) return answerPage(request, reply)
    return reply.type('text/plain; charset=utf-8').send(textPage(broker, originOf(request)))
  })
  for (const url of pages) {
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      if (accepts(request.headers.accept, 'text/html')) return answerPage(request, reply)
      throw httpProblem(
        'ROUTE_NOT_FOUND',
        `${url} is a page of the console, for browsers; the HTTP API is below /api/v1, and /api/v1/openapi.json lists it`,
      )
    })
  }
  for (const url of ['/assets/:file', '/theme.js', '/icon.svg']) {
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      const name = (request.url.split('?', 1)[0] ?? '').slice(1)
      const asset = (await assets())?.files.get(name)
      if (asset === undefined)
        throw httpProblem('ROUTE_NOT_FOUND', `the console has no file ${name}; load the page again`)
      return answerAsset(asset, request, reply)
    })
  }
}

function answerAsset(asset: ConsoleAsset, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.headers({
    etag: asset.etag,
    'cache-control': asset.immutable ? FOREVER : ASK_FIRST,
    vary: 'accept-encoding',
  })
  if (unchanged(request.headers['if-none-match'], asset.etag)) return reply.code(304).send()
  const available: Encoding[] = []
  if (asset.brotli !== null) available.push('br')
  if (asset.gzip !== null) available.push('gzip')
  const encoding = acceptedEncoding(request.headers['accept-encoding'], available)
  if (encoding !== 'identity') reply.header('content-encoding', encoding)
  return reply.type(asset.type).send(bytesIn(asset, encoding))
}

function bytesIn({ bytes, brotli, gzip }: ConsoleAsset, encoding: Encoding): Buffer {
  if (encoding === 'br') return brotli ?? bytes
  return encoding === 'gzip' ? (gzip ?? bytes) : bytes
}

/** A proxy that compressed the answer itself has made the tag a weak one. */
function unchanged(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}

function originOf({ headers }: FastifyRequest): string {
  return `http://${headers.host ?? 'localhost'}`
}
