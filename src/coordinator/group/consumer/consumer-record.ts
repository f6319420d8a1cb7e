import type { Assignment } from '../assignor/assignor.ts'
import type { MemberAssignment, MemberSubscription } from './consumer-member.ts'

/** Topics that a regular expression matched (Kafka: ResolvedRegularExpression). */
export interface ResolvedRegex {
  /** Sorted. */
  readonly topics: readonly string[]
  /** Version of the catalog of topics that was searched. */
  readonly version: number
  /** When, wall clock. */
  readonly timestamp: number
}

export interface GroupHeader {
  readonly epoch: number
  /** Of the topics that the members subscribe to: when it changes, partitions are assigned anew. */
  readonly metadataHash: number
}

export interface TargetHeader {
  readonly epoch: number
  /** When the target assignment was computed, wall clock; 0 when that must not delay the next one. */
  readonly timestamp: number
}

/** The records of a consumer group in `__consumer_offsets`. A null value is a tombstone. */
export type ConsumerRecord =
  | { readonly kind: 'consumer-group'; readonly groupId: string; readonly value: GroupHeader | null }
  /** Written by Kafka before 4.1; only its tombstone is of use. */
  | { readonly kind: 'consumer-partition-metadata'; readonly groupId: string; readonly value: null }
  | {
      readonly kind: 'consumer-member'
      readonly groupId: string
      readonly memberId: string
      readonly value: MemberSubscription | null
    }
  | { readonly kind: 'consumer-target'; readonly groupId: string; readonly value: TargetHeader | null }
  | {
      readonly kind: 'consumer-target-member'
      readonly groupId: string
      readonly memberId: string
      readonly value: Assignment | null
    }
  | {
      readonly kind: 'consumer-assignment'
      readonly groupId: string
      readonly memberId: string
      readonly value: MemberAssignment | null
    }
  | {
      readonly kind: 'consumer-regex'
      readonly groupId: string
      readonly regex: string
      readonly value: ResolvedRegex | null
    }
