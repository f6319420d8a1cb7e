import { errorCode } from '../../../protocol/errors.ts'
import type { KafkaError } from '../../../protocol/errors.ts'
import type { ConsumerGroupDescribeResponse } from '../../../protocol/messages/69-consumer-group-describe.ts'
import type { Assignment } from '../assignor/assignor.ts'
import type { TopicCatalog } from '../topic-catalog.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { withoutEpochs } from './partition-epochs.ts'
import { preferredAssignor } from './target-assignment.ts'

export type DescribedConsumerGroup = ConsumerGroupDescribeResponse['groups'][number]
type DescribedMember = DescribedConsumerGroup['members'][number]

const OPERATIONS_NOT_ASKED = -2_147_483_648
const CLASSIC_MEMBER = 0
const CONSUMER_MEMBER = 1

/** The group as it was when the last record became durable. */
export function describeConsumerGroup(
  group: ConsumerGroup,
  topics: TopicCatalog,
  assignors: readonly string[],
): DescribedConsumerGroup {
  const members = group.committedMembers
  return {
    ...describeNoConsumerGroup(group.groupId, null),
    groupState: group.committedState,
    groupEpoch: group.committedEpoch,
    assignmentEpoch: group.committedAssignmentEpoch,
    assignorName: preferredAssignor(members, assignors),
    members: members.map((member) =>
      describeMember(member, group.committedTargetOf(member.memberId), topics),
    ),
  }
}

/** What stands for a group that is not there, or is none of the consumer protocol. */
export function describeNoConsumerGroup(groupId: string, error: KafkaError | null): DescribedConsumerGroup {
  return {
    errorCode: error?.code ?? errorCode('NONE'),
    errorMessage: error?.message ?? null,
    groupId,
    groupState: '',
    groupEpoch: 0,
    assignmentEpoch: 0,
    assignorName: '',
    members: [],
    authorizedOperations: OPERATIONS_NOT_ASKED,
  }
}

/** What it is still to give up is its own as well. */
function describeMember(member: ConsumerMember, target: Assignment, topics: TopicCatalog): DescribedMember {
  const { memberId, instanceId, rackId, memberEpoch, clientId, clientHost, topicNames, topicRegex } = member
  const held = new Map(withoutEpochs(member.assigned))
  for (const [topicId, partitions] of withoutEpochs(member.pendingRevocation))
    held.set(
      topicId,
      [...(held.get(topicId) ?? []), ...partitions].sort((a, b) => a - b),
    )
  return {
    memberId,
    instanceId,
    rackId,
    memberEpoch,
    clientId,
    clientHost,
    subscribedTopicNames: [...topicNames],
    subscribedTopicRegex: topicRegex,
    assignment: describeAssignment(held, topics),
    targetAssignment: describeAssignment(target, topics),
    memberType: member.classic === null ? CONSUMER_MEMBER : CLASSIC_MEMBER,
  }
}

function describeAssignment(assignment: Assignment, topics: TopicCatalog): DescribedMember['assignment'] {
  return {
    topicPartitions: [...assignment].flatMap(([topicId, partitions]) => {
      const topic = topics.withId(topicId)
      return topic === undefined ? [] : [{ topicId, topicName: topic.name, partitions: [...partitions] }]
    }),
  }
}
