import type { ListGroupsRequest, ListGroupsResponse } from '../../protocol/messages/16-list-groups.ts'
import { groupTypeNames } from './group.ts'
import type { Group } from './group.ts'

type ListedGroup = ListGroupsResponse['groups'][number]

/** The groups that are in one of the states and of one of the types asked for; an empty list asks for all. */
export function listGroups(groups: Iterable<Group>, request: ListGroupsRequest): ListedGroup[] {
  const states = new Set(request.statesFilter.map((state) => state.trim().toLowerCase()))
  const types = new Set(request.typesFilter.map((type) => type.trim().toLowerCase()))
  const listed: ListedGroup[] = []
  for (const group of groups) {
    const groupType = groupTypeNames[group.kind]
    const { groupId, protocolType } = group
    const groupState = group.kind === 'consumer' ? group.committedState : group.state
    if (states.size > 0 && !states.has(groupState.toLowerCase())) continue
    if (types.size > 0 && !types.has(groupType)) continue
    listed.push({ groupId, protocolType: protocolType ?? '', groupState, groupType })
  }
  return listed
}
