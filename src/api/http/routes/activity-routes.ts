import { Activity, ACTIVITY_PERIOD_MS } from '../activity.ts'
import type { App } from '../app-types.ts'
import type { HttpDeps } from '../http-deps.ts'
import { answers } from '../schemas/answers.ts'
import { clusterActivity } from '../schemas/server-schemas.ts'

/** `stopping` ends the sampling. */
export function activityRoutes(app: App, { broker }: HttpDeps, stopping: AbortSignal): void {
  const activity = new Activity(broker)
  stopping.addEventListener('abort', () => activity[Symbol.dispose](), { once: true })
  app.get(
    '/api/v1/cluster/activity',
    {
      schema: {
        summary: 'Recent throughput and lag',
        description:
          'A sample every two seconds of the last quarter of an hour, from the first HTTP request on.',
        tags: ['cluster'],
        response: answers(200, 'Oldest first.', clusterActivity),
      },
    },
    async () => ({ periodMs: ACTIVITY_PERIOD_MS, samples: activity.samples }),
  )
}
