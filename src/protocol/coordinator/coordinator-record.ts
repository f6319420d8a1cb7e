import type { MessageTable } from '../schema.ts'

/** A record type of a coordinator's log. */
export interface CoordinatorRecord {
  /** The first two bytes of every key of the type. */
  readonly id: number
  readonly key: MessageTable
  readonly value: MessageTable
}

/** The record types of one log, by Kafka's names. */
export type CoordinatorRecords = { readonly [name: string]: CoordinatorRecord }
