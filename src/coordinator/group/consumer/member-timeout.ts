import type { GroupContext, GroupEvent } from '../group-turn.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { fence } from './leave.ts'

type Timeout = Extract<GroupEvent, { kind: 'consumer-member-timeout' | 'consumer-rebalance-timeout' }>

/** A member let a time limit pass: it is out, and its partitions go to others. */
export function memberTimedOut(context: GroupContext, group: ConsumerGroup, event: Timeout): void {
  const member = group.member(event.memberId)
  if (member === undefined) return
  if (event.kind === 'consumer-rebalance-timeout' && event.memberEpoch !== member.memberEpoch) return
  fence(context, group, [member])
}
