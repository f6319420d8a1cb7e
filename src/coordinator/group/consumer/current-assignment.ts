import { KafkaError } from '../../../protocol/errors.ts'
import type { Assignment } from '../assignor/assignor.ts'
import type { ConsumerMember, MemberState } from './consumer-member.ts'
import { NO_PARTITIONS } from './partition-epochs.ts'
import type { OwnedPartitions, PartitionEpochs } from './partition-epochs.ts'

/** What a member is reconciled with. */
export interface Reconciliation {
  readonly targetEpoch: number
  readonly target: Assignment
  /** Topic ids that the member subscribes to. */
  readonly subscribed: ReadonlySet<string>
  /** The subscription is not what it was at the last heartbeat. */
  readonly subscriptionChanged: boolean
  /** What the member says it has; null when it says nothing, that is, when nothing changed. */
  readonly owned: readonly OwnedPartitions[] | null
  /** Whether some member holds the partition. */
  readonly held: (topicId: string, partition: number) => boolean
}

/**
 * One step of a member towards its target assignment (Kafka: CurrentAssignmentBuilder): first it gives up what is not
 * its own any more and stays in its epoch until it has; then it gets what is free and moves to the target's epoch; and
 * while somebody holds some of its partitions, it waits for those. Returns the same member when nothing changes.
 */
export function reconcile(member: ConsumerMember, with_: Reconciliation): ConsumerMember {
  switch (member.state) {
    case 'stable':
      if (member.memberEpoch !== with_.targetEpoch) return nextAssignment(member, member.memberEpoch, with_)
      return with_.subscriptionChanged ? dropUnsubscribed(member, with_) : member
    case 'unrevoked-partitions':
      if (ownsAny(member.pendingRevocation, with_.owned))
        return with_.subscriptionChanged ? dropUnsubscribed(member, with_) : member
      return nextAssignment(member, member.memberEpoch, with_)
    case 'unreleased-partitions':
      return nextAssignment(member, member.memberEpoch, with_)
    case 'unknown':
      if (with_.owned === null || with_.owned.length > 0) {
        throw new KafkaError(
          'FENCED_MEMBER_EPOCH',
          `member "${member.memberId}" is in a state that this version does not know; give up all partitions and join again`,
        )
      }
      return nextAssignment(member, with_.targetEpoch, with_)
  }
}

/** Whether the member still has any of the partitions; if it does not say, it has. */
function ownsAny(partitions: PartitionEpochs, owned: readonly OwnedPartitions[] | null): boolean {
  if (owned === null) return true
  return owned.some(({ topicId, partitions: had }) => {
    const epochs = partitions.get(topicId)
    return epochs !== undefined && had.some((partition) => epochs.has(partition))
  })
}

/** Takes away partitions of topics that the member no longer subscribes to, within its epoch. */
function dropUnsubscribed(member: ConsumerMember, { subscribed, owned }: Reconciliation): ConsumerMember {
  const dropped = [...member.assigned].filter(([topicId]) => !subscribed.has(topicId))
  if (dropped.length === 0) return member
  const assigned = new Map([...member.assigned].filter(([topicId]) => subscribed.has(topicId)))
  const pendingRevocation = new Map(member.pendingRevocation)
  for (const [topicId, epochs] of dropped) {
    pendingRevocation.set(topicId, new Map([...(pendingRevocation.get(topicId) ?? []), ...epochs]))
  }
  const moved = { ...member, previousMemberEpoch: member.memberEpoch, assigned }
  if (!ownsAny(pendingRevocation, owned)) return moved
  return { ...moved, state: 'unrevoked-partitions', pendingRevocation }
}

function nextAssignment(member: ConsumerMember, memberEpoch: number, with_: Reconciliation): ConsumerMember {
  const { targetEpoch, target, subscribed, owned } = with_
  const assigned = new Map<string, Map<number, number>>()
  const toRevoke = new Map<string, Map<number, number>>()
  const toAssign = new Map<string, number[]>()
  let unreleased = false
  for (const topicId of new Set([...target.keys(), ...member.assigned.keys()])) {
    const wanted = subscribed.has(topicId) ? (target.get(topicId) ?? []) : []
    const has = member.assigned.get(topicId) ?? new Map<number, number>()
    const kept = new Set(wanted)
    for (const [partition, epoch] of has)
      put(kept.has(partition) ? assigned : toRevoke, topicId, partition, epoch)
    for (const partition of wanted) {
      if (has.has(partition)) continue
      // What the member itself is to give up is as good as free, since only one member can hold it.
      const free =
        !with_.held(topicId, partition) || member.pendingRevocation.get(topicId)?.has(partition) === true
      if (free) toAssign.set(topicId, [...(toAssign.get(topicId) ?? []), partition])
      else unreleased = true
    }
  }
  if (toRevoke.size > 0 && ownsAny(toRevoke, owned))
    return moved(member, memberEpoch, 'unrevoked-partitions', assigned, toRevoke)
  for (const [topicId, partitions] of toAssign)
    for (const partition of partitions) put(assigned, topicId, partition, targetEpoch)
  return moved(member, targetEpoch, unreleased ? 'unreleased-partitions' : 'stable', assigned, NO_PARTITIONS)
}

function moved(
  member: ConsumerMember,
  memberEpoch: number,
  state: MemberState,
  assigned: PartitionEpochs,
  pendingRevocation: PartitionEpochs,
): ConsumerMember {
  return {
    ...member,
    previousMemberEpoch: member.memberEpoch,
    memberEpoch,
    state,
    assigned,
    pendingRevocation,
  }
}

function put(
  into: Map<string, Map<number, number>>,
  topicId: string,
  partition: number,
  epoch: number,
): void {
  const partitions = into.get(topicId)
  if (partitions === undefined) into.set(topicId, new Map([[partition, epoch]]))
  else partitions.set(partition, epoch)
}
