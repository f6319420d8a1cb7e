/**
 * JoinGroup 0-9. 4 gives a new member its id first (KIP-394), 5 has static members (KIP-345), 7 returns the protocol type (KIP-559),
 * 8 carries a reason (KIP-800), 9 lets a leader skip the assignment (KIP-814). The answer comes when all members have joined.
 */
import { groupRequest } from '../group-request.ts'
import { defineHandler } from '../handler.ts'

export const joinGroupHandler = defineHandler<'JoinGroup'>({
  api: 'JoinGroup',
  handle: (request, context) => context.broker.groups.joinGroup(request, groupRequest(context)),
  failed: (code, _message, { memberId }, { apiVersion }) => ({
    throttleTimeMs: 0,
    errorCode: code,
    generationId: -1,
    protocolType: null,
    protocolName: apiVersion >= 7 ? null : '',
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  }),
})
