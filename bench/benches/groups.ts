import { randomUUID } from 'node:crypto'
import type { ClusterClient } from '../../src/client/cluster-client.ts'
import { withRetries } from '../../src/client/retry.ts'
import { errorNameOf } from '../../src/protocol/errors.ts'
import type { ConsumerGroupHeartbeatResponse } from '../../src/protocol/messages/68-consumer-group-heartbeat.ts'
import type { Bench, BenchContext } from '../bench.ts'
import type { RunningBroker } from '../brokers/broker.ts'
import { type BenchTopic, clientOf, createTopic } from '../brokers/topic.ts'
import { contestAll } from '../contest.ts'
import { chronikCommit, kafkaDefault, type Contestant } from '../contestant.ts'
import { sleep } from '../load/sleep.ts'
import { beginUsage } from '../load/usage.ts'
import type { Sample } from '../report/report.ts'

const MEMBERS = 1000
const CONNECTIONS = 10
const GIVE_UP_MS = 180_000
const REBALANCE_TIMEOUT_MS = 60_000
/** While the first group's coordinator comes up. */
const notYet: ReadonlySet<string> = new Set([
  'NOT_COORDINATOR',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
])

export const groupsBench: Bench = {
  name: 'groups',
  summary:
    '1,000 members of the consumer group protocol (KIP-848) join at once: time until each has its partition',
  async run(context) {
    const found = await contestAll(context, [
      {
        label: '1,000 members',
        contestants: [chronikCommit, kafkaDefault],
        matches: [{ ours: chronikCommit, theirs: kafkaDefault, metric: 'stable', atMost: 1 }],
        run: (broker, contestant) => runOnce(context, broker, contestant),
      },
    ])
    return {
      name: 'groups',
      metrics: [
        { key: 'stable', title: 'stable after s' },
        { key: 'heartbeats', title: 'heartbeats' },
        { key: 'cpu', title: 'broker CPU-s' },
      ],
      ...found,
      notes: [
        'Members heartbeat as clients do: at once when their assignment changed, else at the interval that the broker asks for.',
      ],
    }
  },
}

/** What the members share. */
interface Group {
  readonly id: string
  readonly topic: BenchTopic
  /** Partitions of each member, as it was told last. */
  readonly owned: Map<string, readonly number[]>
  heartbeats: number
  /** Resolved when it is. */
  readonly stable: PromiseWithResolvers<void>
  done: boolean
}

async function runOnce(
  context: BenchContext,
  broker: RunningBroker,
  contestant: Contestant,
): Promise<Sample> {
  const topic = await createTopic(broker, MEMBERS, contestant.topicConfigs)
  const group: Group = {
    id: `group-${topic.name}`,
    topic,
    owned: new Map(),
    heartbeats: 0,
    stable: Promise.withResolvers<void>(),
    done: false,
  }
  const clients = Array.from({ length: CONNECTIONS }, () => clientOf(broker))
  // The topic that it lies in may have to be made first.
  for (const client of clients)
    await withRetries(
      client.env,
      client.options,
      () => client.coordinatorOf('group', group.id),
      (error) => client.isWorthRetrying(error),
    )
  const end = beginUsage(broker.pid)
  const started = performance.now()
  await Promise.all(
    Array.from({ length: MEMBERS }, (_, index) =>
      member(clients[index % CONNECTIONS]!, group, started + GIVE_UP_MS),
    ),
  )
  const seconds = (performance.now() - started) / 1000
  const usage = end()
  for (const client of clients) await client[Symbol.asyncDispose]()
  await context.topics.retire(topic, 0)
  return { stable: seconds, heartbeats: group.heartbeats, cpu: usage.brokerUser + usage.brokerSystem }
}

async function member(client: ClusterClient, group: Group, giveUpAt: number): Promise<void> {
  const memberId = randomUUID()
  let epoch = 0
  let owned: readonly number[] = []
  let changed = true
  while (!group.done) {
    if (performance.now() > giveUpAt) throw new Error(`${group.id} was not stable in time`)
    group.heartbeats += 1
    const response: ConsumerGroupHeartbeatResponse = await client.coordinator(
      'group',
      group.id,
      'ConsumerGroupHeartbeat',
      {
        groupId: group.id,
        memberId,
        memberEpoch: epoch,
        ...(epoch === 0 && {
          subscribedTopicNames: [group.topic.name],
          rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
        }),
        ...(changed && {
          topicPartitions:
            owned.length === 0 ? [] : [{ topicId: group.topic.topicId, partitions: [...owned] }],
        }),
      },
    )
    if (response.errorCode !== 0) {
      const error = errorNameOf(response.errorCode)
      if (!notYet.has(error)) throw new Error(`${error}: ${response.errorMessage ?? ''}`)
      await sleep(20)
      continue
    }
    epoch = response.memberEpoch
    changed = response.assignment !== null
    if (response.assignment !== null) {
      owned = response.assignment.topicPartitions.flatMap(({ partitions }) => partitions)
      group.owned.set(memberId, owned)
      if (isStable(group)) {
        group.done = true
        group.stable.resolve()
      }
    }
    if (!changed) await Promise.race([sleep(response.heartbeatIntervalMs), group.stable.promise])
  }
}

/** Whether each member has one partition, and no two the same. */
function isStable({ owned }: Group): boolean {
  if (owned.size < MEMBERS) return false
  const seen = new Set<number>()
  for (const partitions of owned.values()) {
    if (partitions.length !== 1) return false
    seen.add(partitions[0]!)
  }
  return seen.size === MEMBERS
}
