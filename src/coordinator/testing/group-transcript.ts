import assert from 'node:assert/strict'
import { errorNameOf } from '../../protocol/errors.ts'
import type { ErrorName } from '../../protocol/errors.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { defaultGroupOptions } from '../group/group-options.ts'
import type { GroupOptions } from '../group/group-options.ts'
import { GroupCoordinator } from '../group-coordinator.ts'
import { ManualTime } from './manual-time.ts'
import { MemoryLog } from './memory-log.ts'

const GROUP = 'g'

/** What a client knows of itself. */
interface Client {
  readonly name: string
  memberId: string
  generation: number
  instance: string | null
}

/**
 * A group coordinator and its clients, driven by lines such as `join a as=i1 v9 -> a: joined 1 leader=a range [a]`:
 * a command, and after the arrow all that any client hears because of it, separated by `|`. Errors are in capitals.
 */
export class GroupTranscript {
  readonly time = new ManualTime()
  readonly log = new MemoryLog()
  readonly options: GroupOptions
  readonly failures: Error[] = []
  coordinator: GroupCoordinator
  readonly #clients = new Map<string, Client>()
  #heard: string[] = []

  constructor(options: Partial<GroupOptions> = {}) {
    this.options = { ...defaultGroupOptions, ...options }
    this.coordinator = this.#newCoordinator()
  }

  /** Runs a transcript from the beginning. */
  static async check(transcript: string, options: Partial<GroupOptions> = {}): Promise<GroupTranscript> {
    const test = new GroupTranscript(options)
    await test.start()
    await test.play(transcript)
    return test
  }

  async start(): Promise<void> {
    const loading = this.coordinator.load(0)
    await this.time.settle()
    await loading
  }

  async play(transcript: string): Promise<void> {
    const actual: string[] = []
    const expected: string[] = []
    for (const line of transcript.split('\n').map((text) => text.trim())) {
      if (line === '' || line.startsWith('#')) continue
      const [command = '', outcome = ''] = line.split('->').map((text) => text.trim())
      const heard = await this.step(command)
      // In which order different clients hear of one event means nothing.
      actual.push(`${command} -> ${heard.toSorted().join(' | ')}`)
      expected.push(`${command} -> ${outcome.split(' | ').toSorted().join(' | ')}`)
    }
    assert.deepEqual(actual, expected)
    assert.deepEqual(this.failures, [])
  }

  /** Runs one command; returns what was heard. */
  async step(command: string): Promise<string[]> {
    this.#heard = []
    const [verb = '', ...words] = command.split(/\s+/)
    const options = new Map<string, string>()
    const names: string[] = []
    for (const word of words) {
      const [key = '', value] = word.split('=')
      if (value !== undefined) options.set(key, word.slice(key.length + 1))
      else if (/^v\d+$/.test(word)) options.set('version', word.slice(1))
      else names.push(word)
    }
    await this.#run(verb, names, options)
    await this.time.settle()
    return this.#heard
  }

  async #run(verb: string, names: string[], options: Map<string, string>): Promise<void> {
    const client = this.#client(names[0] ?? '-')
    const version = Number(options.get('version') ?? 9)
    switch (verb) {
      case 'join':
        return this.#join(client, names.includes('fresh'), version, options)
      case 'sync':
        return this.#sync(client, options)
      case 'heartbeat':
        return this.#heartbeat(client, options)
      case 'leave':
        return this.#leave(
          names.map((name) => this.#client(name)),
          options,
        )
      case 'kick':
        return this.#kick(names)
      case 'commit':
        return this.#commit(client, version, options)
      case 'fetch':
        return this.#fetch(names, options)
      case 'state':
        return this.#state()
      case 'wait':
        return this.time.advance(Number(names[0]))
      case 'restart':
        this.coordinator[Symbol.dispose]()
        this.coordinator = this.#newCoordinator()
        return this.start()
      case 'hold':
        this.log.held = true
        return
      case 'release':
        return this.log.release()
      case 'fail':
        this.log.failure = errorNamed(names[0])
        return
      case 'unload':
        return this.coordinator.unload(0)
      default:
        throw new Error(`unknown verb ${verb}`)
    }
  }

  #join(client: Client, fresh: boolean, version: number, options: Map<string, string>): void {
    if (fresh) client.memberId = ''
    client.instance = options.get('as') ?? client.instance
    const protocols = (options.get('protocols') ?? 'range:').split(',').map((text) => {
      const [name = '', metadata = ''] = text.split(':')
      return { name, metadata: Buffer.from(metadata) }
    })
    const request = {
      groupId: options.get('group') ?? GROUP,
      sessionTimeoutMs: Number(options.get('session') ?? 10_000),
      rebalanceTimeoutMs: Number(options.get('rebalance') ?? 20_000),
      memberId: options.get('id') ?? client.memberId,
      groupInstanceId: client.instance,
      protocolType: options.get('type') ?? 'test',
      protocols,
      reason: null,
    }
    const from = { clientId: client.name, clientHost: '/127.0.0.1', apiVersion: version }
    this.#listen(this.coordinator.joinGroup(request, from), (response) => {
      const error = errorNameOf(response.errorCode)
      if (error === 'NONE' || error === 'MEMBER_ID_REQUIRED') client.memberId = response.memberId
      if (error === 'UNKNOWN_MEMBER_ID') client.memberId = ''
      if (error !== 'NONE') return `${client.name}: JOIN ${error}`
      client.generation = response.generationId
      const members = response.members.map(({ memberId }) => nameOf(memberId))
      const list = members.length === 0 ? '' : ` [${members.join(',')}]`
      const skip = response.skipAssignment ? ' skip' : ''
      const replaced =
        nameOf(response.leader) === nameOf(response.memberId) && response.leader !== response.memberId
      const leader = `${replaced ? 'former-' : ''}${nameOf(response.leader)}`
      return `${client.name}: joined ${response.generationId} leader=${leader} ${response.protocolName}${list}${skip}`
    })
  }

  #sync(client: Client, options: Map<string, string>): void {
    const assignments = [...this.#clients.values()]
      .filter(({ name }) => options.has(name))
      .map(({ name, memberId }) => ({ memberId, assignment: Buffer.from(options.get(name) ?? '') }))
    const request = {
      groupId: GROUP,
      generationId: Number(options.get('gen') ?? client.generation),
      memberId: client.memberId,
      groupInstanceId: client.instance,
      protocolType: options.get('type') ?? 'test',
      protocolName: options.get('protocol') ?? 'range',
      assignments,
    }
    const from = { clientId: client.name, clientHost: '', apiVersion: Number(options.get('version') ?? 5) }
    this.#listen(this.coordinator.syncGroup(request, from), (response) => {
      const error = errorNameOf(response.errorCode)
      if (error !== 'NONE') return `${client.name}: SYNC ${error}`
      return `${client.name}: synced ${response.assignment.toString()}`.trim()
    })
  }

  #heartbeat(client: Client, options: Map<string, string>): void {
    const generationId = Number(options.get('gen') ?? client.generation)
    const { memberId, instance: groupInstanceId } = client
    this.#listen(
      this.coordinator.heartbeat({ groupId: GROUP, generationId, memberId, groupInstanceId }),
      (response) => `${client.name}: ${errorNameOf(response.errorCode)}`,
    )
  }

  #leave(clients: Client[], options: Map<string, string>): void {
    const apiVersion = Number(options.get('version') ?? 5)
    const members = clients.map(({ memberId, instance }) => ({
      memberId,
      groupInstanceId: instance,
      reason: null,
    }))
    const request = { groupId: GROUP, memberId: clients[0]?.memberId ?? '', members }
    const from = { clientId: '', clientHost: '', apiVersion }
    this.#listen(this.coordinator.leaveGroup(request, from), (response) => {
      const error = errorNameOf(response.errorCode)
      if (apiVersion < 3 || error !== 'NONE') return `left ${error}`
      return `left ${response.members.map(({ errorCode }) => errorNameOf(errorCode)).join(',')}`
    })
  }

  /** Removes static members as an administrator does. */
  #kick(instances: string[]): void {
    const members = instances.map((instance) => ({ memberId: '', groupInstanceId: instance, reason: null }))
    const from = { clientId: '', clientHost: '', apiVersion: 5 }
    this.#listen(
      this.coordinator.leaveGroup({ groupId: GROUP, memberId: '', members }, from),
      (response) => `kicked ${response.members.map(({ errorCode }) => errorNameOf(errorCode)).join(',')}`,
    )
  }

  /** `commit a t:0=5`, or `commit - t:0=5` for a consumer that joined no group. */
  #commit(client: Client, apiVersion: number, options: Map<string, string>): void {
    const member = client.name === '-' ? null : client
    const topics = [...options]
      .filter(([key]) => key.includes(':'))
      .map(([key, offset]) => {
        const [name = '', partition] = key.split(':')
        return { name, partitionIndex: Number(partition), committedOffset: Number(offset) }
      })
    const request = {
      groupId: options.get('group') ?? GROUP,
      generationIdOrMemberEpoch: Number(options.get('gen') ?? member?.generation ?? -1),
      memberId: member?.memberId ?? '',
      groupInstanceId: member?.instance ?? null,
      retentionTimeMs: Number(options.get('retention') ?? -1),
      topics: topics.map(({ name, partitionIndex, committedOffset }) => ({
        name,
        topicId: ZERO_UUID,
        partitions: [
          {
            partitionIndex,
            committedOffset,
            committedLeaderEpoch: 3,
            committedMetadata: options.get('metadata') ?? null,
          },
        ],
      })),
    }
    this.#listen(
      this.coordinator.commitOffsets(request, { clientId: '', clientHost: '', apiVersion }),
      (response) =>
        `commit ${response.topics
          .flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorNameOf(errorCode)))
          .join(',')}`,
    )
  }

  /** `fetch` for all offsets, `fetch t:0 t:1` for some; `stable=1` insists on stable ones. */
  #fetch(names: string[], options: Map<string, string>): void {
    const topics = names.map((name) => {
      const [topic = '', partition] = name.split(':')
      return { name: topic, topicId: ZERO_UUID, partitionIndexes: [Number(partition)] }
    })
    const group = {
      groupId: options.get('group') ?? GROUP,
      memberId: null,
      memberEpoch: -1,
      topics: names.length === 0 ? null : topics,
    }
    const request = { groupId: '', topics: [], groups: [group], requireStable: options.has('stable') }
    const from = { clientId: '', clientHost: '', apiVersion: 9 }
    this.#listen(this.coordinator.fetchOffsets(request, from), ({ groups: [fetched] }) => {
      if (fetched === undefined || fetched.errorCode !== 0)
        return `fetch ${errorNameOf(fetched?.errorCode ?? -1)}`
      const offsets = fetched.topics.flatMap(({ name, partitions }) =>
        partitions.map(
          ({ partitionIndex, committedOffset }) => `${name}:${partitionIndex}=${committedOffset}`,
        ),
      )
      return `offsets ${offsets.join(' ')}`.trim()
    })
  }

  #state(): void {
    const request = { groups: [GROUP], includeAuthorizedOperations: false }
    const from = { clientId: '', clientHost: '', apiVersion: 6 }
    this.#listen(this.coordinator.describeGroups(request, from), ({ groups: [group] }) => {
      const members = group?.members.map(
        ({ memberId, memberAssignment }) => `${nameOf(memberId)}=${memberAssignment.toString()}`,
      )
      return `${group?.groupState} [${members?.join(',')}]`
    })
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
      client = { name, memberId: '', generation: -1, instance: null }
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
      options: this.options,
      partitions: 1,
      failed: (error) => this.failures.push(error),
    })
  }
}

/** What comes before the uuid: the client id or the instance id. */
function nameOf(memberId: string): string {
  return memberId.slice(0, -37)
}

function errorNamed(text: string | undefined): ErrorName {
  for (let code = 0; code < 200; code++) if (errorNameOf(code) === text) return errorNameOf(code)
  throw new Error(`no error is named ${text}`)
}
