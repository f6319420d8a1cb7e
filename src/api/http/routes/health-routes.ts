import { contentType, expositionFormat, renderMetrics } from '../../../telemetry/exposition.ts'
import type { App } from '../app-types.ts'
import type { HttpDeps } from '../http-deps.ts'
import { httpProblem } from '../problem.ts'
import { answers, answersInTypes } from '../schemas/answers.ts'
import { readiness } from '../schemas/server-schemas.ts'

const tags = ['health']
const text = { type: 'string' } as const

interface Check {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
}

export function healthRoutes(app: App, deps: HttpDeps): void {
  app.get(
    '/livez',
    {
      schema: {
        summary: 'The process runs',
        tags,
        response: answersInTypes(200, 'It does.', { 'text/plain': text }),
      },
    },
    async (_request, reply) => reply.type('text/plain; charset=utf-8').send('ok\n'),
  )

  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Clients can be sent here',
        tags,
        response: answers(200, 'They can. Otherwise 503.', readiness),
      },
    },
    async () => {
      const checks = readyChecks(deps)
      const failing = checks.filter(({ ok }) => !ok)
      if (failing.length === 0) return { ready: true, checks }
      throw httpProblem('NOT_READY', failing.map(({ detail }) => detail).join('; '), {
        errors: failing.map(({ check, detail }) => ({ at: check, detail })),
      })
    },
  )

  app.get(
    '/metrics',
    {
      schema: {
        summary: 'Metrics for Prometheus',
        tags,
        response: answersInTypes(200, 'All metrics.', {
          'text/plain': text,
          'application/openmetrics-text': text,
        }),
      },
    },
    async ({ headers }, reply) => {
      const format = expositionFormat(headers.accept)
      return reply.type(contentType(format)).send(renderMetrics(deps.broker.metrics, format))
    },
  )
}

function readyChecks({ broker, ready }: HttpDeps): Check[] {
  const server = ready()
  const { diskFull } = broker.logs.usage
  const offline = [...broker.logs.all()].filter((log) => log.offline !== null).length
  return [
    { check: 'server', ok: server.ready, detail: server.ready ? 'running' : server.reasons.join('; ') },
    {
      check: 'disk',
      ok: !diskFull,
      detail: diskFull ? 'no disk space is left to append; free some or shorten retention' : 'there is space',
    },
    // Offline partitions are told and do not make the node unready: the others still serve.
    {
      check: 'partitions',
      ok: true,
      detail: offline === 0 ? 'all are served' : `${offline} cannot be served`,
    },
  ]
}
