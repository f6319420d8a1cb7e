/** SyncGroup 0-5. 3 has static members (KIP-345), 5 checks and returns the protocol (KIP-559). The answer waits for the leader. */
import { groupRequest } from '../group-request.ts'
import { defineHandler } from '../handler.ts'

export const syncGroupHandler = defineHandler<'SyncGroup'>({
  api: 'SyncGroup',
  handle: (request, context) => context.broker.groups.syncGroup(request, groupRequest(context)),
  failed: (code) => ({
    throttleTimeMs: 0,
    errorCode: code,
    protocolType: null,
    protocolName: null,
    assignment: Buffer.alloc(0),
  }),
})
