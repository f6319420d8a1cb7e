/** ListGroups 0-5. 4 filters by state (KIP-518), 5 by type (KIP-848). */
import { defineHandler } from '../handler.ts'

export const listGroupsHandler = defineHandler<'ListGroups'>({
  api: 'ListGroups',
  handle: (request, { broker }) => broker.groups.listGroups(request),
  failed: (code) => ({ throttleTimeMs: 0, errorCode: code, groups: [] }),
})
