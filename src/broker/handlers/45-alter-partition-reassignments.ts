/**
 * AlterPartitionReassignments 0-1 (KIP-455). 1 can forbid another replication factor (KIP-860). With one node the only possible
 * assignment is the one that is: it is accepted and changes nothing.
 */
import { registeredBrokers } from '../../metadata/image.ts'
import { errorCode } from '../../protocol/errors.ts'
import type { ErrorName } from '../../protocol/errors.ts'
import type {
  AlterPartitionReassignmentsRequest,
  AlterPartitionReassignmentsResponse,
} from '../../protocol/messages/45-alter-partition-reassignments.ts'
import { NO_ERROR, type ApiError } from '../api-error.ts'
import type { Broker } from '../broker.ts'
import { defineHandler } from '../handler.ts'

type Partition = AlterPartitionReassignmentsRequest['topics'][number]['partitions'][number]

export const alterPartitionReassignmentsHandler = defineHandler<'AlterPartitionReassignments'>({
  api: 'AlterPartitionReassignments',
  handle: (request, { broker }) =>
    response(request, (topic, partition) => reassigned(broker, topic, partition)),
  failed: (code, message, request) => ({
    ...response(request, () => ({ code, message })),
    errorCode: code,
    errorMessage: message,
  }),
})

function reassigned(broker: Broker, topic: string, { partitionIndex, replicas }: Partition): ApiError {
  const entry = broker.topics.named(topic)
  if (entry === undefined)
    return refused('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find a topic named ${topic}.`)
  if (entry.logs[partitionIndex] === undefined)
    return refused('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find partition ${topic}:${partitionIndex}.`)
  if (replicas === null) return refused('NO_REASSIGNMENT_IN_PROGRESS', null)
  const problem = problemOf(broker, replicas)
  return problem === null ? NO_ERROR : refused('INVALID_REPLICA_ASSIGNMENT', problem)
}

function problemOf({ metadata }: Broker, replicas: readonly number[]): string | null {
  if (replicas.length === 0) return 'The manual partition assignment includes an empty replica list.'
  const sorted = [...replicas].sort((a, b) => a - b)
  for (const [index, brokerId] of sorted.entries()) {
    if (brokerId === sorted[index - 1])
      return `The manual partition assignment includes the broker ${brokerId} more than once.`
    if (!registeredBrokers(metadata.image).some((broker) => broker.brokerId === brokerId))
      return `The manual partition assignment includes broker ${brokerId}, but no such broker is registered.`
  }
  return null
}

function refused(name: ErrorName, message: string | null): ApiError {
  return { code: errorCode(name), message }
}

function response(
  { topics, allowReplicationFactorChange }: AlterPartitionReassignmentsRequest,
  resultOf: (topic: string, partition: Partition) => ApiError,
): AlterPartitionReassignmentsResponse {
  return {
    throttleTimeMs: 0,
    allowReplicationFactorChange,
    errorCode: errorCode('NONE'),
    errorMessage: null,
    responses: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((partition) => {
        const { code, message } = resultOf(name, partition)
        return { partitionIndex: partition.partitionIndex, errorCode: code, errorMessage: message }
      }),
    })),
  }
}
