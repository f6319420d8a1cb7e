import type { Broker } from '../../../broker/broker.ts'
import type { TopicEntry } from '../../../broker/topic-table.ts'
import type { Configs, TopicImage } from '../../../metadata/image.ts'
import { topicNamed as topicImageNamed } from '../../../metadata/topics.ts'
import type { App } from '../app-types.ts'
import type { HttpDeps } from '../http-deps.ts'
import { pageOf } from '../page.ts'
import { answers, answersInTypes } from '../schemas/answers.ts'
import {
  createdTopic,
  createTopicBody,
  listTopicsQuery,
  topicDetail,
  topicList,
  topicParams,
} from '../schemas/topic-schemas.ts'
import { topicNamed } from '../topic-lookup.ts'

const tags = ['topics']

export function topicRoutes(app: App, { broker }: HttpDeps): void {
  listRoute(app, broker)
  createRoute(app, broker)
  describeRoute(app, broker)
  deleteRoute(app, broker)
}

function listRoute(app: App, { topics, metadata }: Broker): void {
  app.get(
    '/api/v1/topics',
    {
      schema: {
        summary: 'List topics',
        tags,
        querystring: listTopicsQuery,
        response: answers(200, 'By name.', topicList),
      },
    },
    async ({ query: { internal = false, prefix = '', after, limit = 1000 } }) => {
      const shown = [...topics.all].filter(
        (entry) => (internal || !entry.internal) && entry.name.startsWith(prefix),
      )
      const { items, nextAfter } = pageOf(shown, ({ name }) => name, after, limit)
      return {
        topics: items.map((entry) => summary(entry, metadata.image.topicsById.get(entry.topicId))),
        nextAfter,
      }
    },
  )
}

function createRoute(app: App, { topicAdmin }: Broker): void {
  app.post(
    '/api/v1/topics',
    {
      schema: {
        summary: 'Create a topic',
        tags,
        body: createTopicBody,
        response: {
          ...answers(201, 'The topic is there, and durable.', createdTopic),
          ...answers(200, 'With validateOnly: it could be created.', createdTopic),
        },
      },
    },
    async ({ body }, reply) => {
      const { name, partitions = -1, replicationFactor = -1, configs = {}, validateOnly = false } = body
      const request = { name, partitions, replicationFactor, assignments: [], configs: configsFrom(configs) }
      const created = await topicAdmin.create(request, { validateOnly })
      if (!validateOnly) reply.code(201).header('location', `/api/v1/topics/${encodeURIComponent(name)}`)
      return {
        name,
        topicId: created.topicId,
        partitionCount: created.partitions,
        replicationFactor: created.replicationFactor,
        configs: Object.fromEntries(created.configs),
        created: !validateOnly,
      }
    },
  )
}

function describeRoute(app: App, broker: Broker): void {
  app.get(
    '/api/v1/topics/:name',
    {
      schema: {
        summary: 'Describe a topic',
        tags,
        params: topicParams,
        response: answers(200, 'The topic.', topicDetail),
      },
    },
    async ({ params: { name } }) => {
      const entry = topicNamed(broker, name)
      return detail(entry, topicImageNamed(broker.metadata.image, name))
    },
  )
}

function deleteRoute(app: App, broker: Broker): void {
  app.delete(
    '/api/v1/topics/:name',
    {
      schema: {
        summary: 'Delete a topic with all its records',
        tags,
        params: topicParams,
        response: answersInTypes(204, 'The topic is gone.', {}),
      },
    },
    async ({ params: { name } }, reply) => {
      await broker.topicAdmin.delete(topicNamed(broker, name).topicId)
      return reply.code(204).send()
    },
  )
}

/** Kafka's configs are texts; JSON numbers and booleans are taken as what they look like. */
export function configsFrom(configs: Readonly<Record<string, string | number | boolean>>): Configs {
  return new Map(Object.entries(configs).map(([name, value]) => [name, String(value)]))
}

function summary(entry: TopicEntry, image: TopicImage | undefined) {
  return {
    name: entry.name,
    topicId: entry.topicId,
    internal: entry.internal,
    partitionCount: entry.logs.length,
    replicationFactor: image?.partitions[0]?.replicas.length ?? 0,
    bytes: entry.logs.reduce((sum, log) => sum + log.size, 0),
    records: entry.logs.reduce((sum, log) => sum + log.highWatermark - log.logStartOffset, 0),
  }
}

function detail(entry: TopicEntry, image: TopicImage) {
  return {
    ...summary(entry, image),
    configs: Object.fromEntries(image.configs),
    partitions: entry.logs.map((log, partition) => {
      const { leader = -1, replicas = [], isr = [] } = image.partitions[partition] ?? {}
      return {
        partition,
        leader,
        leaderEpoch: entry.leaderEpochs[partition] ?? 0,
        replicas,
        isr,
        logStartOffset: log.logStartOffset,
        highWatermark: log.highWatermark,
        bytes: log.size,
        offline: log.offline?.message ?? null,
      }
    }),
  }
}
