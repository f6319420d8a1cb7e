import type { App } from '../app-types.ts'
import type { HttpDeps } from '../http-deps.ts'

export function searchRoutes(app: App, { search }: HttpDeps): void {
  app.post('/api/v1/search', { schema: { body: { type: 'object', properties: { topics: { type: 'array', items: { type: 'string' } } } } as const } }, async ({ body }) => {
    if (search === null) throw new Error('off')
    const r = await search.search({ topics: body.topics ?? [], query: { kind: 'all' } })
    return { ...r, hits: r.hits.map((h) => ({ ...h, key: h.key?.toString(), value: h.value?.toString(), headers: undefined })) }
  })
}
