import type { ApiName, RequestOf, ResponseInputOf } from '../protocol/api-keys.ts'
import type { Broker } from './broker.ts'

/** Who sent a request and how it arrived. */
export interface RequestContext {
  readonly broker: Broker
  readonly apiVersion: number
  readonly clientId: string | null
  readonly remoteAddress: string
  /** Where the client connected to, which `advertise: auto` answers with. */
  readonly localAddress: string
  readonly localPort: number
  /** Monotonic ms of the moment when the last byte of the request was there. */
  readonly receivedAt: number
  /** Aborted when the client is gone: whatever waits for it may stop. */
  readonly gone: AbortSignal
  /** `software` names the client since ApiVersions 3 (KIP-511). */
  readonly client: ClientSoftware
  /** Closes the connection once earlier answers have left: Kafka's only way to tell of a failure when no answer is wanted. */
  closeConnection(reason: string): void
  /**
   * Answers a request whose handler returned `answeredLater`: for the hot path, where a promise for each request shows. The response
   * must be of the request's API.
   */
  answer(response: object | null): void
  /** Calls back when the response has left, or never will: for memory that the response refers to. */
  onSent(release: () => void): void
}

/** What a handler returns that will call `context.answer`. */
export const answeredLater = Symbol('answered later')

export interface ClientSoftware {
  name: string
  version: string
}

/** The answer of a handler; null sends none, as for Produce with acks=0. */
export type Answer<N extends ApiName> = ResponseInputOf<N> | null

/**
 * One API. What it throws as KafkaError is a mistake of the handler unless `failed` turns it into a response: APIs report errors
 * in their own fields.
 *
 * Requests of one connection are handled one after the other, each when the one before was answered. When a `pipelined` handler
 * returns, the next request may start, unless what it returned is a promise: then that comes first. Answers still leave in order.
 */
export interface Handler<N extends ApiName> {
  readonly api: N
  readonly pipelined?: boolean
  handle(
    request: RequestOf<N>,
    context: RequestContext,
  ): Answer<N> | Promise<Answer<N> | typeof answeredLater> | typeof answeredLater
  /** The response for a failure of the whole request. */
  failed(code: number, message: string, request: RequestOf<N>, context: RequestContext): Answer<N>
}

/** Keeps the request's type while handlers of all APIs share one table. */
export function defineHandler<N extends ApiName>(handler: Handler<N>): Handler<N> {
  return handler
}
