import type { Connection, ConnectionEvents } from '../env/network.ts'
import { apiOf, isSupported } from '../protocol/api-keys.ts'
import { decodeRequest } from '../protocol/codec.ts'
import { KafkaError, ProtocolError } from '../protocol/errors.ts'
import { encodeResponseFrame } from '../protocol/frames.ts'
import { decodeRequestHeader, type RequestHeader } from '../protocol/headers.ts'
import type { Counter } from '../telemetry/instruments.ts'
import type { Broker } from './broker.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import type { FlushQueue } from './flush-queue.ts'
import { FrameReader, type FrameSink } from './frame-reader.ts'
import { answeredLater, type ClientSoftware, type RequestContext } from './handler.ts'
import { type AnyHandler, handlerFor } from './handlers.ts'
import type { RequestMemory } from './request-memory.ts'
import { type RequestOrigin, RequestSlot } from './request-slot.ts'
import { unsupportedApiVersions } from './handlers/18-api-versions.ts'

/** What one connection shares with all others of its listener. */
export interface ConnectionShared {
  readonly broker: Broker
  readonly limits: ConnectionLimits
  readonly memory: RequestMemory
  readonly flushes: FlushQueue
  closed(connection: ClientConnection): void
}

const apiVersionsKey = 18

type PauseReason = 'output' | 'in_flight' | 'memory'

/**
 * One client: cuts its bytes into requests, runs them in order, sends the answers in order.
 *
 * A request starts when the one before it was answered, or, when that one's handler is pipelined, when it was handled. Requests
 * that arrive meanwhile are kept, and beyond a limit the socket is not read. Answers that are ready in one turn of the event loop
 * leave in one write.
 */
export class ClientConnection implements ConnectionEvents, FrameSink, RequestOrigin {
  readonly #shared: ConnectionShared
  readonly #socket: Connection
  readonly #reader: FrameReader
  readonly software: ClientSoftware = { name: 'unknown', version: 'unknown' }
  readonly #paused = new Set<PauseReason>()
  #slots: RequestSlot[] = []
  /** A request whose handler is not pipelined is being handled. */
  #busy = false
  #waiting: { frame: Buffer; receivedAt: number }[] = []
  #waitingBytes = 0
  #proven = false
  #closing = false
  #gone: AbortController | null = null
  #closeReason = 'client'
  #endedAt: number | null = null
  /** Monotonic ms of the last byte received. */
  lastActive: number
  flushQueued = false
  /** By API key and version. */
  readonly #versions = new Map<number, Counter>()
  framesReceived = 0

  constructor(socket: Connection, shared: ConnectionShared) {
    this.#socket = socket
    this.#shared = shared
    this.#reader = new FrameReader(this, shared.memory.frames)
    this.lastActive = shared.broker.env.clock.monotonic()
    socket.start(this)
  }

  get broker(): Broker {
    return this.#shared.broker
  }

  get remoteAddress(): string {
    return this.#socket.remoteAddress
  }

  get localAddress(): string {
    return this.#socket.localAddress
  }

  get localPort(): number {
    return this.#socket.localPort
  }

  get gone(): AbortSignal {
    this.#gone ??= new AbortController()
    if (this.#endedAt !== null) this.#gone.abort()
    return this.#gone.signal
  }

  get describe(): { remote: string; software: string } {
    const { remoteAddress, remotePort } = this.#socket
    return {
      remote: `${remoteAddress}:${remotePort}`,
      software: `${this.software.name} ${this.software.version}`,
    }
  }

  /** Nothing is being handled and nothing waits to be sent. */
  get idle(): boolean {
    return this.#slots.length === 0 && this.#waiting.length === 0 && this.#socket.pendingBytes === 0
  }

  /** A request began to arrive and is not whole. */
  get receiving(): boolean {
    return this.#reader.partial && this.#paused.size === 0
  }

  target(): Uint8Array {
    return this.#reader.target()
  }

  received(size: number): void {
    this.lastActive = this.#shared.broker.env.clock.monotonic()
    this.#shared.broker.brokerMetrics.received.add(size)
    this.#reader.received(size)
    this.#throttleByMemory()
  }

  frameBytesMax(): number {
    const { limits } = this.#shared
    return this.#proven
      ? limits.requestBytesMax
      : Math.min(limits.firstRequestBytesMax, limits.requestBytesMax)
  }

  broken(reason: string, size: number): void {
    this.#shared.broker.brokerMetrics.frameError(reason)
    this.close(reason, 'a request could not be read', { size, limit: this.frameBytesMax() })
  }

  admits(size: number): boolean {
    return this.#shared.memory.admits(size)
  }

  memory(bytes: number): void {
    this.#shared.memory.addFrame(bytes)
  }

  frame(buffer: Buffer, start: number, end: number): void {
    if (this.#closing) return
    this.framesReceived += 1
    if (this.#busy || this.#waiting.length > 0 || this.#paused.has('output')) this.#keep(buffer, start, end)
    else this.#handle(buffer, start, end, this.lastActive)
  }

  drained(): void {
    this.#resume('output')
    this.#handleWaiting()
  }

  /** What is being handled is still answered, but nobody waits on for a client that has hung up: a Fetch answers at once. */
  ended(): void {
    this.#endedAt = this.#shared.broker.env.clock.monotonic()
    this.#closing = true
    if (this.#slots.length === 0) this.#socket.end()
    else this.#gone?.abort()
  }

  closed(error: Error | null): void {
    this.#closing = true
    this.#endedAt ??= this.#shared.broker.env.clock.monotonic()
    this.#reader.stop()
    this.#shared.memory.add(-this.#waitingBytes)
    this.#waiting = []
    this.#waitingBytes = 0
    this.#gone?.abort()
    for (const slot of this.#slots) slot.release()
    this.#shared.broker.brokerMetrics.pending.add(-this.#slots.length)
    this.#slots = []
    if (error !== null && this.#closeReason === 'client') this.#closeReason = 'error'
    this.#shared.broker.brokerMetrics.closed(this.#closeReason)
    this.#shared.closed(this)
  }

  /** Closes at once, for a reason that metrics count and the log tells. */
  close(reason: string, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (this.#closeReason === 'client') this.#closeReason = reason
    this.#closing = true
    this.#shared.broker.log.info(message, { ...this.describe, reason, ...fields })
    this.#socket.destroy()
  }

  answer(slot: RequestSlot, response: object | null): void {
    this.#answer(slot, response, slot.apiVersion)
  }

  closeFor(reason: string): void {
    this.close('acks0_failed', reason)
  }

  /** Takes no further request, answers those that are there, then closes. */
  finish(): void {
    this.#closing = true
    this.#closeReason = 'shutdown'
    for (const { frame } of this.#waiting) this.#shared.memory.add(-frame.length)
    this.#waiting = []
    this.#waitingBytes = 0
    if (this.#slots.length === 0) this.#socket.end()
  }

  /**
   * Answers requests that have waited for the disk longer than `request.timeout.ms`; what they appended may still become durable.
   * A client that has hung up is not kept longer than that, either, whatever its requests wait for.
   */
  expire(now: number): void {
    if (this.#endedAt !== null && now - this.#endedAt > this.#shared.limits.requestMs) {
      this.#socket.destroy()
      return
    }
    for (const slot of this.#slots) {
      if (slot.waiting === null || slot.buffers !== null) continue
      if (now - slot.receivedAt <= this.#shared.limits.requestMs) continue
      const handler = handlerFor(slot.apiKey)
      const error = new KafkaError(
        'REQUEST_TIMED_OUT',
        'the records did not become durable in time; they may still do so',
      )
      if (handler !== undefined)
        this.#answer(slot, this.#failure(handler, slot.waiting, slot, error), slot.apiVersion)
    }
  }

  /** Sends the answers that are ready, in the order of the requests. */
  flush(): void {
    this.flushQueued = false
    let ready = 0
    while (this.#slots[ready]?.buffers != null) ready += 1
    if (ready === 0) return
    const slots = this.#slots.splice(0, ready)
    const { broker, limits } = this.#shared
    const { brokerMetrics, env } = broker
    brokerMetrics.pending.add(-ready)
    const buffers: Buffer[] = []
    for (const slot of slots) if (slot.buffers !== null) buffers.push(...slot.buffers)
    if (buffers.length > 0) {
      for (const buffer of buffers) brokerMetrics.sent.add(buffer.length)
      this.#socket.write(buffers, () => finishSlots(slots, env.clock.monotonic()))
      if (this.#socket.pendingBytes > limits.pendingOutputBytesMax) this.#pause('output')
    } else {
      finishSlots(slots, env.clock.monotonic())
    }
    if (this.#slots.length < limits.inFlightRequestsMax) this.#resume('in_flight')
    if (this.#closing && this.#slots.length === 0) this.#socket.end()
  }

  #keep(buffer: Buffer, start: number, end: number): void {
    const frame = Buffer.from(buffer.subarray(start, end))
    this.#waiting.push({ frame, receivedAt: this.lastActive })
    this.#waitingBytes += frame.length
    this.#shared.memory.add(frame.length)
    if (this.#waiting.length + this.#slots.length >= this.#shared.limits.inFlightRequestsMax)
      this.#pause('in_flight')
  }

  #handleWaiting(): void {
    while (!this.#busy && !this.#closing && !this.#paused.has('output')) {
      const next = this.#waiting.shift()
      if (next === undefined) break
      this.#waitingBytes -= next.frame.length
      this.#shared.memory.add(-next.frame.length)
      this.#handle(next.frame, 0, next.frame.length, next.receivedAt)
    }
    if (this.#waiting.length === 0 && this.#slots.length < this.#shared.limits.inFlightRequestsMax)
      this.#resume('in_flight')
  }

  #handle(buffer: Buffer, start: number, end: number, receivedAt: number): void {
    let header: RequestHeader
    try {
      header = decodeRequestHeader(buffer, start, end)
    } catch (error) {
      this.#refuse('malformed', error, {})
      return
    }
    const { apiKey, apiVersion } = header
    const handler = handlerFor(apiKey)
    if (handler === undefined) {
      this.#refuse('unknown_api', null, { apiKey, apiVersion })
      return
    }
    const slot = this.#open(header, receivedAt)
    const api = apiOf(apiKey)
    if (api === undefined || !isSupported(api, apiVersion)) {
      if (api?.name === 'ApiVersions') this.#answer(slot, unsupportedApiVersions(), 0)
      else this.#refuse('unsupported_version', null, { apiKey, apiVersion })
      return
    }
    let request: object
    try {
      request = decodeRequest(apiKey, apiVersion, buffer, header.end, end)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#refuse('malformed', error, { api: api.name, apiVersion })
      return
    }
    this.#proven = true
    this.#run(handler, request, slot)
    if (this.#slots.length >= this.#shared.limits.inFlightRequestsMax) this.#pause('in_flight')
  }

  #open(header: RequestHeader, receivedAt: number): RequestSlot {
    const { brokerMetrics, env } = this.#shared.broker
    const metrics = brokerMetrics.api(header.apiKey)
    const now = env.clock.monotonic()
    metrics.requests.add(1)
    this.#countVersion(header.apiKey, header.apiVersion)
    metrics.queue.observe(now - receivedAt)
    brokerMetrics.pending.add(1)
    const slot = new RequestSlot(header, this, metrics, receivedAt, now)
    this.#slots.push(slot)
    return slot
  }

  #countVersion(apiKey: number, apiVersion: number): void {
    // The client may be about to give its name.
    if (apiKey === apiVersionsKey) this.#versions.clear()
    const id = (apiKey << 8) | apiVersion
    let counter = this.#versions.get(id)
    if (counter === undefined) {
      counter = this.broker.brokerMetrics.apiVersion(apiKey, apiVersion, this.software.name)
      this.#versions.set(id, counter)
    }
    counter.add(1)
  }

  #run(handler: AnyHandler, request: object, slot: RequestSlot): void {
    let answer: ReturnType<AnyHandler['handle']>
    try {
      answer = handler.handle(request, slot)
    } catch (error) {
      this.#answer(slot, this.#failure(handler, request, slot, error), slot.apiVersion)
      return
    }
    slot.handledAt = this.#shared.broker.env.clock.monotonic()
    slot.metrics.local.observe(slot.handledAt - slot.receivedAt)
    if (answer === null || (answer !== answeredLater && !(answer instanceof Promise))) {
      this.#answer(slot, answer, slot.apiVersion)
      return
    }
    // A promise of a pipelined handler is about the order of requests: what comes next must not overtake it.
    const alone = handler.pipelined !== true || answer instanceof Promise
    if (alone) this.#busy = true
    if (handler.pipelined === true) slot.waiting = request
    if (answer === answeredLater) return
    answer.then(
      (response) => this.#settle(slot, response, alone),
      (error: unknown) => this.#settle(slot, this.#failure(handler, request, slot, error), alone),
    )
  }

  #settle(slot: RequestSlot, response: object | null | typeof answeredLater, alone: boolean): void {
    if (response !== answeredLater) this.#answer(slot, response, slot.apiVersion)
    if (!alone) return
    this.#busy = false
    this.#handleWaiting()
  }

  #failure(handler: AnyHandler, request: object, context: RequestContext, error: unknown): object | null {
    if (error instanceof KafkaError) return handler.failed(error.code, error.message, request, context)
    this.#shared.broker.log.error('a request failed in a way that is a mistake of ours', {
      api: handler.api,
      error,
    })
    return handler.failed(
      -1,
      'the server failed in a way that is a mistake of its own; its log has the details',
      request,
      context,
    )
  }

  #answer(slot: RequestSlot, response: object | null, version: number): void {
    if (slot.buffers !== null) return
    slot.answeredAt = this.#shared.broker.env.clock.monotonic()
    slot.metrics.remote.observe(slot.answeredAt - slot.handledAt)
    if (this.#closing && this.#slots.length === 0) {
      slot.release()
      return
    }
    slot.buffers = response === null ? [] : this.#encode(slot, version, response)
    if (slot.buffers !== null) this.#shared.flushes.add(this)
  }

  #encode(slot: RequestSlot, version: number, response: object): Buffer[] | null {
    try {
      return encodeResponseFrame(slot.apiKey, version, slot.correlationId, response)
    } catch (error) {
      this.#shared.broker.log.error('a response could not be encoded, which is a mistake of ours', {
        error,
        version,
      })
      this.close('unencodable', 'a connection is closed because its response could not be encoded')
      return null
    }
  }

  /** What Kafka answers by closing the connection: bytes that are no request, APIs and versions that are not there. */
  #refuse(reason: string, error: unknown, fields: Readonly<Record<string, unknown>>): void {
    this.#shared.broker.brokerMetrics.frameError(reason)
    const detail = error instanceof Error ? error.message : undefined
    this.close(reason, 'a request was refused and its connection closed', { ...fields, detail })
  }

  #pause(reason: PauseReason): void {
    if (this.#paused.has(reason)) return
    if (this.#paused.size === 0) this.#socket.pause()
    this.#paused.add(reason)
    this.#shared.broker.brokerMetrics.backpressure(reason)
  }

  #resume(reason: PauseReason): void {
    if (this.#paused.delete(reason) && this.#paused.size === 0 && !this.#closing) this.#socket.resume()
  }

  /** A frame that has its memory is read on: only its end gives the memory back. */
  #throttleByMemory(): void {
    const { memory } = this.#shared
    const { held, filling } = this.#reader
    if (filling || (held === null && !memory.exhausted)) return
    this.#pause('memory')
    memory.whenFree(held ?? 0, () => {
      this.#reader.admit()
      this.#resume('memory')
    })
  }
}

function finishSlots(slots: readonly RequestSlot[], now: number): void {
  for (const slot of slots) {
    slot.metrics.send.observe(now - slot.answeredAt)
    slot.metrics.total.observe(now - slot.receivedAt)
    slot.release()
  }
}
