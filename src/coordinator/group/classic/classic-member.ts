import type { PersistedMember } from '../group-record.ts'
import type { MemberProtocol } from './member-protocol.ts'

/** A member of a classic group (Kafka: ClassicGroupMember). */
export interface ClassicMember {
  readonly memberId: string
  /** Set for static members (KIP-345). */
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly protocolType: string
  /** Most wanted first. */
  protocols: readonly MemberProtocol[]
  rebalanceTimeoutMs: number
  sessionTimeoutMs: number
  assignment: Buffer
  /** The parked JoinGroup, or null. */
  joinWaiter: number | null
  /** The parked SyncGroup, or null. */
  syncWaiter: number | null
  /** It has not been part of a generation, so it cannot heartbeat and its session runs while it waits in JoinGroup. */
  isNew: boolean
}

export const NO_ASSIGNMENT: Buffer = Buffer.alloc(0)

/** The first of the member's protocols that all others support as well. */
export function voteOf(member: ClassicMember, candidates: ReadonlySet<string>): string {
  const protocol = member.protocols.find(({ name }) => candidates.has(name))
  if (protocol === undefined)
    throw new Error(`member ${member.memberId} supports none of the group's protocols`)
  return protocol.name
}

/** The metadata for the protocol; there must be some once the group has chosen it. */
export function metadataFor(member: ClassicMember, protocolName: string | null): Buffer {
  const protocol = member.protocols.find(({ name }) => name === protocolName)
  if (protocol === undefined)
    throw new Error(`member ${member.memberId} does not support protocol ${protocolName}`)
  return protocol.metadata
}

/** Whether the member offers exactly these protocols, in this order and with the same metadata. */
export function matchesProtocols(member: ClassicMember, protocols: readonly MemberProtocol[]): boolean {
  if (member.protocols.length !== protocols.length) return false
  return member.protocols.every((known, index) => {
    const other = protocols[index]
    return other !== undefined && known.name === other.name && known.metadata.equals(other.metadata)
  })
}

/**
 * Own copies, since the bytes of a request are views of its connection's receive buffer. A name that comes twice would
 * be counted twice in the vote; its first place stands.
 */
export function ownProtocols(protocols: readonly MemberProtocol[]): readonly MemberProtocol[] {
  const own = new Map<string, MemberProtocol>()
  for (const { name, metadata } of protocols) {
    if (!own.has(name)) own.set(name, { name, metadata: Buffer.from(metadata) })
  }
  return [...own.values()]
}

/** A member that waits for expiry may live on while one of its requests is parked here; a new one may not. */
export function hasSatisfiedHeartbeat(member: ClassicMember): boolean {
  return !member.isNew && (member.joinWaiter !== null || member.syncWaiter !== null)
}

export function persistedMember(
  member: ClassicMember,
  subscription: Buffer,
  assignment: Buffer,
): PersistedMember {
  return {
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    rebalanceTimeout: member.rebalanceTimeoutMs,
    sessionTimeout: member.sessionTimeoutMs,
    subscription,
    assignment,
  }
}

/** Only the chosen protocol was kept. Version 0 of the record had no rebalance timeout. */
export function memberFromPersisted(
  persisted: PersistedMember,
  protocolType: string,
  protocol: string | null,
): ClassicMember {
  return {
    memberId: persisted.memberId,
    groupInstanceId: persisted.groupInstanceId,
    clientId: persisted.clientId,
    clientHost: persisted.clientHost,
    protocolType,
    protocols: protocol === null ? [] : [{ name: protocol, metadata: persisted.subscription }],
    rebalanceTimeoutMs:
      persisted.rebalanceTimeout <= 0 ? persisted.sessionTimeout : persisted.rebalanceTimeout,
    sessionTimeoutMs: persisted.sessionTimeout,
    assignment: persisted.assignment,
    joinWaiter: null,
    syncWaiter: null,
    isNew: false,
  }
}
