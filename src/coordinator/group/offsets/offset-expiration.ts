import { expirationBaseOf, isSubscribedToTopic } from '../group.ts'
import type { Group } from '../group.ts'
import type { GroupContext } from '../group-turn.ts'
import { pushOffsetTombstone } from './offset-delete.ts'
import type { OffsetStore } from './offset-store.ts'
import type { StoredOffset } from './stored-offset.ts'

/**
 * Tombstones for the group's offsets that have outlived their retention (KIP-211). Returns whether none is left, so
 * that an empty group can go as well.
 */
export function expireOffsets(context: GroupContext, offsets: OffsetStore, group: Group): boolean {
  const { turn, options } = context
  const base = expirationBaseOf(group)
  if (base.kind === 'never') return !offsets.has(group.groupId)
  const expired = (offset: StoredOffset): boolean => {
    if (offset.expireTimestamp !== -1) return turn.now >= offset.expireTimestamp
    const since = base.kind === 'since' ? base.timestamp : offset.commitTimestamp
    return turn.now - since >= options.offsetsRetentionMs
  }
  let noneLeft = !offsets.pending.has(group.groupId)
  for (const offset of offsets.of(group.groupId)) {
    const open = offsets.pending.isOpen(group.groupId, offset.topic, offset.partition)
    if (!open && !isSubscribedToTopic(group, offset.topic) && expired(offset)) {
      pushOffsetTombstone(turn, group.groupId, offset.topic, offset.partition)
    } else {
      noneLeft = false
    }
  }
  return noneLeft
}
