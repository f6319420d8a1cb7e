import type { ConsumerGroup } from './consumer/consumer-group.ts'
import type { Group } from './group.ts'
import type { PlacedOffset } from './offsets/stored-offset.ts'

/** What metrics and the console show of a group. Offsets are committed ones. */
export interface GroupSnapshot {
  readonly groupId: string
  readonly kind: Group['kind']
  readonly state: string
  /** Empty for consumers that never joined. */
  readonly protocolType: string
  readonly protocol: string
  readonly generation: number
  readonly members: readonly MemberSnapshot[]
  readonly offsets: readonly PlacedOffset[]
}

export interface MemberSnapshot {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
}

export function groupSnapshot(group: Group, offsets: Iterable<PlacedOffset>): GroupSnapshot {
  if (group.kind === 'consumer') return consumerGroupSnapshot(group, offsets)
  return {
    groupId: group.groupId,
    kind: group.kind,
    state: group.state,
    protocolType: group.protocolType ?? '',
    protocol: group.protocolName ?? '',
    generation: group.generation,
    members: [...group.members.values()].map(({ memberId, groupInstanceId, clientId, clientHost }) => ({
      memberId,
      groupInstanceId,
      clientId,
      clientHost,
    })),
    offsets: placedOffsets(offsets),
  }
}

function consumerGroupSnapshot(group: ConsumerGroup, offsets: Iterable<PlacedOffset>): GroupSnapshot {
  return {
    groupId: group.groupId,
    kind: group.kind,
    state: group.committedState,
    protocolType: group.protocolType,
    protocol: '',
    generation: group.committedEpoch,
    members: group.committedMembers.map(({ memberId, instanceId, clientId, clientHost }) => ({
      memberId,
      groupInstanceId: instanceId,
      clientId,
      clientHost,
    })),
    offsets: placedOffsets(offsets),
  }
}

function placedOffsets(offsets: Iterable<PlacedOffset>): readonly PlacedOffset[] {
  return [...offsets].map((placed) => ({
    topic: placed.topic,
    partition: placed.partition,
    offset: placed.offset,
    leaderEpoch: placed.leaderEpoch,
    metadata: placed.metadata,
    commitTimestamp: placed.commitTimestamp,
    expireTimestamp: placed.expireTimestamp,
    topicId: placed.topicId,
  }))
}
