import type { GroupContext, GroupTurn } from '../group-turn.ts'
import { rebalanceTimeoutOf } from './classic-group.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { ClassicMember } from './classic-member.ts'

// Group and member ids may hold any character; the length keeps keys of different pairs apart.
const sessionKey = (groupId: string, memberId: string): string =>
  `session/${groupId.length}/${groupId}/${memberId}`
const joinKey = (groupId: string): string => `join/${groupId}`
const syncKey = (groupId: string): string => `sync/${groupId}`

/** Starts the member's session anew, or gives it another length. */
export function restartSession(
  turn: GroupTurn,
  group: ClassicGroup,
  member: ClassicMember,
  timeoutMs: number = member.sessionTimeoutMs,
): void {
  startSession(turn, group.groupId, member.memberId, timeoutMs)
}

/** The session of a member id, which need not have joined yet. */
export function startSession(turn: GroupTurn, groupId: string, memberId: string, timeoutMs: number): void {
  turn.timers.push({
    kind: 'schedule',
    key: sessionKey(groupId, memberId),
    delayMs: timeoutMs,
    event: { kind: 'classic-session-expired', groupId, memberId },
  })
}

export function cancelSession(turn: GroupTurn, groupId: string, memberId: string): void {
  turn.timers.push({ kind: 'cancel', key: sessionKey(groupId, memberId) })
}

/** Ends the join phase when the slowest member has had its time. */
export function startJoinTimeout(turn: GroupTurn, group: ClassicGroup): void {
  turn.timers.push({
    kind: 'schedule',
    key: joinKey(group.groupId),
    delayMs: rebalanceTimeoutOf(group),
    event: { kind: 'classic-join-timeout', groupId: group.groupId },
  })
}

/** Lets the first rebalance of a group wait for more members; `remainingMs` is what may be waited after that. */
export function startInitialDelay(
  turn: GroupTurn,
  group: ClassicGroup,
  delayMs: number,
  remainingMs: number,
): void {
  const { groupId } = group
  turn.timers.push({
    kind: 'schedule',
    key: joinKey(groupId),
    delayMs,
    event: { kind: 'classic-initial-delay-over', groupId, delayMs, remainingMs },
  })
}

export function cancelJoinTimeout(turn: GroupTurn, group: ClassicGroup): void {
  turn.timers.push({ kind: 'cancel', key: joinKey(group.groupId) })
}

/** Bounds the time that members may take from JoinGroup to SyncGroup. */
export function startSyncTimeout(turn: GroupTurn, group: ClassicGroup): void {
  const { groupId, generation } = group
  turn.timers.push({
    kind: 'schedule',
    key: syncKey(groupId),
    delayMs: rebalanceTimeoutOf(group),
    event: { kind: 'classic-sync-timeout', groupId, generation },
  })
}

export function cancelSyncTimeout(turn: GroupTurn, group: ClassicGroup): void {
  turn.timers.push({ kind: 'cancel', key: syncKey(group.groupId) })
}

/** Stops all that runs for a group that goes. */
export function cancelAllTimers({ turn }: GroupContext, group: ClassicGroup): void {
  for (const memberId of [...group.members.keys(), ...group.pendingJoins]) {
    cancelSession(turn, group.groupId, memberId)
  }
  cancelJoinTimeout(turn, group)
  cancelSyncTimeout(turn, group)
}
