import type { JoinGroupResponse } from '../../protocol/messages/11-join-group.ts'
import type { SyncGroupResponse } from '../../protocol/messages/14-sync-group.ts'
import type { Turn } from '../runtime/turn.ts'
import type { MemberProtocol } from './classic/classic-member.ts'
import type { GroupOptions } from './group-options.ts'
import type { GroupRecord } from './group-record.ts'

/** What timers of the group coordinator deliver. */
export type GroupEvent =
  | { readonly kind: 'classic-session-expired'; readonly groupId: string; readonly memberId: string }
  | {
      readonly kind: 'classic-initial-delay-over'
      readonly groupId: string
      readonly delayMs: number
      readonly remainingMs: number
    }
  | { readonly kind: 'classic-join-timeout'; readonly groupId: string }
  | { readonly kind: 'classic-sync-timeout'; readonly groupId: string; readonly generation: number }
  /** Looks for expired offsets in the groups from `next` on; null starts a new round. */
  | { readonly kind: 'expire-offsets'; readonly groupIds: readonly string[] | null; readonly next: number }

/** What goes on once records are durable, or have failed. */
export type GroupCompletion =
  | {
      readonly kind: 'assignment-stored'
      readonly groupId: string
      readonly generation: number
      /** By member id. */
      readonly assignments: ReadonlyMap<string, Buffer>
    }
  | {
      readonly kind: 'static-member-stored'
      readonly groupId: string
      readonly generation: number
      readonly apiVersion: number
      readonly memberId: string
      /** The parked JoinGroup of the new member. */
      readonly waiter: number
      /** What was replaced, to be put back if the record fails. */
      readonly previous: {
        readonly leader: string
        readonly memberId: string
        readonly protocols: readonly MemberProtocol[]
        readonly rebalanceTimeoutMs: number
        readonly sessionTimeoutMs: number
      }
    }

export interface GroupTypes {
  readonly record: GroupRecord
  readonly event: GroupEvent
  readonly completion: GroupCompletion
  readonly parked: JoinGroupResponse | SyncGroupResponse
}

export type GroupTurn = Turn<GroupTypes>

/** What a decision about a group is made with: the turn that takes its output, and the settings. */
export interface GroupContext {
  readonly turn: GroupTurn
  readonly options: GroupOptions
}
