/**
 * ConsumerGroupHeartbeat 0-1 (KIP-848). 1 subscribes by a regular expression of RE2's syntax and has member ids that the client
 * makes (KIP-1082).
 *
 * Divergence: an expression is resolved at once and not by the next heartbeat.
 */
import { groupRequest } from '../group-request.ts'
import { defineHandler } from '../handler.ts'

export const consumerGroupHeartbeatHandler = defineHandler<'ConsumerGroupHeartbeat'>({
  api: 'ConsumerGroupHeartbeat',
  handle: (request, context) => context.broker.groups.consumerHeartbeat(request, groupRequest(context)),
  failed: (code, message) => ({
    throttleTimeMs: 0,
    errorCode: code,
    errorMessage: message,
    memberId: null,
    memberEpoch: 0,
    heartbeatIntervalMs: 0,
    assignment: null,
  }),
})
