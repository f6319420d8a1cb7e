/**
 * IncrementalAlterConfigs 0-1 (KIP-339): sets, removes, appends to and subtracts from single configs.
 *
 * Divergences: an unknown operation is INVALID_REQUEST and appending to what is no list INVALID_CONFIG, where Kafka answers
 * UNKNOWN_SERVER_ERROR. Kafka takes names of broker configs that it does not know; here they are INVALID_CONFIG.
 */
import type { ConfigAlteration } from '../../metadata/topic-configs.ts'
import { KafkaError } from '../../protocol/errors.ts'
import type { IncrementalAlterConfigsRequest } from '../../protocol/messages/44-incremental-alter-configs.ts'
import { alterEach, responseFor } from '../alter-config-resources.ts'
import { configResource } from '../config-resource.ts'
import { defineHandler } from '../handler.ts'

type Config = IncrementalAlterConfigsRequest['resources'][number]['configs'][number]

/** By their codes (AlterConfigOp.OpType). */
const operations = ['SET', 'DELETE', 'APPEND', 'SUBTRACT'] as const

export const incrementalAlterConfigsHandler = defineHandler<'IncrementalAlterConfigs'>({
  api: 'IncrementalAlterConfigs',
  handle: ({ resources, validateOnly }, { broker }) =>
    alterEach(resources, async ({ resourceType, resourceName, configs }) => {
      const alterations = configs.map(alteration)
      const resource = configResource(resourceType, resourceName, broker.nodeId)
      await broker.configAdmin.alter(resource, alterations, { validateOnly })
    }),
  failed: (code, message, { resources }) => responseFor(resources, { code, message }),
})

function alteration({ name, configOperation, value }: Config): ConfigAlteration {
  const operation = operations[configOperation]
  if (operation === undefined) {
    throw new KafkaError('INVALID_REQUEST', `Unknown operations type ${configOperation} for config ${name}`)
  }
  return { operation, name, value }
}
