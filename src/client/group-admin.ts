import { decodeAssignment } from '../protocol/consumer-protocol.ts'
import { KafkaError } from '../protocol/errors.ts'
import type { ClusterClient } from './cluster-client.ts'
import type { TopicPartition } from './offsets.ts'
import { errorOf, throwFor, type Outcome } from './results.ts'

export interface ListedGroup {
  readonly group: string
  /** The node id of its coordinator. */
  readonly coordinator: number
  readonly protocolType: string
  readonly state: string
  /** classic, consumer, share, streams. */
  readonly type: string
}

export interface DescribedMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly host: string
  readonly assignment: readonly TopicPartition[]
}

export interface DescribedGroup {
  readonly group: string
  readonly coordinator: number
  readonly state: string
  /** The assignor of a consumer group; empty while there is none. */
  readonly balancer: string
  readonly type: string
  readonly members: readonly DescribedMember[]
}

/** The groups of all brokers: each knows those that it coordinates. */
export async function listGroups(client: ClusterClient): Promise<ListedGroup[]> {
  const { brokers } = await client.metadata([])
  const groups: ListedGroup[] = []
  for (const { nodeId } of brokers) {
    const response = await client.node(nodeId, 'ListGroups', {})
    throwFor(response.errorCode)
    for (const { groupId, protocolType, groupState, groupType } of response.groups) {
      groups.push({ group: groupId, coordinator: nodeId, protocolType, state: groupState, type: groupType })
    }
  }
  return groups.sort((a, b) => (a.group < b.group ? -1 : 1))
}

/** A group of the classic or the consumer protocol. Throws GROUP_ID_NOT_FOUND when there is none of this name. */
export async function describeGroup(client: ClusterClient, group: string): Promise<DescribedGroup> {
  const coordinator = await client.coordinatorOf('group', group)
  const { versions } = await client.connectionTo(coordinator)
  if (versions.offers('ConsumerGroupDescribe')) {
    const found = await describeConsumerGroup(client, group, coordinator)
    if (found !== null) return found
  }
  const response = await client.coordinator(
    'group',
    group,
    'DescribeGroups',
    { groups: [group] },
    ({ groups }) => throwFor(groups[0]?.errorCode ?? 0, groups[0]?.errorMessage),
  )
  const [described] = response.groups
  if (described === undefined || described.groupState === 'Dead') {
    throw new KafkaError('GROUP_ID_NOT_FOUND', `group "${group}" does not exist`)
  }
  const isConsumer = described.protocolType === 'consumer'
  return {
    group,
    coordinator,
    state: described.groupState,
    balancer: described.protocolData,
    type: 'classic',
    members: described.members.map((member) => ({
      memberId: member.memberId,
      instanceId: member.groupInstanceId,
      clientId: member.clientId,
      host: member.clientHost,
      assignment: isConsumer ? readAssignment(member.memberAssignment) : [],
    })),
  }
}

/** Null when the group is not one of the consumer protocol (KIP-848). */
async function describeConsumerGroup(
  client: ClusterClient,
  group: string,
  coordinator: number,
): Promise<DescribedGroup | null> {
  const response = await client.coordinator('group', group, 'ConsumerGroupDescribe', {
    groupIds: [group],
    includeAuthorizedOperations: false,
  })
  const [described] = response.groups
  const error = described === undefined ? null : errorOf(described.errorCode, described.errorMessage)
  if (described === undefined || error?.errorName === 'GROUP_ID_NOT_FOUND') return null
  if (error !== null) throw error
  return {
    group,
    coordinator,
    state: described.groupState,
    balancer: described.assignorName,
    type: 'consumer',
    members: described.members.map((member) => ({
      memberId: member.memberId,
      instanceId: member.instanceId,
      clientId: member.clientId,
      host: member.clientHost,
      assignment: member.assignment.topicPartitions.flatMap(({ topicName, partitions }) =>
        partitions.map((partition) => ({ topic: topicName, partition })),
      ),
    })),
  }
}

function readAssignment(bytes: Buffer): TopicPartition[] {
  // While the group rebalances, members have none.
  if (bytes.length === 0) return []
  return decodeAssignment(bytes).assignedPartitions.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  )
}

/** Deletes groups with their offsets. A group must have no members. */
export async function deleteGroups(client: ClusterClient, groups: readonly string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const group of groups) {
    const response = await client.coordinator('group', group, 'DeleteGroups', { groupsNames: [group] })
    const [result] = response.results
    outcomes.push({ name: group, error: errorOf(result?.errorCode ?? 0, result?.errorMessage) })
  }
  return outcomes
}
