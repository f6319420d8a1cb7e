import { KafkaError } from '../../../protocol/errors.ts'
import type { PersistedClassicGroup } from '../group-record.ts'
import { CONSUMER_PROTOCOL_TYPE, parseSubscription } from './consumer-protocol.ts'
import { memberFromPersisted, metadataFor, persistedMember, voteOf } from './classic-member.ts'
import type { ClassicMember } from './classic-member.ts'
import type { MemberProtocol } from './member-protocol.ts'

/** Names as DescribeGroups and ListGroups show them. `Dead` is shown for groups that do not exist and never held. */
export type ClassicGroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable'

/**
 * A group of the classic protocol (Kafka: ClassicGroup).
 *
 *     Empty ──join──▶ PreparingRebalance ──all joined, or timeout──▶ CompletingRebalance ──leader's assignment──▶ Stable
 *       ▲                    │      ▲                                        │                                      │
 *       └────no member left──┘      └──join, leave, expiry, sync timeout─────┴──────────────────────────────────────┘
 *
 * It is soft state: only `CompletingRebalance → Stable`, `PreparingRebalance → Empty` and the replacement of a static
 * member in `Stable` write a record. The functions here keep the invariants of one group; they decide nothing.
 */
export interface ClassicGroup {
  readonly kind: 'classic'
  readonly groupId: string
  state: ClassicGroupState
  previousState: ClassicGroupState | null
  /** When the state was entered, wall clock; null when not known. */
  stateTimestamp: number | null
  /** Null until the first member; it stays when the group becomes empty. */
  protocolType: string | null
  /** The protocol that the members voted for, null while the group is empty. */
  protocolName: string | null
  generation: number
  /** Null exactly when there are no members. */
  leaderId: string | null
  /** By member id, in the order of joining; a static member that was replaced counts as new. */
  readonly members: Map<string, ClassicMember>
  /** Member id by instance id. */
  readonly staticMembers: Map<string, string>
  /** Ids that were handed out and have not joined yet (KIP-394). They hold up the join phase. */
  readonly pendingJoins: Set<string>
  /** Members of the current generation that have not sent SyncGroup. */
  readonly pendingSyncs: Set<string>
  /** How many members support each protocol. */
  readonly protocolCounts: Map<string, number>
  /** Members joined while the initial rebalance waits, which makes it wait longer. */
  newMemberAdded: boolean
  /** In `CompletingRebalance`: the leader's assignment is on its way to the log. */
  assignmentBeingStored: boolean
  /** Null when it cannot be known: another protocol type, or metadata that does not parse. */
  subscribedTopics: ReadonlySet<string> | null
}

export function newClassicGroup(groupId: string, now: number): ClassicGroup {
  return {
    kind: 'classic',
    groupId,
    state: 'Empty',
    previousState: null,
    stateTimestamp: now,
    protocolType: null,
    protocolName: null,
    generation: 0,
    leaderId: null,
    members: new Map(),
    staticMembers: new Map(),
    pendingJoins: new Set(),
    pendingSyncs: new Set(),
    protocolCounts: new Map(),
    newMemberAdded: false,
    assignmentBeingStored: false,
    subscribedTopics: null,
  }
}

/** The group as a restart finds it: Stable with its members, or Empty. */
export function classicGroupFromPersisted(groupId: string, value: PersistedClassicGroup): ClassicGroup {
  const group = newClassicGroup(groupId, 0)
  group.stateTimestamp = value.currentStateTimestamp === -1 ? null : value.currentStateTimestamp
  group.generation = value.generation
  group.protocolType = value.protocolType === '' ? null : value.protocolType
  group.protocolName = value.protocol
  for (const persisted of value.members) {
    const member = memberFromPersisted(persisted, value.protocolType, value.protocol)
    group.members.set(member.memberId, member)
    if (member.groupInstanceId !== null) group.staticMembers.set(member.groupInstanceId, member.memberId)
    countProtocols(group, member, 1)
  }
  group.leaderId = group.members.size === 0 ? null : (value.leader ?? firstKey(group.members))
  group.state = group.members.size === 0 ? 'Empty' : 'Stable'
  group.subscribedTopics = computeSubscribedTopics(group)
  return group
}

/** The record value for the group's members with the given assignments; a member without one gets no bytes. */
export function persistedClassicGroup(
  group: ClassicGroup,
  assignmentOf: (member: ClassicMember) => Buffer = (member) => member.assignment,
): PersistedClassicGroup {
  return {
    protocolType: group.protocolType ?? '',
    generation: group.generation,
    protocol: group.protocolName,
    leader: group.leaderId,
    currentStateTimestamp: group.stateTimestamp ?? -1,
    members: [...group.members.values()].map((member) =>
      persistedMember(member, metadataFor(member, group.protocolName), assignmentOf(member)),
    ),
  }
}

export function transitionTo(group: ClassicGroup, state: ClassicGroupState, now: number): void {
  group.previousState = group.state
  group.state = state
  group.stateTimestamp = now
}

export function memberOf(group: ClassicGroup, memberId: string): ClassicMember {
  const member = group.members.get(memberId)
  if (member === undefined) throw new Error(`group ${group.groupId} has no member ${memberId}`)
  return member
}

export function addMember(group: ClassicGroup, member: ClassicMember): void {
  if (member.groupInstanceId !== null) group.staticMembers.set(member.groupInstanceId, member.memberId)
  if (group.members.size === 0) group.protocolType = member.protocolType
  group.leaderId ??= member.memberId
  group.members.set(member.memberId, member)
  countProtocols(group, member, 1)
  group.pendingJoins.delete(member.memberId)
}

/** Removes a member, or an id that has not joined yet. The next member in order becomes leader if the leader goes. */
export function removeMember(group: ClassicGroup, memberId: string): void {
  const member = group.members.get(memberId)
  if (member !== undefined) {
    countProtocols(group, member, -1)
    group.members.delete(memberId)
    if (member.groupInstanceId !== null) group.staticMembers.delete(member.groupInstanceId)
  }
  if (group.leaderId === memberId) group.leaderId = firstKey(group.members)
  group.pendingJoins.delete(memberId)
  group.pendingSyncs.delete(memberId)
}

export interface MemberUpdate {
  readonly protocols: readonly MemberProtocol[]
  readonly rebalanceTimeoutMs: number
  readonly sessionTimeoutMs: number
}

export function updateMember(group: ClassicGroup, member: ClassicMember, update: MemberUpdate): void {
  countProtocols(group, member, -1)
  member.protocols = update.protocols
  countProtocols(group, member, 1)
  member.rebalanceTimeoutMs = update.rebalanceTimeoutMs
  member.sessionTimeoutMs = update.sessionTimeoutMs
}

/** Gives a static member a new member id and keeps all else. Requests of the old id must have been answered. */
export function renameMember(group: ClassicGroup, member: ClassicMember, memberId: string): ClassicMember {
  const renamed: ClassicMember = { ...member, memberId, isNew: false }
  group.members.delete(member.memberId)
  group.members.set(memberId, renamed)
  if (renamed.groupInstanceId !== null) group.staticMembers.set(renamed.groupInstanceId, memberId)
  if (group.leaderId === member.memberId) group.leaderId = memberId
  if (group.pendingSyncs.delete(member.memberId)) group.pendingSyncs.add(memberId)
  return renamed
}

/** Throws UNKNOWN_MEMBER_ID or FENCED_INSTANCE_ID unless the member is the one it says it is. */
export function validateMember(group: ClassicGroup, memberId: string, groupInstanceId: string | null): void {
  if (groupInstanceId !== null) {
    const existing = group.staticMembers.get(groupInstanceId)
    if (existing === undefined) {
      throw new KafkaError(
        'UNKNOWN_MEMBER_ID',
        `group "${group.groupId}" has no static member with instance id "${groupInstanceId}"`,
      )
    }
    if (existing !== memberId) {
      throw new KafkaError(
        'FENCED_INSTANCE_ID',
        `instance id "${groupInstanceId}" of group "${group.groupId}" belongs to member "${existing}" now, not to "${memberId}"`,
      )
    }
  }
  if (!group.members.has(memberId)) {
    throw new KafkaError('UNKNOWN_MEMBER_ID', `group "${group.groupId}" has no member "${memberId}"`)
  }
}

export function awaitingJoinCount(group: ClassicGroup): number {
  let count = 0
  for (const member of group.members.values()) if (member.joinWaiter !== null) count++
  return count
}

export function hasAllMembersJoined(group: ClassicGroup): boolean {
  if (group.pendingJoins.size > 0) return false
  for (const member of group.members.values()) if (member.joinWaiter === null) return false
  return true
}

/** The longest rebalance timeout of any member. */
export function rebalanceTimeoutOf(group: ClassicGroup): number {
  let longest = 0
  for (const member of group.members.values()) longest = Math.max(longest, member.rebalanceTimeoutMs)
  return longest
}

/** Whether a member with these protocols can join: in an empty group it needs one, else one that all members share. */
export function supportsProtocols(
  group: ClassicGroup,
  protocolType: string,
  protocols: readonly { readonly name: string }[],
): boolean {
  if (group.state === 'Empty') return protocolType !== '' && protocols.length > 0
  if (group.protocolType !== protocolType) return false
  return protocols.some(({ name }) => (group.protocolCounts.get(name) ?? 0) === group.members.size)
}

/** The protocol with most votes among those that all members support; on a tie the one voted for first. */
export function selectProtocol(group: ClassicGroup): string {
  const candidates = new Set<string>()
  for (const [name, count] of group.protocolCounts) if (count === group.members.size) candidates.add(name)
  const votes = new Map<string, number>()
  for (const member of group.members.values()) {
    const name = voteOf(member, candidates)
    votes.set(name, (votes.get(name) ?? 0) + 1)
  }
  let selected: string | null = null
  for (const [name, count] of votes)
    if (selected === null || count > (votes.get(selected) ?? 0)) selected = name
  if (selected === null) throw new Error(`group ${group.groupId} has no members that could vote`)
  return selected
}

/** Counts the generation up and lets the members that are left choose the protocol, or leaves the group empty. */
export function initNextGeneration(group: ClassicGroup, now: number): void {
  // The wire has 32 bits; Kafka's int wraps into the negative, where a generation means "no generation".
  group.generation = group.generation === 0x7fffffff ? 0 : group.generation + 1
  const empty = group.members.size === 0
  group.protocolName = empty ? null : selectProtocol(group)
  group.subscribedTopics = computeSubscribedTopics(group)
  transitionTo(group, empty ? 'Empty' : 'CompletingRebalance', now)
  group.pendingSyncs.clear()
}

/** Whether the topic's offsets are in use. Of a consumer group whose metadata does not parse, all may be. */
export function isSubscribedTo(group: ClassicGroup, topic: string): boolean {
  return group.subscribedTopics?.has(topic) ?? group.protocolType === CONSUMER_PROTOCOL_TYPE
}

/**
 * The topics that the members of a consumer group subscribe to; none when it is empty. Null when the group has another
 * protocol type or a member's metadata does not parse.
 */
export function computeSubscribedTopics(group: ClassicGroup): ReadonlySet<string> | null {
  if (group.protocolType !== CONSUMER_PROTOCOL_TYPE) return null
  const topics = new Set<string>()
  if (group.members.size === 0) return topics
  if (group.protocolName === null) return null
  for (const member of group.members.values()) {
    const subscription = parseSubscription(metadataFor(member, group.protocolName))
    if (subscription === null) return null
    for (const topic of subscription) topics.add(topic)
  }
  return topics
}

function countProtocols(group: ClassicGroup, member: ClassicMember, change: 1 | -1): void {
  for (const { name } of member.protocols) {
    const count = (group.protocolCounts.get(name) ?? 0) + change
    if (count === 0) group.protocolCounts.delete(name)
    else group.protocolCounts.set(name, count)
  }
}

function firstKey(map: ReadonlyMap<string, unknown>): string | null {
  const first = map.keys().next()
  return first.done === true ? null : first.value
}
