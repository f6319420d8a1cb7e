import { errorCode } from '../../../protocol/errors.ts'
import type {
  OffsetDeleteRequest,
  OffsetDeleteResponse,
} from '../../../protocol/messages/47-offset-delete.ts'
import { isSubscribedToTopic } from '../group.ts'
import type { Group } from '../group.ts'
import type { GroupTurn } from '../group-turn.ts'
import type { OffsetStore } from './offset-store.ts'

/** Tombstones for the offsets named, except of topics that the group is subscribed to. */
export function deleteOffsets(
  turn: GroupTurn,
  offsets: OffsetStore,
  group: Group,
  request: OffsetDeleteRequest,
): OffsetDeleteResponse['topics'] {
  const { groupId } = request
  return request.topics.map(({ name, partitions }) => {
    const subscribed = isSubscribedToTopic(group, name)
    for (const { partitionIndex } of partitions) {
      const known = offsets.get(groupId, name, partitionIndex) !== undefined
      if (subscribed || !(known || offsets.pending.isOpen(groupId, name, partitionIndex))) continue
      pushOffsetTombstone(turn, groupId, name, partitionIndex)
    }
    const code = errorCode(subscribed ? 'GROUP_SUBSCRIBED_TO_TOPIC' : 'NONE')
    return { name, partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })) }
  })
}

/** Tombstones for all offsets of a group. */
export function deleteAllOffsets(turn: GroupTurn, offsets: OffsetStore, groupId: string): void {
  for (const { topic, partition } of offsets.of(groupId)) pushOffsetTombstone(turn, groupId, topic, partition)
  for (const { topic, partition } of offsets.pending.of(groupId)) {
    if (offsets.get(groupId, topic, partition) === undefined)
      pushOffsetTombstone(turn, groupId, topic, partition)
  }
}

/** Tombstones for the offsets that any group has committed for the topics. */
export function deleteOffsetsOfTopics(
  turn: GroupTurn,
  offsets: OffsetStore,
  topics: ReadonlySet<string>,
): void {
  for (const groupId of offsets.groupIds()) {
    for (const { topic, partition } of offsets.of(groupId)) {
      if (topics.has(topic)) pushOffsetTombstone(turn, groupId, topic, partition)
    }
  }
}

export function pushOffsetTombstone(
  turn: GroupTurn,
  groupId: string,
  topic: string,
  partition: number,
): void {
  turn.records.push({ kind: 'offset', groupId, topic, partition, value: null })
}
