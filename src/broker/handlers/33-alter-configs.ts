/**
 * AlterConfigs 0-2: replaces all configs of a resource (KIP-133). Superseded by IncrementalAlterConfigs, but what older clients such
 * as kafkajs send.
 */
import { KafkaError } from '../../protocol/errors.ts'
import type { AlterConfigsRequest } from '../../protocol/messages/33-alter-configs.ts'
import { alterEach, responseFor } from '../alter-config-resources.ts'
import { configResource } from '../config-resource.ts'
import { defineHandler } from '../handler.ts'

type Config = AlterConfigsRequest['resources'][number]['configs'][number]

export const alterConfigsHandler = defineHandler<'AlterConfigs'>({
  api: 'AlterConfigs',
  handle: ({ resources, validateOnly }, { broker }) =>
    alterEach(resources, async ({ resourceType, resourceName, configs }) => {
      const values = valuesOf(configs)
      const resource = configResource(resourceType, resourceName, broker.nodeId)
      await broker.configAdmin.replace(resource, values, { validateOnly })
    }),
  failed: (code, message, { resources }) => responseFor(resources, { code, message }),
})

function valuesOf(configs: readonly Config[]): ReadonlyMap<string, string> {
  const values = new Map(configs.map(({ name, value }) => [name, value ?? '']))
  if (values.size < configs.length) {
    throw new KafkaError('INVALID_REQUEST', 'Error due to duplicate config keys')
  }
  const missing = configs.filter(({ value }) => value === null).map(({ name }) => name)
  if (missing.length > 0) {
    throw new KafkaError('INVALID_REQUEST', `Null value not supported for : ${missing.join(', ')}`)
  }
  return values
}
