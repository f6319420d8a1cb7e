import type { RequestHeader } from '../protocol/headers.ts'
import type { Broker } from './broker.ts'
import type { ApiMetrics } from './broker-metrics.ts'
import type { ClientSoftware, RequestContext } from './handler.ts'

/** The connection of a request, as far as a request needs it. */
export interface RequestOrigin {
  readonly broker: Broker
  readonly remoteAddress: string
  readonly localAddress: string
  readonly localPort: number
  readonly software: ClientSoftware
  /** Aborted when the client is gone. */
  readonly gone: AbortSignal
  closeFor(reason: string): void
  answer(slot: RequestSlot, response: object | null): void
}

/**
 * One request: its place in the order of answers of its connection, and what its handler may ask. A class with prototype
 * accessors on purpose: an object literal with a getter gets a hidden class of its own each time, which cost a quarter of all
 * small requests.
 */
export class RequestSlot implements RequestContext {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
  readonly metrics: ApiMetrics
  readonly receivedAt: number
  /** When its handling began. */
  readonly startedAt: number
  requestBytes = 0
  readonly #origin: RequestOrigin
  handledAt: number
  answeredAt: number
  /** Null while there is no answer; an empty list answers nothing. */
  buffers: Buffer[] | null = null
  /** Of a request that is waiting for durability, so that it can be answered when that takes too long; null for all others. */
  waiting: object | null = null
  #releases: (() => void)[] | null = null

  constructor(
    header: RequestHeader,
    origin: RequestOrigin,
    metrics: ApiMetrics,
    receivedAt: number,
    now: number,
  ) {
    this.apiKey = header.apiKey
    this.apiVersion = header.apiVersion
    this.correlationId = header.correlationId
    this.clientId = header.clientId
    this.metrics = metrics
    this.receivedAt = receivedAt
    this.#origin = origin
    this.startedAt = now
    this.handledAt = now
    this.answeredAt = now
  }

  get broker(): Broker {
    return this.#origin.broker
  }

  get remoteAddress(): string {
    return this.#origin.remoteAddress
  }

  get localAddress(): string {
    return this.#origin.localAddress
  }

  get localPort(): number {
    return this.#origin.localPort
  }

  get client(): ClientSoftware {
    return this.#origin.software
  }

  get gone(): AbortSignal {
    return this.#origin.gone
  }

  closeConnection(reason: string): void {
    this.#origin.closeFor(reason)
  }

  answer(response: object | null): void {
    this.#origin.answer(this, response)
  }

  onSent(release: () => void): void {
    this.#releases ??= []
    this.#releases.push(release)
  }

  /** The answer has left, or never will. */
  release(): void {
    const releases = this.#releases
    this.#releases = null
    if (releases !== null) for (const done of releases) done()
  }
}
