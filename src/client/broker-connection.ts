import type { Env } from '../env/env.ts'
import type { Connection } from '../env/network.ts'
import type { Timer } from '../env/scheduler.ts'
import { apis } from '../protocol/apis.ts'
import type { ApiName, RequestInputAt, RequestInputOf, ResponseOf } from '../protocol/api-keys.ts'
import { decodeResponse } from '../protocol/codec.ts'
import { errorCode, KafkaError, ProtocolError } from '../protocol/errors.ts'
import { encodeRequestFrame } from '../protocol/frames.ts'
import { decodeResponseHeader } from '../protocol/headers.ts'
import { BrokerVersions } from './broker-versions.ts'
import type { ClientOptions } from './client-options.ts'
import { connectFailed, ConnectionError } from './connection-error.ts'
import { FrameAssembler } from './frame-assembler.ts'

/** The version of ApiVersions that is asked first; a broker that does not know it answers in version 0 (KIP-511). */
const FIRST_ASKED = 4

export interface RequestSettings {
  /** See `ClusterClient.newLane`. */
  readonly lane?: string
  /** In place of the client's own; for requests that wait at the broker. */
  readonly timeoutMs?: number
  /** The highest version to use, where the caller cannot fill in what later ones need. */
  readonly maxVersion?: number
}

interface Pending {
  readonly apiKey: number
  readonly version: number
  readonly resolve: (frame: Buffer) => void
  readonly reject: (error: Error) => void
  readonly timer: Timer
}

/**
 * One connection to one broker: requests are answered in order, many may be under way. It is open until it fails or is
 * closed; then all that is pending fails with a ConnectionError, and nobody reconnects here.
 */
export class BrokerConnection implements AsyncDisposable {
  readonly address: string
  readonly #env: Env
  readonly #options: ClientOptions
  readonly #connection: Connection
  readonly #frames: FrameAssembler
  readonly #pending = new Map<number, Pending>()
  #versions: BrokerVersions | null = null
  #correlationId = 0
  #failure: Error | null = null

  private constructor(env: Env, address: string, connection: Connection, options: ClientOptions) {
    this.#env = env
    this.address = address
    this.#connection = connection
    this.#options = options
    this.#frames = new FrameAssembler(options.maxResponseBytes)
    connection.start({
      target: () => this.#frames.target(),
      received: (size) => this.#received(size),
      drained: () => undefined,
      ended: () => connection.end(),
      closed: (error) => this.#closed(error),
    })
  }

  /** Connects and negotiates versions. Rejects with a ConnectionError or what the broker answered. */
  static async open(env: Env, host: string, port: number, options: ClientOptions): Promise<BrokerConnection> {
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
    let connection: Connection
    try {
      connection = await env.network.connect(host, port, { timeoutMs: options.connectTimeoutMs })
    } catch (error) {
      throw connectFailed(address, error)
    }
    const opened = new BrokerConnection(env, address, connection, options)
    try {
      opened.#versions = new BrokerVersions(await opened.#negotiate())
    } catch (error) {
      opened.#fail(error instanceof Error ? error : new Error(String(error)))
      throw error
    }
    return opened
  }

  get versions(): BrokerVersions {
    if (this.#versions === null) throw new Error('the connection is still being opened')
    return this.#versions
  }

  get isOpen(): boolean {
    return this.#failure === null
  }

  /** Sends a request in the highest common version. Records in the answer are views of a buffer that is the caller's. */
  async request<N extends ApiName>(
    name: N,
    body: RequestInputOf<N>,
    settings: RequestSettings = {},
  ): Promise<ResponseOf<N>> {
    const version = this.versions.highestCommon(name, settings.maxVersion)
    const frame = await this.#exchange(
      name,
      version,
      body,
      settings.timeoutMs ?? this.#options.requestTimeoutMs,
    )
    return this.#decode(name, version, frame)
  }

  /** Sends a Produce with acks=0, the one request that is never answered. */
  sendProduceWithoutAnswer(body: RequestInputOf<'Produce'>, maxVersion: number): void {
    if (this.#failure !== null) throw this.#failure
    const version = this.versions.highestCommon('Produce', maxVersion)
    this.#connection.write(
      encodeRequestFrame(apis.Produce.key, version, this.#nextId(), this.#options.clientId, body),
    )
  }

  close(): void {
    this.#fail(
      new ConnectionError(
        'lost',
        this.address,
        `the connection to ${this.address} was closed by this client`,
      ),
    )
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close()
    return Promise.resolve()
  }

  async #negotiate(): Promise<ResponseOf<'ApiVersions'>> {
    const body = { clientSoftwareName: 'chronik', clientSoftwareVersion: this.#options.softwareVersion }
    const timeoutMs = this.#options.connectTimeoutMs
    const frame = await this.#exchange('ApiVersions', FIRST_ASKED, body, timeoutMs)
    const refused = frame.length >= 6 && frame.readInt16BE(4) === errorCode('UNSUPPORTED_VERSION')
    if (!refused) return this.#decode('ApiVersions', FIRST_ASKED, frame)
    const old = this.#decode('ApiVersions', 0, frame)
    const range = old.apiKeys.find((api) => api.apiKey === apis.ApiVersions.key)
    const version = Math.min(range?.maxVersion ?? 0, FIRST_ASKED)
    return this.#decode('ApiVersions', version, await this.#exchange('ApiVersions', version, body, timeoutMs))
  }

  /** Sends a request and gives the frame that answers it, header included. */
  #exchange<N extends ApiName>(
    name: N,
    version: number,
    body: RequestInputOf<N>,
    timeoutMs: number,
  ): Promise<Buffer> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    const apiKey: number = apis[name].key
    const id = this.#nextId()
    const buffers = encodeRequestFrame(
      apiKey,
      version,
      id,
      this.#options.clientId,
      body as RequestInputAt<number>,
    )
    return new Promise((resolve, reject) => {
      const timer = this.#env.scheduler.after(timeoutMs, () => {
        const message = `${this.address} did not answer ${name} within ${timeoutMs} ms`
        this.#fail(new ConnectionError('timeout', this.address, message))
      })
      this.#pending.set(id, { apiKey, version, resolve, reject, timer })
      this.#connection.write(buffers)
    })
  }

  #decode<N extends ApiName>(name: N, version: number, frame: Buffer): ResponseOf<N> {
    const apiKey: number = apis[name].key
    const header = decodeResponseHeader(apiKey, version, frame, 0, frame.length)
    // The name gave the key, and the key its response.
    return decodeResponse(apiKey, version, frame, header.end, frame.length) as ResponseOf<N>
  }

  #nextId(): number {
    this.#correlationId = (this.#correlationId + 1) & 0x7fff_ffff
    return this.#correlationId
  }

  #received(size: number): void {
    try {
      const frame = this.#frames.received(size)
      if (frame !== null) this.#answer(frame)
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      this.#fail(error)
    }
  }

  #answer(frame: Buffer): void {
    if (frame.length < 4) throw new ProtocolError(`${this.address} sent a response of ${frame.length} bytes`)
    const id = frame.readInt32BE(0)
    const pending = this.#pending.get(id)
    if (pending === undefined) throw new ProtocolError(`${this.address} answered ${id}, which was not asked`)
    this.#pending.delete(id)
    pending.timer.cancel()
    pending.resolve(frame)
  }

  #closed(error: Error | null): void {
    const why = error === null ? 'the broker closed it' : error.message
    this.#fail(
      new ConnectionError('lost', this.address, `the connection to ${this.address} broke: ${why}`, error),
    )
  }

  #fail(error: Error): void {
    if (this.#failure !== null) return
    this.#failure = error
    this.#connection.destroy()
    for (const pending of this.#pending.values()) {
      pending.timer.cancel()
      pending.reject(error)
    }
    this.#pending.clear()
  }
}
