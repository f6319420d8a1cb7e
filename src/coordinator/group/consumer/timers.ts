import type { GroupTurn } from '../group-turn.ts'
import type { ConsumerMember } from './consumer-member.ts'

/** What a member has a time limit for. `join` and `sync` are for members that speak the classic protocol. */
export type MemberTimer = 'session' | 'rebalance' | 'join' | 'sync'

// Group and member ids may hold any character; the length keeps keys of different pairs apart.
const key = (timer: MemberTimer, groupId: string, memberId: string): string =>
  `consumer-${timer}/${groupId.length}/${groupId}/${memberId}`

/** The member is fenced unless it heartbeats within the time. */
export function startSession(turn: GroupTurn, groupId: string, memberId: string, timeoutMs: number): void {
  start(turn, 'session', groupId, memberId, timeoutMs)
}

/** The member is fenced unless it leaves its epoch within its rebalance timeout. */
export function startRebalanceTimeout(turn: GroupTurn, groupId: string, member: ConsumerMember): void {
  const { memberId, memberEpoch, rebalanceTimeoutMs } = member
  turn.timers.push({
    kind: 'schedule',
    key: key('rebalance', groupId, memberId),
    delayMs: rebalanceTimeoutMs,
    event: { kind: 'consumer-rebalance-timeout', groupId, memberId, memberEpoch },
  })
}

/** The member, which was told to join again, is fenced unless it does so in time. A time that runs is not prolonged. */
export function startJoinTimeout(turn: GroupTurn, groupId: string, member: ConsumerMember): void {
  const { memberId, rebalanceTimeoutMs } = member
  turn.timers.push({
    kind: 'schedule-if-absent',
    key: key('join', groupId, memberId),
    delayMs: rebalanceTimeoutMs,
    event: { kind: 'consumer-member-timeout', groupId, memberId },
  })
}

/** The member, which has joined, is fenced unless it asks for its assignment in time. */
export function startSyncTimeout(
  turn: GroupTurn,
  groupId: string,
  memberId: string,
  timeoutMs: number,
): void {
  start(turn, 'sync', groupId, memberId, timeoutMs)
}

export function cancelTimer(turn: GroupTurn, timer: MemberTimer, groupId: string, memberId: string): void {
  turn.timers.push({ kind: 'cancel', key: key(timer, groupId, memberId) })
}

export function cancelTimers(turn: GroupTurn, groupId: string, memberId: string): void {
  for (const timer of ['session', 'rebalance', 'join', 'sync'] as const)
    cancelTimer(turn, timer, groupId, memberId)
}

function start(
  turn: GroupTurn,
  timer: MemberTimer,
  groupId: string,
  memberId: string,
  delayMs: number,
): void {
  const event = { kind: 'consumer-member-timeout', groupId, memberId } as const
  turn.timers.push({ kind: 'schedule', key: key(timer, groupId, memberId), delayMs, event })
}
