import { errorCode } from '../../../protocol/errors.ts'
import type { KafkaError } from '../../../protocol/errors.ts'
import type { DescribeGroupsResponse } from '../../../protocol/messages/15-describe-groups.ts'
import type { ClassicGroup } from './classic-group.ts'
import { metadataFor } from './classic-member.ts'

export type DescribedGroup = DescribeGroupsResponse['groups'][number]

/** Authorized operations that were not asked for. */
const OPERATIONS_NOT_ASKED = -2_147_483_648
const NO_METADATA: Buffer = Buffer.alloc(0)

/** Member metadata is shown only while the group is stable: otherwise no protocol need be chosen. */
export function describeClassicGroup(group: ClassicGroup): DescribedGroup {
  const stable = group.state === 'Stable'
  return {
    errorCode: errorCode('NONE'),
    errorMessage: null,
    groupId: group.groupId,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: stable ? (group.protocolName ?? '') : '',
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: stable ? metadataFor(member, group.protocolName) : NO_METADATA,
      memberAssignment: member.assignment,
    })),
    authorizedOperations: OPERATIONS_NOT_ASKED,
  }
}

/**
 * What stands for a group that is not there (state `Dead`), or that could not be looked up (no state). Versions before
 * 6 have no message.
 */
export function describeWithoutGroup(
  groupId: string,
  state: 'Dead' | '',
  error: KafkaError | null,
  apiVersion: number,
): DescribedGroup {
  return {
    errorCode: error?.code ?? errorCode('NONE'),
    errorMessage: apiVersion < 6 ? null : (error?.message ?? null),
    groupId,
    groupState: state,
    protocolType: '',
    protocolData: '',
    members: [],
    authorizedOperations: OPERATIONS_NOT_ASKED,
  }
}
