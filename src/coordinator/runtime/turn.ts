import type { KafkaError } from '../../protocol/errors.ts'
import type { TransactionalProducer } from './coordinator-log.ts'

/** A timer to start (replacing one with the same key) or to stop. When it fires, the shard gets the event. */
export type TimerEffect<Event> =
  | { readonly kind: 'schedule'; readonly key: string; readonly delayMs: number; readonly event: Event }
  /** As `schedule`, unless the key has a timer that runs. */
  | {
      readonly kind: 'schedule-if-absent'
      readonly key: string
      readonly delayMs: number
      readonly event: Event
    }
  | { readonly kind: 'cancel'; readonly key: string }

/** The answer to a request that was parked. */
export type ParkedReply<Response> =
  | { readonly kind: 'response'; readonly waiter: number; readonly response: Response }
  | { readonly kind: 'error'; readonly waiter: number; readonly error: KafkaError }

/** Returned by a command whose response comes later, through a reply to the turn's waiter. */
export const PARKED: unique symbol = Symbol('parked')
export type Parked = typeof PARKED

/** What a shard decides and puts out, by kind. One shard has one such set of types. */
export interface ShardTypes {
  readonly record: unknown
  /** What a timer delivers. */
  readonly event: unknown
  /** What to go on with once the records of a turn are durable, or have failed. */
  readonly completion: unknown
  /** Responses of requests that can be parked. */
  readonly parked: unknown
}

/**
 * One step of a shard: the clock reading it decides with, and what it puts out. The shard only fills it; the runtime
 * replays and appends the records, starts the timers and sends the replies.
 */
export interface Turn<T extends ShardTypes> {
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number
  /** Number under which this turn's own request can be parked. */
  readonly waiter: number
  /** To be replayed and appended, in order. */
  readonly records: T['record'][]
  /** Whether the records must be in one batch. Otherwise they may be split, and a crash may keep a prefix of them. */
  atomic: boolean
  /** The transaction that the records are part of; they then are in a batch of their own. */
  producer: TransactionalProducer | null
  readonly timers: TimerEffect<T['event']>[]
  /** Sent when the turn ends, without waiting for its records. */
  readonly replies: ParkedReply<T['parked']>[]
  /** Only together with records. */
  completion: T['completion'] | null
}

export function newTurn<T extends ShardTypes>(now: number, waiter: number): Turn<T> {
  return { now, waiter, records: [], atomic: true, producer: null, timers: [], replies: [], completion: null }
}
