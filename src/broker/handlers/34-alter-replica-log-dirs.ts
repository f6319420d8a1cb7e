/**
 * AlterReplicaLogDirs 1-2 (KIP-113). There is one log directory, so partitions are where they are moved to; another directory does
 * not exist.
 */
import { errorCode, type ErrorName } from '../../protocol/errors.ts'
import type {
  AlterReplicaLogDirsRequest,
  AlterReplicaLogDirsResponse,
} from '../../protocol/messages/34-alter-replica-log-dirs.ts'
import type { Broker } from '../broker.ts'
import { defineHandler } from '../handler.ts'

export const alterReplicaLogDirsHandler = defineHandler<'AlterReplicaLogDirs'>({
  api: 'AlterReplicaLogDirs',
  handle: (request, { broker }) =>
    response(request, (path, topic, partition) => errorCode(moved(broker, path, topic, partition))),
  failed: (code, _message, request) => response(request, () => code),
})

function moved({ logs, topics }: Broker, path: string, topic: string, partition: number): ErrorName {
  if (path !== logs.directory) return 'LOG_DIR_NOT_FOUND'
  return topics.named(topic)?.logs[partition] === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'NONE'
}

function response(
  { dirs }: AlterReplicaLogDirsRequest,
  codeOf: (path: string, topic: string, partition: number) => number,
): AlterReplicaLogDirsResponse {
  const byTopic = new Map<string, { partitionIndex: number; errorCode: number }[]>()
  for (const { path, topics } of dirs) {
    for (const { name, partitions } of topics) {
      const results = byTopic.get(name) ?? []
      for (const partitionIndex of partitions)
        results.push({ partitionIndex, errorCode: codeOf(path, name, partitionIndex) })
      byTopic.set(name, results)
    }
  }
  return {
    throttleTimeMs: 0,
    results: [...byTopic].map(([topicName, partitions]) => ({ topicName, partitions })),
  }
}
