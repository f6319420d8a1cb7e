/**
 * ListConfigResources 0-1. 0 lists client metrics subscriptions (KIP-714), 1 the resources of the asked types, or of all (KIP-1142).
 *
 * Divergence: broker loggers are not listed, because their levels cannot be described or altered.
 */
import { resourcesOf } from '../../metadata/resource-configs.ts'
import { registeredBrokers } from '../../metadata/image.ts'
import { errorCode } from '../../protocol/errors.ts'
import type { ListConfigResourcesResponse } from '../../protocol/messages/74-list-config-resources.ts'
import type { Broker } from '../broker.ts'
import { resourceTypes } from '../config-resource.ts'
import { defineHandler } from '../handler.ts'

type Resource = ListConfigResourcesResponse['configResources'][number]

const knownTypes: ReadonlySet<number> = new Set(Object.values(resourceTypes))

export const listConfigResourcesHandler = defineHandler<'ListConfigResources'>({
  api: 'ListConfigResources',
  handle(request, { broker, apiVersion }) {
    const asked = apiVersion === 0 ? [resourceTypes.clientMetrics] : request.resourceTypes
    if (asked.some((type) => !knownTypes.has(type))) return response(errorCode('UNSUPPORTED_VERSION'), [])
    const types = new Set(asked.length === 0 ? knownTypes : asked)
    return response(
      errorCode('NONE'),
      resources(broker).filter(({ resourceType }) => types.has(resourceType)),
    )
  },
  failed: (code) => response(code, []),
})

function resources({ metadata, topics }: Broker): Resource[] {
  return [
    ...registeredBrokers(metadata.image).map(({ brokerId }) => ({
      resourceName: String(brokerId),
      resourceType: resourceTypes.broker,
    })),
    ...[...topics.all].map(({ name }) => ({ resourceName: name, resourceType: resourceTypes.topic })),
    ...[...resourcesOf(metadata.image, 'client-metrics')].map(([resourceName]) => ({
      resourceName,
      resourceType: resourceTypes.clientMetrics,
    })),
    ...[...resourcesOf(metadata.image, 'group')].map(([resourceName]) => ({
      resourceName,
      resourceType: resourceTypes.group,
    })),
  ]
}

function response(code: number, configResources: Resource[]): ListConfigResourcesResponse {
  return { throttleTimeMs: 0, errorCode: code, configResources }
}
