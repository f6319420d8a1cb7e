import type { JoinGroupResponse } from '../../protocol/messages/11-join-group.ts'
import type { SyncGroupResponse } from '../../protocol/messages/14-sync-group.ts'
import type { Turn } from '../runtime/turn.ts'
import type { ClassicGroup } from './classic/classic-group.ts'
import type { MemberProtocol } from './classic/member-protocol.ts'
import type { ConsumerGroupConfigs, GroupOptions } from './group-options.ts'
import type { GroupRecord } from './group-record.ts'
import type { TopicCatalog } from './topic-catalog.ts'

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
  /** Its session, its time to join or its time to sync is over: the member is fenced. */
  | { readonly kind: 'consumer-member-timeout'; readonly groupId: string; readonly memberId: string }
  | {
      readonly kind: 'consumer-rebalance-timeout'
      readonly groupId: string
      readonly memberId: string
      /** The member is fenced if it is still in this epoch. */
      readonly memberEpoch: number
    }
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

/** What a decision about a group is made with: the turn that takes its output, the settings, the topics. */
export interface GroupContext {
  readonly turn: GroupTurn
  readonly options: GroupOptions
  readonly topics: TopicCatalog
  readonly consumer: ConsumerGroupConfigs
  /** Takes over a classic group that the turn's records make of one of another kind, with its soft state. */
  readonly adopt: (group: ClassicGroup) => void
}
