import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { App } from '../app-types.ts'
import { answers } from '../schemas/answers.ts'

export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Chronik',
        version,
        description:
          'The HTTP API of Chronik. Every problem is `application/problem+json` with a stable `code`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'topics', description: 'Topics and their configs.' },
        { name: 'records', description: 'Appending and reading records.' },
        { name: 'groups', description: 'Consumer groups.' },
        { name: 'cluster', description: 'The cluster.' },
        { name: 'health', description: 'Probes and metrics.' },
      ],
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json['$id'] === 'string' ? json['$id'] : `schema-${index}`,
    },
  }
}

export function openApiRoutes(app: App): void {
  app.get(
    '/api/v1/openapi.json',
    {
      schema: {
        summary: 'This API as an OpenAPI 3.1 document',
        tags: ['cluster'],
        response: answers(200, 'The document.', { type: 'object' }),
      },
    },
    async () => app.swagger(),
  )
}
