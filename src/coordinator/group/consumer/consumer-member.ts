import type { MemberProtocol } from '../classic/member-protocol.ts'
import { NO_PARTITIONS } from './partition-epochs.ts'
import type { PartitionEpochs } from './partition-epochs.ts'

/** How far a member is on its way to its target assignment (Kafka: MemberState). */
export type MemberState = 'stable' | 'unrevoked-partitions' | 'unreleased-partitions' | 'unknown'

/** By their codes in the log; what a newer broker wrote is `unknown`. */
export const memberStateCodes: Readonly<Record<MemberState, number>> = {
  stable: 0,
  'unrevoked-partitions': 1,
  'unreleased-partitions': 2,
  unknown: 127,
}

/** What a member of a consumer group has that speaks the classic protocol. */
export interface ClassicMetadata {
  readonly sessionTimeoutMs: number
  /** Most wanted first. */
  readonly supportedProtocols: readonly MemberProtocol[]
}

/** What a member said of itself: a record of its own. */
export interface MemberSubscription {
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly clientId: string
  readonly clientHost: string
  /** Sorted, each once. */
  readonly topicNames: readonly string[]
  /** Empty for none. */
  readonly topicRegex: string
  readonly rebalanceTimeoutMs: number
  readonly serverAssignor: string | null
  /** Null for a member of the consumer protocol. */
  readonly classic: ClassicMetadata | null
}

/** What a member has and where it stands: the other record. */
export interface MemberAssignment {
  readonly memberEpoch: number
  readonly previousMemberEpoch: number
  readonly state: MemberState
  readonly assigned: PartitionEpochs
  /** Still with the member, which has been told to give them up. */
  readonly pendingRevocation: PartitionEpochs
}

/** A member of a consumer group (Kafka: ConsumerGroupMember). Immutable. */
export interface ConsumerMember extends MemberSubscription, MemberAssignment {
  readonly memberId: string
}

/** A static member that left and may come back (KIP-848). */
export const STATIC_LEAVE_EPOCH = -2
export const LEAVE_EPOCH = -1

export function newConsumerMember(memberId: string): ConsumerMember {
  return {
    memberId,
    instanceId: null,
    rackId: null,
    clientId: '',
    clientHost: '',
    topicNames: [],
    topicRegex: '',
    rebalanceTimeoutMs: -1,
    serverAssignor: null,
    classic: null,
    memberEpoch: 0,
    previousMemberEpoch: -1,
    state: 'stable',
    assigned: NO_PARTITIONS,
    pendingRevocation: NO_PARTITIONS,
  }
}

/** The member in another epoch; the one it leaves becomes its previous one. */
export function inEpoch(member: ConsumerMember, memberEpoch: number): ConsumerMember {
  return { ...member, memberEpoch, previousMemberEpoch: member.memberEpoch }
}

/** Whether the member has all of the target assignment of that epoch, and nothing else. */
export function isReconciledTo(member: ConsumerMember, assignmentEpoch: number): boolean {
  return member.state === 'stable' && member.memberEpoch === assignmentEpoch
}

export function equalSubscriptions(a: MemberSubscription, b: MemberSubscription): boolean {
  return (
    a.instanceId === b.instanceId &&
    a.rackId === b.rackId &&
    a.clientId === b.clientId &&
    a.clientHost === b.clientHost &&
    a.topicRegex === b.topicRegex &&
    a.rebalanceTimeoutMs === b.rebalanceTimeoutMs &&
    a.serverAssignor === b.serverAssignor &&
    equalNames(a.topicNames, b.topicNames) &&
    equalClassic(a.classic, b.classic)
  )
}

/** Both sorted. */
export function equalNames(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((name, index) => name === b[index]))
}

export function sortedNames(names: Iterable<string>): string[] {
  return [...new Set(names)].sort()
}

function equalClassic(a: ClassicMetadata | null, b: ClassicMetadata | null): boolean {
  if (a === null || b === null) return a === b
  return (
    a.sessionTimeoutMs === b.sessionTimeoutMs &&
    a.supportedProtocols.length === b.supportedProtocols.length &&
    a.supportedProtocols.every(({ name, metadata }, index) => {
      const other = b.supportedProtocols[index]
      return other !== undefined && other.name === name && other.metadata.equals(metadata)
    })
  )
}
