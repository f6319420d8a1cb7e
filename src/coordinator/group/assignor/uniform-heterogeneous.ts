import type { Assignment, GroupSpec } from './assignor.ts'
import { MemberBalance } from './member-balance.ts'

const ROUNDS_MAX = 16
const NOBODY = -1

interface Topic {
  readonly topicId: string
  /** Members that subscribe to it. */
  readonly subscribers: number[]
  /** Owner by partition, or NOBODY. */
  readonly owners: Int32Array
}

interface State {
  readonly topics: readonly Topic[]
  /** Partitions that each member has. */
  readonly sizes: Int32Array
}

/**
 * The uniform assignment of members that subscribe to different topics (Kafka: UniformHeterogeneousAssignmentBuilder):
 * members keep what they have, free partitions go to the least loaded, then partitions move from the most to the least
 * loaded subscribers of each topic until nothing gets better. Members are numbered in the order of the group.
 */
export function assignHeterogeneous(group: GroupSpec): ReadonlyMap<string, Assignment> {
  const state = newState(group)
  if (state.topics.length === 0) return new Map()
  takeWhatTheyHave(group, state)
  for (const topic of state.topics) assignFree(topic, state.sizes)
  balance(state)
  return assignments(group, state)
}

function newState(group: GroupSpec): State {
  const topics = new Map<string, Topic>()
  for (const [member, { topicIds }] of group.members.entries()) {
    for (const topicId of topicIds) {
      const known = topics.get(topicId)
      if (known !== undefined) known.subscribers.push(member)
      else {
        const owners = new Int32Array(group.partitionCount(topicId)).fill(NOBODY)
        topics.set(topicId, { topicId, subscribers: [member], owners })
      }
    }
  }
  return { topics: [...topics.values()].sort(byLoad), sizes: new Int32Array(group.members.length) }
}

/** Topics with most partitions for each subscriber first, then those with fewest subscribers, then by id. */
function byLoad(a: Topic, b: Topic): number {
  return (
    b.owners.length / b.subscribers.length - a.owners.length / a.subscribers.length ||
    a.subscribers.length - b.subscribers.length ||
    compareIds(a.topicId, b.topicId)
  )
}

/** Kafka's Uuid.compareTo: two signed 64-bit numbers. */
function compareIds(a: string, b: string): number {
  const [x, y] = [Buffer.from(a, 'base64url'), Buffer.from(b, 'base64url')]
  for (const at of [0, 8]) {
    const order = x.readInt32BE(at) - y.readInt32BE(at) || x.readUInt32BE(at + 4) - y.readUInt32BE(at + 4)
    if (order !== 0) return order
  }
  return 0
}

function takeWhatTheyHave(group: GroupSpec, { topics, sizes }: State): void {
  const byId = new Map(topics.map((topic) => [topic.topicId, topic]))
  for (const [member, { topicIds, assignment }] of group.members.entries()) {
    for (const [topicId, partitions] of assignment) {
      const topic = byId.get(topicId)
      if (topic === undefined || !topicIds.has(topicId)) continue
      for (const partition of partitions) {
        if (partition < topic.owners.length) assign(topic, partition, member, sizes)
      }
    }
  }
}

function assign({ owners }: Topic, partition: number, member: number, sizes: Int32Array): void {
  const previous = owners[partition] ?? NOBODY
  if (previous !== NOBODY) sizes[previous] = (sizes[previous] ?? 0) - 1
  owners[partition] = member
  sizes[member] = (sizes[member] ?? 0) + 1
}

function assignFree(topic: Topic, sizes: Int32Array): void {
  if (!topic.owners.includes(NOBODY)) return
  const members = new MemberBalance(topic.subscribers, sizes)
  for (const [partition, owner] of topic.owners.entries()) {
    if (owner === NOBODY) assign(topic, partition, members.nextLeastLoaded(), sizes)
  }
}

function balance({ topics, sizes }: State): void {
  const movable = topics.filter(({ subscribers }) => subscribers.length >= 2)
  let lastMoved = -1
  for (let round = 0; round < ROUNDS_MAX; round++) {
    for (const [index, topic] of movable.entries()) {
      // All topics were looked at since one was last changed.
      if (index === lastMoved) return
      const moved = balanceTopic(topic, sizes)
      if (moved > 0 || lastMoved === -1) lastMoved = index
    }
  }
}

/** Returns how many partitions changed hands. */
function balanceTopic(topic: Topic, sizes: Int32Array): number {
  const members = new MemberBalance(topic.subscribers, sizes)
  if (members.imbalance <= 1) return 0
  const owned = new Map<number, number[]>()
  for (const [partition, owner] of topic.owners.entries()) {
    const partitions = owned.get(owner)
    if (partitions === undefined) owned.set(owner, [partition])
    else partitions.push(partition)
  }
  let moved = 0
  while (!members.balanced) {
    const partition = partitionToMove(members, owned)
    if (partition === null) break
    const receiver = members.nextLeastLoaded()
    if (members.balanced) break
    assign(topic, partition, receiver, sizes)
    moved++
  }
  return moved
}

/** The last partition of the most loaded member that had any at the beginning and still has one of those. */
function partitionToMove(members: MemberBalance, owned: ReadonlyMap<number, number[]>): number | null {
  for (;;) {
    const giver = members.nextMostLoaded()
    if (giver === null) return null
    const partition = owned.get(giver)?.pop()
    if (partition !== undefined) return partition
    members.excludeMostLoaded()
  }
}

function assignments(group: GroupSpec, { topics }: State): ReadonlyMap<string, Assignment> {
  const byMember = group.members.map(() => new Map<string, number[]>())
  for (const { topicId, owners } of topics) {
    for (const [partition, owner] of owners.entries()) {
      const assignment = byMember[owner]
      const partitions = assignment?.get(topicId)
      if (partitions === undefined) assignment?.set(topicId, [partition])
      else partitions.push(partition)
    }
  }
  return new Map(group.members.map(({ memberId }, index) => [memberId, byMember[index] ?? new Map()]))
}
