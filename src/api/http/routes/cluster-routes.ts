import { registeredBrokers } from '../../../metadata/image.ts'
import { version } from '../../../util/version.ts'
import type { App } from '../app-types.ts'
import type { HttpDeps } from '../http-deps.ts'
import { answers } from '../schemas/answers.ts'
import { clusterDetail } from '../schemas/server-schemas.ts'

export function clusterRoutes(app: App, { broker, kafka }: HttpDeps): void {
  app.get(
    '/api/v1/cluster',
    {
      schema: {
        summary: 'Describe the cluster',
        tags: ['cluster'],
        response: answers(200, 'The cluster.', clusterDetail),
      },
    },
    async () => {
      const topics = [...broker.topics.all]
      return {
        clusterId: broker.clusterId,
        version,
        controllerId: broker.nodeId,
        nodeId: broker.nodeId,
        brokers: registeredBrokers(broker.metadata.image).map(({ brokerId, rack, endpoints }) => ({
          nodeId: brokerId,
          rack,
          endpoints: endpoints.map(({ listener, host, port }) => ({
            listener,
            host,
            port: port === 0 ? (kafka?.port ?? 0) : port,
          })),
        })),
        topicCount: topics.length,
        partitionCount: topics.reduce((sum, { logs }) => sum + logs.length, 0),
        groupCount: [...broker.groups.snapshots()].length,
        bytes: topics.flatMap(({ logs }) => logs).reduce((sum, log) => sum + log.size, 0),
      }
    },
  )
}
