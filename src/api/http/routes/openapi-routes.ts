import { fastify, type RouteOptions } from 'fastify'
import { version } from '../../../util/version.ts'
import type { App } from '../app-types.ts'
import { answers } from '../schemas/answers.ts'
import { problemSchema } from '../schemas/server-schemas.ts'

const tags = [
  { name: 'topics', description: 'Topics and their configs.' },
  { name: 'compaction', description: 'Topics that keep the last record of each key.' },
  { name: 'records', description: 'Appending and reading records.' },
  { name: 'search', description: 'Finding records by their content.' },
  { name: 'groups', description: 'Consumer groups.' },
  { name: 'cluster', description: 'The cluster, and this API.' },
  { name: 'health', description: 'Probes and metrics.' },
]

const info = {
  title: 'Chronik',
  version,
  description: 'The HTTP API of Chronik. Every problem is `application/problem+json` with a stable `code`.',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
}

/** `routes` are all routes of the app, which the document is made of when somebody asks for it. */
export function openApiRoutes(app: App, routes: readonly RouteOptions[]): void {
  let document: Promise<object> | null = null
  app.get(
    '/api/v1/openapi.json',
    {
      schema: {
        summary: 'This API as an OpenAPI 3.1 document',
        tags: ['cluster'],
        response: answers(200, 'The document.', { type: 'object' }),
      },
    },
    () => (document ??= openApiDocument(routes)),
  )
}

/** Repeats the routes in an app that never answers: only there the generator, which takes time to load, listens to them. */
async function openApiDocument(routes: readonly RouteOptions[]): Promise<object> {
  const { default: swagger } = await import('@fastify/swagger')
  const app = fastify()
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => JSON.stringify)
  app.addSchema(problemSchema)
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info, tags },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json['$id'] === 'string' ? json['$id'] : `schema-${index}`,
    },
  })
  for (const { method, url, schema = {}, config = {} } of routes) {
    if (method !== 'HEAD') app.route({ method, url, schema, config, handler: () => null })
  }
  await app.ready()
  return app.swagger()
}
