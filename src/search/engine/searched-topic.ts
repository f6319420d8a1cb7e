import type { PartitionLog } from '../../log/partition-log.ts'
import type { TopicMapping } from './messages.ts'

/** A topic as the engine is told of it. */
export interface SearchedTopic {
  readonly name: string
  readonly topicId: string
  readonly internal: boolean
  readonly logs: readonly PartitionLog[]
  readonly options: TopicSearchOptions
}

export interface TopicSearchOptions {
  readonly enabled: boolean
  readonly mapping: TopicMapping
}
