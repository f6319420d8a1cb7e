import type { ConsumerRecord } from './consumer/consumer-record.ts'

/** A member as the log keeps it. */
export interface PersistedMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly rebalanceTimeout: number
  readonly sessionTimeout: number
  readonly subscription: Buffer
  readonly assignment: Buffer
}

/** A classic group as the log keeps it: what the last finished rebalance, or the last static member, left behind. */
export interface PersistedClassicGroup {
  /** Empty when no member ever chose one. */
  readonly protocolType: string
  readonly generation: number
  readonly protocol: string | null
  readonly leader: string | null
  /** When the group came into its state; -1 when unknown. */
  readonly currentStateTimestamp: number
  readonly members: readonly PersistedMember[]
}

/** A committed offset as the log keeps it. */
export interface CommittedOffset {
  readonly offset: number
  /** -1 when the client did not tell. */
  readonly leaderEpoch: number
  readonly metadata: string
  readonly commitTimestamp: number
  /** Set by clients that ask for their own retention (OffsetCommit 2-4); -1 otherwise. */
  readonly expireTimestamp: number
  /** Zero uuid when the client committed by name and the id was not resolved. */
  readonly topicId: string
}

/** A record of `__consumer_offsets`. A null value is a tombstone. */
export type GroupRecord =
  | ConsumerRecord
  | { readonly kind: 'classic-group'; readonly groupId: string; readonly value: PersistedClassicGroup | null }
  | {
      readonly kind: 'offset'
      readonly groupId: string
      readonly topic: string
      readonly partition: number
      readonly value: CommittedOffset | null
    }
