import { errorCode, KafkaError } from '../../../protocol/errors.ts'
import type { HeartbeatRequest, HeartbeatResponse } from '../../../protocol/messages/12-heartbeat.ts'
import type { GroupContext } from '../group-turn.ts'
import { memberOf, validateMember } from './classic-group.ts'
import type { ClassicGroup } from './classic-group.ts'
import { restartSession } from './timers.ts'

/**
 * Heartbeat: keeps the session alive in every state, and tells of a rebalance. Throws a KafkaError when the member is
 * not of this group or not of this generation.
 */
export function heartbeat(
  context: GroupContext,
  group: ClassicGroup,
  request: HeartbeatRequest,
): HeartbeatResponse {
  validateMember(group, request.memberId, request.groupInstanceId)
  if (request.generationId !== group.generation) {
    throw new KafkaError(
      'ILLEGAL_GENERATION',
      `group "${group.groupId}" is in generation ${group.generation}, not ${request.generationId}`,
    )
  }
  restartSession(context.turn, group, memberOf(group, request.memberId))
  const error = group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE'
  return { throttleTimeMs: 0, errorCode: errorCode(error) }
}
