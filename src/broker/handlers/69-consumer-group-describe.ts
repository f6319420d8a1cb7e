/** ConsumerGroupDescribe 0-1 (KIP-848). 1 tells members of the classic protocol from the others (KIP-1099). */
import { errorCode } from '../../protocol/errors.ts'
import { GROUP_OPERATIONS, OPERATIONS_OMITTED } from '../authorized-operations.ts'
import { defineHandler } from '../handler.ts'

export const consumerGroupDescribeHandler = defineHandler<'ConsumerGroupDescribe'>({
  api: 'ConsumerGroupDescribe',
  async handle(request, { broker }) {
    const described = await broker.groups.describeConsumerGroups(request)
    if (!request.includeAuthorizedOperations) return described
    return {
      ...described,
      groups: described.groups.map((group) => ({
        ...group,
        authorizedOperations: group.errorCode === errorCode('NONE') ? GROUP_OPERATIONS : OPERATIONS_OMITTED,
      })),
    }
  },
  failed: (code, message, { groupIds }) => ({
    throttleTimeMs: 0,
    groups: groupIds.map((groupId) => ({
      errorCode: code,
      errorMessage: message,
      groupId,
      groupState: '',
      groupEpoch: 0,
      assignmentEpoch: 0,
      assignorName: '',
      members: [],
      authorizedOperations: OPERATIONS_OMITTED,
    })),
  }),
})
