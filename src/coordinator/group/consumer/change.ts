import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'

/** A member that joins or says something new, within a group as the turn's records so far leave it. */
export interface MemberChange {
  readonly group: ConsumerGroup
  /** What was known of the member; of a new one the empty member. */
  readonly before: ConsumerMember
  readonly after: ConsumerMember
  /** The static member whose place the member takes. */
  readonly replaced: ConsumerMember | null
}
