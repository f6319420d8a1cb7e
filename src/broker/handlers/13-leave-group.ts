/** LeaveGroup 0-5. 3 takes several members, also static ones (KIP-345), 5 carries a reason (KIP-800). */
import { groupRequest } from '../group-request.ts'
import { defineHandler } from '../handler.ts'

export const leaveGroupHandler = defineHandler<'LeaveGroup'>({
  api: 'LeaveGroup',
  handle: (request, context) => context.broker.groups.leaveGroup(request, groupRequest(context)),
  failed: (code) => ({ throttleTimeMs: 0, errorCode: code, members: [] }),
})
