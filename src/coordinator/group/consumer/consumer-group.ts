import type { Assignment } from '../assignor/assignor.ts'
import { NOTHING_ASSIGNED } from '../assignor/assignor.ts'
import { TimelineMap } from '../../runtime/timeline.ts'
import type { Timeline } from '../../runtime/timeline.ts'
import { isReconciledTo, LEAVE_EPOCH, newConsumerMember } from './consumer-member.ts'
import type { ConsumerMember, MemberAssignment, MemberSubscription } from './consumer-member.ts'
import type { ConsumerRecord, GroupHeader, ResolvedRegex, TargetHeader } from './consumer-record.ts'
import { NO_PARTITIONS } from './partition-epochs.ts'
import type { PartitionEpochs } from './partition-epochs.ts'

export type ConsumerGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable'

const ONLY = ''

/**
 * A group of the consumer protocol (KIP-848; Kafka: ConsumerGroup). Three epochs drive it: the group's rises with every
 * change of members or topics; the target assignment is computed for an epoch of the group; each member moves to the
 * epoch of the target as it gives up and takes over partitions.
 *
 * All of it is what the log says and is written by `replay` alone. Whatever answers for the past reads `committed…`.
 */
export class ConsumerGroup {
  readonly kind = 'consumer'
  readonly groupId: string
  readonly protocolType = 'consumer'
  readonly #header: TimelineMap<string, GroupHeader>
  readonly #target: TimelineMap<string, TargetHeader>
  readonly #members: TimelineMap<string, ConsumerMember>
  readonly #targets: TimelineMap<string, Assignment>
  readonly #regexes: TimelineMap<string, ResolvedRegex>
  /** Member id by instance id. */
  readonly #staticMembers: TimelineMap<string, string>
  /** The epoch of the member that holds a partition, by topic id and partition: nobody else may get it until it is free. */
  readonly #holders: TimelineMap<string, number>
  /** Version of the catalog of topics that the header's hash was checked against. Soft: lost at a restart. */
  checkedVersion = -1

  constructor(timeline: Timeline, groupId: string) {
    this.groupId = groupId
    this.#header = new TimelineMap(timeline)
    this.#target = new TimelineMap(timeline)
    this.#members = new TimelineMap(timeline)
    this.#targets = new TimelineMap(timeline)
    this.#regexes = new TimelineMap(timeline)
    this.#staticMembers = new TimelineMap(timeline)
    this.#holders = new TimelineMap(timeline)
  }

  replay(record: ConsumerRecord): void {
    switch (record.kind) {
      case 'consumer-group':
        return put(this.#header, ONLY, record.value)
      case 'consumer-target':
        return put(this.#target, ONLY, record.value)
      case 'consumer-target-member':
        return put(this.#targets, record.memberId, record.value)
      case 'consumer-regex':
        return put(this.#regexes, record.regex, record.value)
      case 'consumer-member':
        return this.#replayMember(record.memberId, record.value)
      case 'consumer-assignment':
        return this.#replayAssignment(record.memberId, record.value)
      case 'consumer-partition-metadata':
    }
  }

  get members(): ReadonlyMembers {
    return this.#members
  }

  member(memberId: string): ConsumerMember | undefined {
    return this.#members.get(memberId)
  }

  staticMember(instanceId: string | null): ConsumerMember | undefined {
    const memberId = instanceId === null ? undefined : this.#staticMembers.get(instanceId)
    return memberId === undefined ? undefined : this.#members.get(memberId)
  }

  get epoch(): number {
    return this.#header.get(ONLY)?.epoch ?? 0
  }

  get metadataHash(): number {
    return this.#header.get(ONLY)?.metadataHash ?? 0
  }

  get assignmentEpoch(): number {
    return this.#target.get(ONLY)?.epoch ?? 0
  }

  get assignmentTimestamp(): number {
    return this.#target.get(ONLY)?.timestamp ?? 0
  }

  targetOf(memberId: string): Assignment {
    return this.#targets.get(memberId) ?? NOTHING_ASSIGNED
  }

  hasTarget(memberId: string): boolean {
    return this.#targets.has(memberId)
  }

  get regexes(): ReadonlyMap<string, ResolvedRegex> {
    return new Map(this.#regexes.entries())
  }

  regex(expression: string): ResolvedRegex | undefined {
    return this.#regexes.get(expression)
  }

  /** The epoch of the member that holds the partition, or null when it is free. */
  holderEpoch(topicId: string, partition: number): number | null {
    return this.#holders.get(holderKey(topicId, partition)) ?? null
  }

  /** As `waitingForUnreleased` in Kafka: the member's target has a partition that somebody else still holds. */
  waitsForPartitions(member: ConsumerMember): boolean {
    for (const [topicId, partitions] of this.targetOf(member.memberId)) {
      const assigned = member.assigned.get(topicId)
      for (const partition of partitions) {
        if (assigned?.has(partition) !== true && this.holderEpoch(topicId, partition) !== null) return true
      }
    }
    return false
  }

  get state(): ConsumerGroupState {
    return stateOf(
      [...this.#members.entries()].map(([, member]) => member),
      this.epoch,
      this.assignmentEpoch,
    )
  }

  get committedState(): ConsumerGroupState {
    return stateOf(this.committedMembers, this.committedEpoch, this.committedAssignmentEpoch)
  }

  get committedEpoch(): number {
    return this.#header.getCommitted(ONLY)?.epoch ?? 0
  }

  get committedAssignmentEpoch(): number {
    return this.#target.getCommitted(ONLY)?.epoch ?? 0
  }

  get committedMembers(): readonly ConsumerMember[] {
    return [...this.#members.committedEntries()].map(([, member]) => member)
  }

  committedMember(memberId: string): ConsumerMember | undefined {
    return this.#members.getCommitted(memberId)
  }

  committedTargetOf(memberId: string): Assignment {
    return this.#targets.getCommitted(memberId) ?? NOTHING_ASSIGNED
  }

  #replayMember(memberId: string, value: MemberSubscription | null): void {
    const known = this.#members.get(memberId)
    if (value !== null) {
      this.#members.set(memberId, { ...(known ?? newConsumerMember(memberId)), ...value })
      if (value.instanceId !== null) this.#staticMembers.set(value.instanceId, memberId)
      return
    }
    if (known === undefined) return
    this.#release(known.assigned, known.memberEpoch)
    this.#release(known.pendingRevocation, known.memberEpoch)
    this.#members.delete(memberId)
    // The instance may already belong to the member that replaced this one.
    if (known.instanceId !== null && this.#staticMembers.get(known.instanceId) === memberId)
      this.#staticMembers.delete(known.instanceId)
  }

  #replayAssignment(memberId: string, value: MemberAssignment | null): void {
    const known = this.#members.get(memberId)
    if (known === undefined && value === null) return
    const before = known ?? newConsumerMember(memberId)
    const after: MemberAssignment = value ?? {
      memberEpoch: LEAVE_EPOCH,
      previousMemberEpoch: LEAVE_EPOCH,
      state: before.state,
      assigned: NO_PARTITIONS,
      pendingRevocation: NO_PARTITIONS,
    }
    this.#release(before.assigned, before.memberEpoch)
    this.#release(before.pendingRevocation, before.memberEpoch)
    this.#hold(after.assigned, after.memberEpoch)
    this.#hold(after.pendingRevocation, after.memberEpoch)
    this.#members.set(memberId, { ...before, ...after })
  }

  /** A compacted log may have lost what was before, so a partition that somebody holds in a later epoch stays with it. */
  #release(partitions: PartitionEpochs, memberEpoch: number): void {
    for (const [topicId, epochs] of partitions) {
      for (const partition of epochs.keys()) {
        const key = holderKey(topicId, partition)
        if (this.#holders.get(key) === memberEpoch) this.#holders.delete(key)
      }
    }
  }

  #hold(partitions: PartitionEpochs, memberEpoch: number): void {
    for (const [topicId, epochs] of partitions) {
      for (const partition of epochs.keys()) {
        const key = holderKey(topicId, partition)
        if ((this.#holders.get(key) ?? Number.NEGATIVE_INFINITY) < memberEpoch)
          this.#holders.set(key, memberEpoch)
      }
    }
  }
}

export interface ReadonlyMembers {
  readonly size: number
  get(memberId: string): ConsumerMember | undefined
  has(memberId: string): boolean
  entries(): IterableIterator<[string, ConsumerMember]>
  keys(): IterableIterator<string>
}

function put<V>(map: TimelineMap<string, V>, key: string, value: V | null): void {
  if (value === null) map.delete(key)
  else map.set(key, value)
}

function holderKey(topicId: string, partition: number): string {
  return `${topicId}:${partition}`
}

function stateOf(
  members: readonly ConsumerMember[],
  epoch: number,
  assignmentEpoch: number,
): ConsumerGroupState {
  if (members.length === 0) return 'Empty'
  if (epoch > assignmentEpoch) return 'Assigning'
  return members.every((member) => isReconciledTo(member, assignmentEpoch)) ? 'Stable' : 'Reconciling'
}
