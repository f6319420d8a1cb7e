import type { GroupTurn } from '../group-turn.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerRecord } from './consumer-record.ts'
import { cancelTimers } from './timers.ts'

/** Tombstones for all records of the group, members first, the group last, as Kafka replays them. */
export function pushGroupTombstones(turn: GroupTurn, group: ConsumerGroup): void {
  turn.records.push(...groupTombstones(group))
  for (const memberId of group.members.keys()) cancelTimers(turn, group.groupId, memberId)
}

function* groupTombstones(group: ConsumerGroup): IterableIterator<ConsumerRecord> {
  const { groupId } = group
  const members = [...group.members.keys()]
  for (const memberId of members) yield { kind: 'consumer-assignment', groupId, memberId, value: null }
  for (const memberId of members) yield { kind: 'consumer-target-member', groupId, memberId, value: null }
  yield { kind: 'consumer-target', groupId, value: null }
  for (const memberId of members) yield { kind: 'consumer-member', groupId, memberId, value: null }
  for (const regex of group.regexes.keys()) yield { kind: 'consumer-regex', groupId, regex, value: null }
  yield { kind: 'consumer-partition-metadata', groupId, value: null }
  yield { kind: 'consumer-group', groupId, value: null }
}
