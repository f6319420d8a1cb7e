/**
 * DescribeGroups 0-6. 3 has authorized operations (KIP-430), 4 static members (KIP-345), 6 GROUP_ID_NOT_FOUND with a message
 * (KIP-1043). A group named twice is described once, as in Kafka.
 */
import { errorCode } from '../../protocol/errors.ts'
import { GROUP_OPERATIONS, OPERATIONS_OMITTED } from '../authorized-operations.ts'
import { groupRequest } from '../group-request.ts'
import { defineHandler } from '../handler.ts'

export const describeGroupsHandler = defineHandler<'DescribeGroups'>({
  api: 'DescribeGroups',
  async handle(request, context) {
    const groups = [...new Set(request.groups)]
    const described = await context.broker.groups.describeGroups(
      { ...request, groups },
      groupRequest(context),
    )
    if (!request.includeAuthorizedOperations) return described
    return {
      ...described,
      groups: described.groups.map((group) => ({
        ...group,
        authorizedOperations: group.errorCode === errorCode('NONE') ? GROUP_OPERATIONS : OPERATIONS_OMITTED,
      })),
    }
  },
  failed: (code, message, { groups }, { apiVersion }) => ({
    throttleTimeMs: 0,
    groups: groups.map((groupId) => ({
      errorCode: code,
      errorMessage: apiVersion >= 6 ? message : null,
      groupId,
      groupState: '',
      protocolType: '',
      protocolData: '',
      members: [],
      authorizedOperations: OPERATIONS_OMITTED,
    })),
  }),
})
