import { hasLogAppendTime, batchSize, recordCount } from '../records/record-batch.ts'
import { ACCEPTED, checkBatch, NEEDS_VALIDATION, refusal } from '../records/check-batch.ts'
import { validateBatch } from '../records/validate-batch.ts'
import type { Appended } from '../log/partition-log.ts'
import { KafkaError } from '../protocol/errors.ts'
import type { Broker } from './broker.ts'
import type { TopicEntry } from './topic-table.ts'

/** One batch that the topic's rules allow, `buffer` from `start` to `end`. */
export interface CheckedBatch {
  readonly buffer: Buffer
  readonly start: number
  readonly end: number
}

/**
 * The batch to append, as it came or as the topic's configuration changes it (in place where the size stays). `produceVersion` is
 * the version of Produce that brought it, which decides what it may hold; `now` is the broker's clock in ms.
 * @throws KafkaError, RecordsRefusedError when single records are at fault
 */
export function checkedBatch(
  entry: TopicEntry,
  records: Buffer,
  now: number,
  produceVersion: number,
): CheckedBatch {
  const rules = entry.appendRules
  const verdict = checkBatch(records, 0, records.length, rules, now, produceVersion)
  if (verdict !== ACCEPTED && verdict !== NEEDS_VALIDATION)
    throw refusal(verdict, records, 0, records.length, rules)
  const batch = verdict === ACCEPTED ? records : validateBatch(records, 0, rules, now)
  return { buffer: batch, start: 0, end: batchSize(batch, 0) }
}

export interface AppendedBatch extends Appended {
  /** The time that the broker gave the records (LogAppendTime), else -1. */
  readonly logAppendTimeMs: number
  readonly logStartOffset: number
}

/**
 * Appends a checked batch and counts it. `guard` is what the first batch of a transaction needs. It is durable when `logs.committer.afterCommit` says so.
 * @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION, and those of `PartitionLog.append`
 */
export function appendBatch(
  broker: Broker,
  entry: TopicEntry,
  partition: number,
  { buffer, start, end }: CheckedBatch,
  now: number,
  guard: object | null = null,
): AppendedBatch {
  const log = entry.logs[partition]
  if (log === undefined) {
    throw new KafkaError(
      'UNKNOWN_TOPIC_OR_PARTITION',
      `there is no partition ${partition} of a topic "${entry.name}"`,
    )
  }
  const { baseOffset, lastOffset, duplicate } = log.append(
    buffer,
    start,
    end,
    entry.leaderEpochs[partition] ?? 0,
    now,
    guard,
  )
  const metrics = broker.brokerMetrics.topic(entry.name)
  metrics.receivedBytes.add(end - start)
  metrics.receivedRecords.add(recordCount(buffer, start))
  metrics.receivedBatches.add(1)
  const logAppendTimeMs = hasLogAppendTime(buffer, start) ? now : -1
  return { baseOffset, lastOffset, duplicate, logAppendTimeMs, logStartOffset: log.logStartOffset }
}

/** Resolves when everything appended up to now is as durable as `wal.sync` asks for. */
export function whenCommitted(broker: Broker): Promise<void> {
  return new Promise((resolve) => broker.logs.committer.afterCommit(resolve))
}
