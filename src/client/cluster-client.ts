import type { Env } from '../env/env.ts'
import type { ApiName, RequestInputOf, ResponseOf } from '../protocol/api-keys.ts'
import { errorNameOf, KafkaError } from '../protocol/errors.ts'
import { BrokerConnection, type RequestSettings } from './broker-connection.ts'
import { ConnectionError } from './connection-error.ts'
import { defaultClientOptions, type ClientOptions } from './client-options.ts'
import {
  readMetadata,
  type ClusterMetadata,
  type PartitionMetadata,
  type TopicMetadata,
} from './cluster-metadata.ts'
import { withRetries } from './retry.ts'

export interface Bootstrap {
  readonly host: string
  readonly port: number
}

export type CoordinatorKind = 'group' | 'transaction'

const MAIN_LANE = 'main'

const keyTypes: Readonly<Record<CoordinatorKind, number>> = { group: 0, transaction: 1 }

interface CachedTopic {
  readonly topic: TopicMetadata
  readonly fetchedMs: number
}

/**
 * A cluster: it finds leaders and coordinators, keeps one connection for each broker, and repeats what fails for a while.
 * It owns its connections until it is disposed of. Brokers must be of Kafka 3.0 or later: requests are filled in as of then.
 */
export class ClusterClient implements AsyncDisposable {
  readonly env: Env
  readonly options: ClientOptions
  readonly #bootstrap: readonly Bootstrap[]
  /** By lane and `host:port`; a promise while it is being made. */
  readonly #connections = new Map<string, Promise<BrokerConnection>>()
  readonly #topics = new Map<string, CachedTopic>()
  readonly #coordinators = new Map<string, number>()
  readonly #nodes = new Map<number, Bootstrap>()
  #lanes = 0
  #closed = false

  constructor(env: Env, bootstrap: readonly Bootstrap[], options: Partial<ClientOptions> = {}) {
    if (bootstrap.length === 0) throw new RangeError('at least one broker address is needed')
    this.env = env
    this.options = { ...defaultClientOptions, ...options }
    this.#bootstrap = bootstrap
  }

  /** A request to any broker, with retries. `check` throws for errors inside of the response. */
  any<N extends ApiName>(
    name: N,
    body: RequestInputOf<N>,
    check?: (response: ResponseOf<N>) => void,
    settings?: RequestSettings,
  ): Promise<ResponseOf<N>> {
    return this.#retrying(async () => {
      const response = await (await this.anyConnection()).request(name, body, settings)
      check?.(response)
      return response
    })
  }

  /** One request to one broker, no retries. */
  async node<N extends ApiName>(
    nodeId: number,
    name: N,
    body: RequestInputOf<N>,
    settings?: RequestSettings,
  ): Promise<ResponseOf<N>> {
    return (await this.connectionTo(nodeId, settings?.lane)).request(name, body, settings)
  }

  /** A request to the cluster's controller, or to any broker where it cannot be reached by clients. */
  controller<N extends ApiName>(
    name: N,
    body: RequestInputOf<N>,
    check?: (response: ResponseOf<N>) => void,
    settings?: RequestSettings,
  ): Promise<ResponseOf<N>> {
    return this.#retrying(async () => {
      const { controllerId } = await this.#fetchMetadata([])
      const connection = this.#nodes.has(controllerId)
        ? await this.connectionTo(controllerId)
        : await this.anyConnection()
      const response = await connection.request(name, body, settings)
      check?.(response)
      return response
    })
  }

  /** A request to the coordinator of a group or transactional id, which is looked up anew when it has moved. */
  coordinator<N extends ApiName>(
    kind: CoordinatorKind,
    key: string,
    name: N,
    body: RequestInputOf<N>,
    check?: (response: ResponseOf<N>) => void,
    settings?: RequestSettings,
  ): Promise<ResponseOf<N>> {
    return this.#retrying(async () => {
      const nodeId = await this.coordinatorOf(kind, key)
      try {
        const response = await this.node(nodeId, name, body, settings)
        check?.(response)
        return response
      } catch (error) {
        this.forgetCoordinator(kind, key)
        throw error
      }
    })
  }

  /** Metadata of these topics, or of all with null. Not found topics are in `missing`. Nothing is created by asking. */
  metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    return this.#retrying(() => this.#fetchMetadata(topics))
  }

  /** A topic's metadata, from memory while it is fresh. Throws what the cluster says of a topic that is not there. */
  async topic(name: string, maxAgeMs: number = this.options.metadataMaxAgeMs): Promise<TopicMetadata> {
    const cached = this.#topics.get(name)
    if (cached !== undefined && this.env.clock.monotonic() - cached.fetchedMs < maxAgeMs) return cached.topic
    const { topics, missing } = await this.metadata([name])
    const topic = topics.get(name)
    if (topic !== undefined) return topic
    const reason = missing.get(name) ?? 'UNKNOWN_TOPIC_OR_PARTITION'
    if (reason !== 'UNKNOWN_TOPIC_OR_PARTITION') throw new KafkaError(reason, `topic "${name}": ${reason}`)
    throw new KafkaError(reason, `topic "${name}" does not exist`)
  }

  async partition(topic: string, partition: number): Promise<PartitionMetadata> {
    const found = (await this.topic(topic)).partitions[partition]
    if (found !== undefined) return found
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `topic "${topic}" has no partition ${partition}`)
  }

  /** The leader's node id; LEADER_NOT_AVAILABLE (retriable) when there is none at the moment. */
  async leaderOf(topic: string, partition: number): Promise<number> {
    const { leader } = await this.partition(topic, partition)
    if (leader >= 0 && this.#nodes.has(leader)) return leader
    this.forgetTopic(topic)
    throw new KafkaError(
      'LEADER_NOT_AVAILABLE',
      `partition ${partition} of topic "${topic}" has no leader now`,
    )
  }

  /** The next use of the topic asks the cluster again: after an error that says that a leader moved. */
  forgetTopic(name: string): void {
    this.#topics.delete(name)
  }

  async coordinatorOf(kind: CoordinatorKind, key: string): Promise<number> {
    const known = this.#coordinators.get(`${kind} ${key}`)
    if (known !== undefined && this.#nodes.has(known)) return known
    const connection = await this.anyConnection()
    const body = { keyType: keyTypes[kind], coordinatorKeys: [key] }
    const response = await connection.request('FindCoordinator', body)
    const found = response.coordinators[0]
    if (found === undefined) throw new KafkaError('COORDINATOR_NOT_AVAILABLE')
    if (found.errorCode !== 0) {
      throw new KafkaError(
        errorNameOf(found.errorCode),
        found.errorMessage ?? `no coordinator for ${kind} "${key}"`,
      )
    }
    this.#nodes.set(found.nodeId, { host: found.host, port: found.port })
    this.#coordinators.set(`${kind} ${key}`, found.nodeId)
    return found.nodeId
  }

  forgetCoordinator(kind: CoordinatorKind, key: string): void {
    this.#coordinators.delete(`${kind} ${key}`)
  }

  /**
   * A name for connections of one's own. Brokers answer the requests of a connection one after the other, so a request that waits
   * there (Fetch, JoinGroup) would hold up all that come after it.
   */
  newLane(purpose: string): string {
    return `${purpose}-${++this.#lanes}`
  }

  /** Closes the connections of a lane; what is under way on them fails. */
  async closeLane(lane: string): Promise<void> {
    for (const [key, opening] of this.#connections) {
      if (!key.startsWith(`${lane} `)) continue
      this.#connections.delete(key)
      const [connection] = await Promise.allSettled([opening])
      if (connection.status === 'fulfilled') connection.value.close()
    }
  }

  /** The connection to a broker that metadata has named. */
  connectionTo(nodeId: number, lane: string = MAIN_LANE): Promise<BrokerConnection> {
    const address = this.#nodes.get(nodeId)
    if (address !== undefined) return this.#connect(address, lane)
    return Promise.reject(new KafkaError('BROKER_NOT_AVAILABLE', `no address is known for broker ${nodeId}`))
  }

  /** A connection to the first broker that answers, of those given at the start and then of those learned since. */
  async anyConnection(): Promise<BrokerConnection> {
    let first: unknown = null
    for (const address of [...this.#bootstrap, ...this.#nodes.values()]) {
      try {
        return await this.#connect(address)
      } catch (error) {
        first ??= error
      }
    }
    throw first
  }

  /**
   * Whether another attempt may help. A broker that could never be reached is most likely not there at all, and the user
   * should hear of it at once; one that was there before may be restarting.
   */
  isWorthRetrying(error: KafkaError): boolean {
    if (!error.retriable) return false
    const neverReached =
      error instanceof ConnectionError && error.failure !== 'lost' && this.#nodes.size === 0
    return !neverReached
  }

  /** Ends all connections; what is under way fails. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const connections = await Promise.allSettled(this.#connections.values())
    for (const connection of connections) if (connection.status === 'fulfilled') connection.value.close()
    this.#connections.clear()
  }

  #retrying<T>(attempt: () => Promise<T>): Promise<T> {
    return withRetries(this.env, this.options, attempt, (error) => this.isWorthRetrying(error))
  }

  async #connect(address: Bootstrap, lane: string = MAIN_LANE): Promise<BrokerConnection> {
    if (this.#closed) throw new Error('the client is closed')
    const key = `${lane} ${address.host}:${address.port}`
    const existing = this.#connections.get(key)
    if (existing !== undefined) {
      const connection = await existing
      if (connection.isOpen) return connection
      if (this.#connections.get(key) === existing) this.#connections.delete(key)
      return this.#connect(address, lane)
    }
    const opening = BrokerConnection.open(this.env, address.host, address.port, this.options)
    this.#connections.set(key, opening)
    opening.catch(() => {
      if (this.#connections.get(key) === opening) this.#connections.delete(key)
    })
    return opening
  }

  async #fetchMetadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    const connection = await this.anyConnection()
    const response = await connection.request('Metadata', {
      topics: topics === null ? null : topics.map((name) => ({ name })),
      allowAutoTopicCreation: false,
    })
    const metadata = readMetadata(response)
    const fetchedMs = this.env.clock.monotonic()
    for (const { nodeId, host, port } of metadata.brokers) this.#nodes.set(nodeId, { host, port })
    for (const topic of metadata.topics.values()) this.#topics.set(topic.name, { topic, fetchedMs })
    for (const name of metadata.missing.keys()) this.#topics.delete(name)
    return metadata
  }
}
