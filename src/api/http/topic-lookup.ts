import type { Broker } from '../../broker/broker.ts'
import type { TopicEntry } from '../../broker/topic-table.ts'
import { didYouMean } from '../../util/suggest.ts'
import type { PartitionLog } from '../../log/partition-log.ts'
import { checkTopicName } from '../../metadata/topic-name.ts'
import { KafkaError } from '../../protocol/errors.ts'

/** Names that are compared for "did you mean"; more would only make a wrong name slow. */
const SUGGESTED_FROM_MAX = 10_000

/**
 * The topic of that name.
 * @throws KafkaError INVALID_TOPIC_EXCEPTION for what no topic can be called, UNKNOWN_TOPIC_OR_PARTITION
 */
export function topicNamed(broker: Broker, name: string): TopicEntry {
  const entry = broker.topics.named(name)
  if (entry !== undefined) return entry
  checkTopicName(name)
  const names = [...broker.topics.all].slice(0, SUGGESTED_FROM_MAX).map((topic) => topic.name)
  const hint = didYouMean(name, names)
  throw new KafkaError(
    'UNKNOWN_TOPIC_OR_PARTITION',
    `there is no topic "${name}"${hint === '' ? '; POST /api/v1/topics creates one' : hint}`,
  )
}

/** @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION */
export function partitionOf(entry: TopicEntry, partition: number): PartitionLog {
  const log = entry.logs[partition]
  if (log !== undefined) return log
  throw new KafkaError(
    'UNKNOWN_TOPIC_OR_PARTITION',
    `topic "${entry.name}" has the partitions 0 to ${entry.logs.length - 1}, not ${partition}`,
  )
}
