import assert from 'node:assert/strict'
import { errorNameOf } from '../../protocol/errors.ts'
import type { ConsumerGroupHeartbeatRequest } from '../../protocol/messages/68-consumer-group-heartbeat.ts'
import { encodeAssignment, encodeSubscription, decodeAssignment } from '../../protocol/consumer-protocol.ts'
import { defaultGroupOptions } from '../group/group-options.ts'
import type { ConsumerGroupOptions, GroupOptions } from '../group/group-options.ts'
import type { CatalogTopic, TopicCatalog } from '../group/topic-catalog.ts'
import { GroupCoordinator } from '../group-coordinator.ts'
import { ManualTime } from './manual-time.ts'
import { MemoryLog } from './memory-log.ts'

const GROUP = 'g'

/** What a member knows of itself. */
interface Client {
  readonly name: string
  memberId: string
  epoch: number
  owned: string[]
}

/** Topics that a test makes and grows. */
class TestTopics implements TopicCatalog {
  version = 0
  readonly #topics = new Map<string, CatalogTopic>()

  set(name: string, partitions: number): void {
    this.version++
    const topicId = Buffer.from(name.padEnd(16, '.')).subarray(0, 16).toString('base64url')
    if (partitions === 0) this.#topics.delete(name)
    else this.#topics.set(name, { name, topicId, partitions })
  }

  named(name: string): CatalogTopic | undefined {
    return this.#topics.get(name)
  }

  withId(topicId: string): CatalogTopic | undefined {
    return [...this.#topics.values()].find((topic) => topic.topicId === topicId)
  }

  names(): Iterable<string> {
    return this.#topics.keys()
  }
}

/**
 * Members of one consumer group, driven by lines such as `beat a topics=t -> a: 1 t:0,t:1`: a command, and after the
 * arrow what is answered: the member epoch, and the assignment if it was told. Errors are in capitals.
 *
 * | command | |
 * |---|---|
 * | `topic t 3` | a topic has so many partitions now; 0 deletes it |
 * | `join a topics=t,u regex=… as=instance assignor=range rebalance=…` | a heartbeat with epoch 0 |
 * | `beat a owns=t:0,t:1 epoch=…` | a heartbeat; `owns` says what it has, `all` what it was told last |
 * | `leave a`, `rest a` | epochs -1 and -2 |
 * | `classic a topics=t`, `sync a`, `ping a`, `quit a` | JoinGroup, SyncGroup, Heartbeat, LeaveGroup of the classic protocol |
 * | `lead a topics=t a=t:0 b=t:1` | SyncGroup of a classic leader |
 * | `commit a t:0=5 epoch=…`, `fetch a` | offsets |
 * | `state` | of the group, by ConsumerGroupDescribe or DescribeGroups |
 */
export class ConsumerTranscript {
  readonly time = new ManualTime()
  readonly log = new MemoryLog()
  readonly topics = new TestTopics()
  readonly failures: Error[] = []
  readonly #options: GroupOptions
  #coordinator: GroupCoordinator
  readonly #clients = new Map<string, Client>()
  #heard: string[] = []

  constructor(options: Partial<ConsumerGroupOptions>) {
    this.#options = {
      ...defaultGroupOptions,
      initialRebalanceDelayMs: 0,
      consumer: { ...defaultGroupOptions.consumer, assignmentIntervalMs: 0, ...options },
    }
    this.#coordinator = this.#newCoordinator()
  }

  static async check(transcript: string, options: Partial<ConsumerGroupOptions> = {}): Promise<void> {
    const test = new ConsumerTranscript(options)
    await test.#start()
    const actual: string[] = []
    const expected: string[] = []
    for (const line of transcript.split('\n').map((text) => text.trim())) {
      if (line === '' || line.startsWith('#')) continue
      const [command = '', outcome = ''] = line.split('->').map((text) => text.trim())
      actual.push(`${command} -> ${(await test.#step(command)).toSorted().join(' | ')}`)
      expected.push(`${command} -> ${outcome.split(' | ').toSorted().join(' | ')}`)
    }
    assert.deepEqual(actual, expected)
    assert.deepEqual(test.failures, [])
  }

  async #start(): Promise<void> {
    const loading = this.#coordinator.load(0)
    await this.time.settle()
    await loading
  }

  async #step(command: string): Promise<string[]> {
    this.#heard = []
    const [verb = '', ...words] = command.split(/\s+/)
    const options = new Map<string, string>()
    const names: string[] = []
    for (const word of words) {
      const at = word.indexOf('=')
      if (at >= 0) options.set(word.slice(0, at), word.slice(at + 1))
      else names.push(word)
    }
    await this.#run(verb, names, options)
    await this.time.settle()
    return this.#heard
  }

  async #run(verb: string, names: string[], options: ReadonlyMap<string, string>): Promise<void> {
    const client = this.#client(names[0] ?? '-')
    switch (verb) {
      case 'topic':
        return this.topics.set(names[0] ?? '', Number(names[1]))
      case 'wait':
        return this.time.advance(Number(names[0]))
      case 'restart':
        this.#coordinator[Symbol.dispose]()
        this.#coordinator = this.#newCoordinator()
        return this.#start()
      case 'fail':
        this.log.failure = 'NOT_ENOUGH_REPLICAS'
        return
      case 'join':
        return this.#beat(client, options, {
          memberEpoch: 0,
          topicPartitions: [],
          rebalanceTimeoutMs: Number(options.get('rebalance') ?? 60_000),
        })
      case 'beat':
        return this.#beat(client, options, {})
      case 'leave':
        return this.#beat(client, options, { memberEpoch: -1 })
      case 'rest':
        return this.#beat(client, options, { memberEpoch: -2 })
      case 'classic':
        return this.#join(client, options)
      case 'lead':
      case 'sync':
        return this.#sync(client, options)
      case 'ping':
        return this.#ping(client)
      case 'quit':
        return this.#quit(client)
      case 'commit':
        return this.#commit(client, options)
      case 'fetch':
        return this.#fetch(client, options)
      case 'state':
        return this.#state()
      default:
        throw new Error(`unknown verb ${verb}`)
    }
  }

  #beat(
    client: Client,
    options: ReadonlyMap<string, string>,
    overrides: Partial<ConsumerGroupHeartbeatRequest>,
  ): void {
    const topics = options.get('topics')
    const owns = options.get('owns')
    const request: ConsumerGroupHeartbeatRequest = {
      groupId: GROUP,
      memberId: options.get('id') ?? client.memberId,
      memberEpoch: Number(options.get('epoch') ?? client.epoch),
      instanceId: options.get('as') ?? null,
      rackId: null,
      rebalanceTimeoutMs: -1,
      subscribedTopicNames: topics === undefined ? null : topics.split(',').filter((name) => name !== ''),
      subscribedTopicRegex: options.get('regex') ?? null,
      serverAssignor: options.get('assignor') ?? null,
      topicPartitions:
        owns === undefined ? null : this.#owned(owns === 'all' ? client.owned : owns.split(',')),
      ...overrides,
    }
    const from = { clientId: client.name, clientHost: '/h', apiVersion: 1 }
    this.#listen(this.#coordinator.consumerHeartbeat(request, from), (response) => {
      const error = errorNameOf(response.errorCode)
      if (error !== 'NONE') return `${client.name}: ${error}`
      client.epoch = response.memberEpoch
      if (response.assignment === null) return `${client.name}: ${response.memberEpoch}`
      client.owned = response.assignment.topicPartitions
        .flatMap(({ topicId, partitions }) =>
          partitions.map((partition) => `${this.#nameOf(topicId)}:${partition}`),
        )
        .sort()
      return `${client.name}: ${response.memberEpoch} [${client.owned.join(',')}]`
    })
  }

  #join(client: Client, options: ReadonlyMap<string, string>): void {
    const topics = (options.get('topics') ?? '').split(',').filter((name) => name !== '')
    const owned = (options.get('owns') ?? '').split(',').filter((name) => name !== '')
    const metadata = encodeSubscription(1, {
      topics,
      userData: null,
      ownedPartitions: owned.map((name) => ({
        topic: name.split(':')[0] ?? '',
        partitions: [Number(name.split(':')[1])],
      })),
    })
    const request = {
      groupId: GROUP,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 20_000,
      memberId: client.memberId === client.name ? '' : client.memberId,
      groupInstanceId: options.get('as') ?? null,
      protocolType: options.get('type') ?? 'consumer',
      protocols: [{ name: 'range', metadata }],
      reason: null,
    }
    const from = { clientId: client.name, clientHost: '/h', apiVersion: 9 }
    this.#listen(this.#coordinator.joinGroup(request, from), (response) => {
      const error = errorNameOf(response.errorCode)
      if (error === 'NONE' || error === 'MEMBER_ID_REQUIRED') client.memberId = response.memberId
      if (error !== 'NONE') return `${client.name}: JOIN ${error}`
      client.epoch = response.generationId
      return `${client.name}: joined ${response.generationId}`
    })
  }

  #sync(client: Client, options: ReadonlyMap<string, string>): void {
    const assignments = [...options].map(([name, text]) => ({
      memberId: this.#client(name).memberId,
      assignment: encodeAssignment(1, {
        assignedPartitions: text
          .split(',')
          .map((word) => ({ topic: word.split(':')[0] ?? '', partitions: [Number(word.split(':')[1])] })),
        userData: null,
      }),
    }))
    const request = {
      groupId: GROUP,
      generationId: client.epoch,
      memberId: client.memberId,
      groupInstanceId: null,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments,
    }
    const from = { clientId: client.name, clientHost: '/h', apiVersion: 5 }
    this.#listen(this.#coordinator.syncGroup(request, from), (response) => {
      const error = errorNameOf(response.errorCode)
      if (error !== 'NONE') return `${client.name}: SYNC ${error}`
      const none = response.assignment.length === 0
      const assigned = none ? [] : decodeAssignment(response.assignment).assignedPartitions
      client.owned = assigned.flatMap(({ topic, partitions }) =>
        partitions.map((partition) => `${topic}:${partition}`),
      )
      return `${client.name}: synced [${client.owned.join(',')}]`
    })
  }

  #ping({ name, memberId, epoch }: Client): void {
    const request = { groupId: GROUP, generationId: epoch, memberId, groupInstanceId: null }
    this.#listen(
      this.#coordinator.heartbeat(request),
      (response) => `${name}: ${errorNameOf(response.errorCode)}`,
    )
  }

  #quit({ name, memberId }: Client): void {
    const request = {
      groupId: GROUP,
      memberId: '',
      members: [{ memberId, groupInstanceId: null, reason: null }],
    }
    const from = { clientId: name, clientHost: '/h', apiVersion: 5 }
    this.#listen(
      this.#coordinator.leaveGroup(request, from),
      (response) =>
        `${name}: left ${response.members.map(({ errorCode }) => errorNameOf(errorCode)).join(',')}`,
    )
  }

  #commit(client: Client, options: ReadonlyMap<string, string>): void {
    const topics = [...options]
      .filter(([key]) => key.includes(':'))
      .map(([key, offset]) => {
        const [name = '', partition] = key.split(':')
        return {
          name,
          topicId: this.topics.named(name)?.topicId ?? '',
          partitions: [
            {
              partitionIndex: Number(partition),
              committedOffset: Number(offset),
              committedLeaderEpoch: -1,
              committedMetadata: null,
            },
          ],
        }
      })
    const anonymous = client.name === '-'
    const request = {
      groupId: GROUP,
      generationIdOrMemberEpoch: anonymous ? -1 : Number(options.get('epoch') ?? client.epoch),
      memberId: anonymous ? '' : client.memberId,
      groupInstanceId: null,
      retentionTimeMs: -1,
      topics,
    }
    const from = { clientId: '', clientHost: '/h', apiVersion: Number(options.get('version') ?? 9) }
    this.#listen(
      this.#coordinator.commitOffsets(request, from),
      (response) =>
        `commit ${response.topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorNameOf(errorCode))).join(',')}`,
    )
  }

  #fetch(client: Client, options: ReadonlyMap<string, string>): void {
    const anonymous = client.name === '-'
    const group = {
      groupId: GROUP,
      memberId: anonymous ? null : client.memberId,
      memberEpoch: anonymous ? -1 : Number(options.get('epoch') ?? client.epoch),
      topics: null,
    }
    const request = { groupId: '', topics: [], groups: [group], requireStable: false }
    this.#listen(
      this.#coordinator.fetchOffsets(request, { clientId: '', clientHost: '/h', apiVersion: 9 }),
      (response) => {
        const [fetched] = response.groups
        if (fetched === undefined || fetched.errorCode !== 0)
          return `fetch ${errorNameOf(fetched?.errorCode ?? -1)}`
        const offsets = fetched.topics.flatMap(({ name, partitions }) =>
          partitions.map(
            ({ partitionIndex, committedOffset }) => `${name}:${partitionIndex}=${committedOffset}`,
          ),
        )
        return `offsets ${offsets.join(' ')}`.trim()
      },
    )
  }

  #state(): void {
    const request = { groupIds: [GROUP], includeAuthorizedOperations: false }
    const classic = { groups: [GROUP], includeAuthorizedOperations: false }
    const from = { clientId: '', clientHost: '/h', apiVersion: 6 }
    const both = Promise.all([
      this.#coordinator.describeConsumerGroups(request),
      this.#coordinator.describeGroups(classic, from),
    ])
    this.#listen(
      both,
      ([
        consumer,
        {
          groups: [other],
        },
      ]) => {
        const [group] = consumer.groups
        if (group === undefined || group.errorCode !== 0)
          return `classic ${other?.groupState} ${other?.members.length}`
        const members = group.members.map(({ memberId, memberEpoch, memberType }) => {
          const name =
            [...this.#clients.values()].find((client) => client.memberId === memberId)?.name ?? memberId
          return `${name}=${memberEpoch}${memberType === 0 ? 'c' : ''}`
        })
        return `${group.groupState} ${group.groupEpoch}/${group.assignmentEpoch} ${group.assignorName} [${members.sort().join(',')}]`
      },
    )
  }

  #owned(names: readonly string[]): { topicId: string; partitions: number[] }[] {
    return names
      .filter((name) => name !== '')
      .map((name) => {
        const [topic = '', partition] = name.split(':')
        return { topicId: this.topics.named(topic)?.topicId ?? '', partitions: [Number(partition)] }
      })
  }

  #nameOf(topicId: string): string {
    return this.topics.withId(topicId)?.name ?? topicId
  }

  #listen<R>(response: Promise<R>, tell: (response: R) => string): void {
    response.then(
      (value) => this.#heard.push(tell(value)),
      (error: unknown) => this.#heard.push(`REJECTED ${String(error)}`),
    )
  }

  #client(name: string): Client {
    let client = this.#clients.get(name)
    if (client === undefined) {
      client = { name, memberId: name, epoch: 0, owned: [] }
      this.#clients.set(name, client)
    }
    return client
  }

  #newCoordinator(): GroupCoordinator {
    return new GroupCoordinator({
      log: this.log,
      clock: this.time,
      scheduler: this.time,
      random: this.time,
      options: this.#options,
      topics: this.topics,
      partitions: 1,
      failed: (error) => this.failures.push(error),
    })
  }
}
