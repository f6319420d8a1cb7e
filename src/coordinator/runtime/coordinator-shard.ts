import type { TransactionOutcome } from '../../records/control-record.ts'
import type { KafkaError } from '../../protocol/errors.ts'
import type { CoordinatorRecord } from './coordinator-log.ts'
import type { Timeline } from './timeline.ts'
import type { ShardTypes, Turn } from './turn.ts'

/**
 * The state of one partition of an internal topic and the decisions on it (Kafka: CoordinatorShard). It does no I/O.
 * Durable state lives in maps of the timeline and is written by `replay` alone, so that loading, live handling and
 * rolling back cannot differ. Soft state (sessions, requests that wait) belongs to the shard and dies with it.
 */
export interface CoordinatorShard<T extends ShardTypes> {
  /** Applies a record, from the log or of the turn that just ended. It counts only if the transaction of `producerId` is committed, unless that is -1. */
  replay(record: T['record'], producerId: number): void
  /** The transaction of the producer has ended, for the records of this partition. Only where records can be part of one. */
  replayMarker?(producerId: number, outcome: TransactionOutcome): void
  encode(record: T['record']): CoordinatorRecord
  /** Null for records of a type that this version does not know: they are skipped. Throws when the bytes are corrupt. */
  decode(key: Buffer, value: Buffer | null): T['record'] | null
  /** All records were replayed; requests come next. */
  loaded(turn: Turn<T>): void
  /** A timer fired. */
  handle(event: T['event'], turn: Turn<T>): void
  /** The records of the turn that set the completion are durable (error null), or were rolled back. */
  stored(completion: T['completion'], error: KafkaError | null, turn: Turn<T>): void
  /** All writes that were not durable were taken back; soft state that rests on them must go too. */
  rolledBack(error: KafkaError, turn: Turn<T>): void
}

/** Makes an empty shard whose maps belong to the timeline. */
export type ShardFactory<S> = (timeline: Timeline, partition: number) => S
