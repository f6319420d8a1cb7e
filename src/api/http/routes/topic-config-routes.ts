import type { ConfigAlteration } from '../../../metadata/topic-configs.ts'
import type { App } from '../app-types.ts'
import type { HttpDeps } from '../http-deps.ts'
import { answers } from '../schemas/answers.ts'
import { alterConfigsBody, topicConfigs, topicParams } from '../schemas/topic-schemas.ts'
import { topicNamed } from '../topic-lookup.ts'

const tags = ['topics']
const url = '/api/v1/topics/:name/configs'

export function topicConfigRoutes(app: App, { broker }: HttpDeps): void {
  const { configAdmin, metadata } = broker

  function describe(topic: string) {
    const own = metadata.image.topicsByName.get(topic)?.configs
    const configs = configAdmin
      .describe({ kind: 'topic', name: topic })
      .map(({ name, value, default: standard, documentation }) => ({
        name,
        value,
        default: standard,
        set: own?.has(name) ?? false,
        documentation,
      }))
    return { topic, configs }
  }

  app.get(
    url,
    {
      schema: {
        summary: 'All configs of a topic',
        tags,
        params: topicParams,
        response: answers(200, 'By name.', topicConfigs),
      },
    },
    async ({ params: { name } }) => describe(topicNamed(broker, name).name),
  )

  app.patch(
    url,
    {
      schema: {
        summary: 'Change configs of a topic',
        tags,
        params: topicParams,
        body: alterConfigsBody,
        response: answers(
          200,
          'All configs as they are now. The change is durable and in effect.',
          topicConfigs,
        ),
      },
    },
    async ({ params: { name }, body }) => {
      const topic = topicNamed(broker, name).name
      const alterations = Object.entries(body).map(([config, value]): ConfigAlteration =>
        value === null
          ? { operation: 'DELETE', name: config, value: null }
          : { operation: 'SET', name: config, value: String(value) },
      )
      await configAdmin.alter({ kind: 'topic', name: topic }, alterations, { validateOnly: false })
      return describe(topic)
    },
  )
}
