/** DeleteGroups 0-3 (KIP-229). 3 has error messages. A group named twice is deleted once, as in Kafka. */
import { defineHandler } from '../handler.ts'

export const deleteGroupsHandler = defineHandler<'DeleteGroups'>({
  api: 'DeleteGroups',
  handle: ({ groupsNames }, { broker }) =>
    broker.groups.deleteGroups({ groupsNames: [...new Set(groupsNames)] }),
  failed: (code, message, { groupsNames }) => ({
    throttleTimeMs: 0,
    results: groupsNames.map((groupId) => ({ groupId, errorCode: code, errorMessage: message })),
  }),
})
