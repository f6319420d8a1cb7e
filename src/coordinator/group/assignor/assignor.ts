/** Partitions by topic id, ascending; a topic without partitions is left out. */
export type Assignment = ReadonlyMap<string, readonly number[]>

/** A member as an assignor sees it (Kafka: MemberSubscriptionAndAssignment). */
export interface MemberSpec {
  readonly memberId: string
  readonly instanceId: string | null
  /** Topics that it subscribes to and that exist, in the order in which they are to be looked at. */
  readonly topicIds: ReadonlySet<string>
  /** Its part of the target assignment so far, in the order in which partitions beyond its quota are looked for. */
  readonly assignment: Assignment
}

/** A group as an assignor sees it (Kafka: GroupSpec). */
export interface GroupSpec {
  /** In the order in which members are served. */
  readonly members: readonly MemberSpec[]
  /** Whether all members subscribe to the same topics. */
  readonly homogeneous: boolean
  /** Partitions of a topic that a member subscribes to. */
  partitionCount(topicId: string): number
}

/** A server-side assignor (KIP-848). It is a pure function: the same group gives the same assignment. */
export interface Assignor {
  readonly name: string
  /** The target assignment; a member that is not in it gets nothing. */
  assign(group: GroupSpec): ReadonlyMap<string, Assignment>
}

export const NOTHING_ASSIGNED: Assignment = new Map()
