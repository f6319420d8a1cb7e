import type { GroupCoordinator } from '../coordinator/group-coordinator.ts'
import type { TopicPartitions } from '../coordinator/transaction/transaction.ts'
import type { Env } from '../env/env.ts'
import type { LogManager } from '../log/log-manager.ts'
import type { EndMarker } from '../log/producer-state.ts'
import { type ErrorName, KafkaError } from '../protocol/errors.ts'
import type { Log } from '../telemetry/log.ts'
import { OFFSETS_TOPIC } from './topic-admin.ts'
import type { TopicTable } from './topic-table.ts'

export interface TransactionMarkersParts {
  readonly env: Env
  readonly topics: TopicTable
  readonly logs: LogManager
  readonly groups: GroupCoordinator
  readonly log: Log
}

/** What came of the marker of one partition. */
export interface MarkerResult {
  readonly topic: string
  readonly partition: number
  readonly error: ErrorName
}

/** What may be over by itself; the coordinator tries again. */
const passing: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'NOT_LEADER_OR_FOLLOWER',
  'KAFKA_STORAGE_ERROR',
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS',
])

/** Writes the markers that end transactions into the partitions of this broker. */
export class TransactionMarkers {
  readonly #parts: TransactionMarkersParts

  constructor(parts: TransactionMarkersParts) {
    this.#parts = parts
  }

  /** Resolves when all that could be appended is durable. */
  async write(marker: EndMarker, partitions: TopicPartitions): Promise<MarkerResult[]> {
    const results: Promise<MarkerResult>[] = []
    let appended = false
    for (const [topic, ids] of partitions) {
      for (const partition of ids) {
        if (topic === OFFSETS_TOPIC) {
          results.push(this.#endOffsets(marker, partition))
          continue
        }
        const error = this.#append(marker, topic, partition)
        if (error === 'NONE') appended = true
        results.push(Promise.resolve({ topic, partition, error }))
      }
    }
    if (appended) await new Promise<void>((resolve) => this.#parts.logs.committer.afterCommit(resolve))
    return await Promise.all(results)
  }

  /** As `write`, for the coordinator: resolves with the partitions where it must be tried again. */
  async writeFor(marker: EndMarker, partitions: TopicPartitions): Promise<TopicPartitions> {
    const again = new Map<string, Set<number>>()
    for (const { topic, partition, error } of await this.write(marker, partitions)) {
      if (error === 'NONE') continue
      if (passing.has(error)) again.set(topic, (again.get(topic) ?? new Set()).add(partition))
      else if (error !== 'UNKNOWN_TOPIC_OR_PARTITION')
        this.#parts.log.warn(
          'a partition refused the marker of a transaction, whose records there have ended',
          {
            topic,
            partition,
            producerId: marker.producerId,
            producerEpoch: marker.producerEpoch,
            error,
          },
        )
    }
    return again
  }

  #append(marker: EndMarker, topic: string, partition: number): ErrorName {
    const entry = this.#parts.topics.named(topic)
    const log = entry?.logs[partition]
    if (entry === undefined || log === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
    try {
      log.appendMarker(marker, entry.leaderEpochs[partition] ?? 0, this.#parts.env.clock.now())
      return 'NONE'
    } catch (error) {
      if (error instanceof KafkaError) return error.errorName
      throw error
    }
  }

  /** Offsets in a transaction count when the group coordinator has replayed the marker, so it writes it. */
  async #endOffsets(marker: EndMarker, partition: number): Promise<MarkerResult> {
    const result = (error: ErrorName): MarkerResult => ({ topic: OFFSETS_TOPIC, partition, error })
    try {
      await this.#parts.groups.endTransaction(partition, marker)
      return result('NONE')
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      return result(notReady.has(error.errorName) ? 'NOT_LEADER_OR_FOLLOWER' : error.errorName)
    }
  }
}

const notReady: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
])
