import { checkTopicName } from '../metadata/topic-name.ts'
import { KafkaError } from '../protocol/errors.ts'
import type { ConfigResource } from './config-admin.ts'

/** Kinds of resources that have configs, by their codes (ConfigResource.Type). */
export const resourceTypes = {
  topic: 2,
  broker: 4,
  brokerLogger: 8,
  clientMetrics: 16,
  group: 32,
} as const

const namesOfTypes: ReadonlyMap<number, string> = new Map([[resourceTypes.brokerLogger, 'BROKER_LOGGER']])

/**
 * The resource that a request names. Throws INVALID_REQUEST for a broker that is not this one and for kinds that have no configs
 * here, INVALID_TOPIC_EXCEPTION for a topic that cannot exist.
 */
export function configResource(type: number, name: string, nodeId: number): ConfigResource {
  switch (type) {
    case resourceTypes.topic:
      if (name === '') throw new KafkaError('INVALID_REQUEST', 'Default topic resources are not allowed.')
      checkTopicName(name)
      return { kind: 'topic', name }
    case resourceTypes.broker:
      return { kind: 'broker', id: brokerId(name, nodeId) }
    case resourceTypes.group:
      if (name === '') throw new KafkaError('INVALID_REQUEST', 'Default group resources are not allowed.')
      return { kind: 'group', name }
    case resourceTypes.clientMetrics:
      if (name === '')
        throw new KafkaError('INVALID_REQUEST', 'Default client metrics resources are not allowed.')
      return { kind: 'client-metrics', name }
    default: {
      const known = namesOfTypes.get(type)
      throw new KafkaError(
        'INVALID_REQUEST',
        known === undefined
          ? `Unknown resource type ${type}`
          : `Chronik has no configs of resource type ${known}`,
      )
    }
  }
}

function brokerId(name: string, nodeId: number): string {
  if (name === '') return ''
  if (!/^[+-]?\d+$/.test(name)) {
    throw new KafkaError('INVALID_REQUEST', `Broker id must be an integer, but it is: ${name}`)
  }
  if (Number(name) !== nodeId) {
    throw new KafkaError(
      'INVALID_REQUEST',
      `Unexpected broker id, expected ${nodeId} or empty string, but received ${name}`,
    )
  }
  return String(nodeId)
}
