import type { App } from '../app-types.ts'
import type { HttpDeps } from '../http-deps.ts'
import { answers } from '../schemas/answers.ts'
import { compactBody, compacted, compactionQuery, compactionStatus } from '../schemas/compaction-schemas.ts'
import { topicParams } from '../schemas/topic-schemas.ts'
import { partitionOf, topicNamed } from '../topic-lookup.ts'

const tags = ['compaction']
/** Faster than this is no limit: Kafka's default is the largest double. */
const unlimitedBytesPerSecond = 1e15

export function compactionRoutes(app: App, { broker }: HttpDeps): void {
  app.get(
    '/api/v1/compaction',
    {
      schema: {
        summary: 'What compaction has done and what it could do, by partition',
        tags,
        querystring: compactionQuery,
        response: answers(200, 'Partitions of topics whose cleanup.policy has "compact".', compactionStatus),
      },
    },
    async ({ query: { topic } }) => {
      const { cleaner } = broker.logs
      const { enabled, backoffMs, dedupeBytes, ioBytes, bytesPerSecond } = cleaner.options
      const wanted = topic === undefined ? null : topicNamed(broker, topic).name
      return {
        cleaner: {
          enabled,
          backoffMs,
          dedupeBufferBytes: dedupeBytes,
          ioBufferBytes: ioBytes,
          maxBytesPerSecond: bytesPerSecond >= unlimitedBytesPerSecond ? null : bytesPerSecond,
        },
        partitions: cleaner.status().filter((status) => wanted === null || status.topic === wanted),
      }
    },
  )

  app.post(
    '/api/v1/topics/:name/compact',
    {
      schema: {
        summary: 'Compact a topic now',
        description:
          'Whatever its dirty ratio. Closes the active segments, so that all records that are not too young are compacted. Answers when it is done.',
        tags,
        params: topicParams,
        body: compactBody,
        response: answers(200, 'What was done, by partition.', compacted),
      },
    },
    async ({ params: { name }, body: { partition } }) => {
      const entry = topicNamed(broker, name)
      const logs = partition === undefined ? entry.logs : [partitionOf(entry, partition)]
      const partitions = []
      for (const log of logs)
        partitions.push({ partition: log.partition, ...(await broker.logs.cleaner.compactNow(log)) })
      return { topic: entry.name, partitions }
    },
  )
}
