import type { Connection, Listener, TlsSettings } from '../env/network.ts'
import type { Timer } from '../env/scheduler.ts'
import type { Broker } from './broker.ts'
import { ClientConnection, type ConnectionShared } from './client-connection.ts'
import { ConnectionGate } from './connection-gate.ts'
import { connectionLimits } from './connection-limits.ts'
import { FlushQueue } from './flush-queue.ts'
import { RequestMemory } from './request-memory.ts'

const sweepMs = 1000
/** Connections that are kept waiting because of a quota: how many, and how long at most. */
const turningAwayMax = 1000
const turnAwayMaxMs = 10_000

/**
 * The port that Kafka clients connect to: lets connections in or not, watches over those that are silent or slow, and on a stop
 * answers what is pending before it closes.
 */
export class KafkaListener implements AsyncDisposable {
  readonly #broker: Broker
  readonly #gate: ConnectionGate
  readonly #connections = new Set<ClientConnection>()
  readonly #shared: ConnectionShared
  /** When a request that is still arriving was first seen, and how many had come before it. */
  readonly #arriving = new WeakMap<ClientConnection, { since: number; frames: number }>()
  #listener: Listener | null = null
  #sweep: Timer | null = null
  #stopping = false
  #turningAway = 0
  #lastClosed: (() => void) | null = null

  constructor(broker: Broker) {
    this.#broker = broker
    const limits = connectionLimits(broker.config)
    this.#gate = new ConnectionGate(limits, broker.env.clock)
    this.#shared = {
      broker,
      limits,
      memory: new RequestMemory(
        limits.requestMemoryMax,
        broker.logs,
        broker.env.scheduler,
        broker.brokerMetrics.requestMemory,
      ),
      flushes: new FlushQueue(broker.env.scheduler),
      closed: (connection) => this.#closed(connection),
    }
  }

  get connections(): number {
    return this.#connections.size
  }

  async listen(host: string, port: number, tls: TlsSettings | null): Promise<{ host: string; port: number }> {
    const { env, brokerMetrics, log } = this.#broker
    this.#listener = await env.network.listen(
      {
        host,
        port,
        backlog: 1024,
        ...(tls === null ? {} : { tls }),
        onRejected: (remoteAddress, error) => {
          brokerMetrics.handshakeFailures.add(1)
          log.info('a peer failed before it was connected', { remote: remoteAddress, error })
        },
      },
      (connection) => this.#accept(connection),
    )
    this.#sweep = env.scheduler.every(sweepMs, () => this.#sweepOnce())
    return { host: this.#listener.host, port: this.#listener.port }
  }

  /** Stops accepting, answers what is pending, closes; what is left after `graceMs` is cut off. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    await this.#listener?.close()
    for (const connection of this.#connections) connection.finish()
    if (this.#connections.size > 0) {
      // Woken by the last connection itself: timers do not keep the process alive, so once no connection is left one that is
      // waited for might never fire.
      await new Promise<void>((resolve) => {
        const grace = this.#broker.env.scheduler.after(graceMs, resolve)
        this.#lastClosed = () => {
          grace.cancel()
          resolve()
        }
      })
    }
    for (const connection of this.#connections)
      connection.close('shutdown', 'a connection was cut off at the stop')
    this.#sweep?.cancel()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(0)
  }

  #accept(socket: Connection): void {
    const { brokerMetrics, log } = this.#broker
    const refusal = this.#stopping ? 'shutdown' : this.#gate.admit(socket.remoteAddress)
    if (refusal !== null) {
      brokerMetrics.rejected(refusal)
      log.warn('a connection was refused', { remote: socket.remoteAddress, reason: refusal })
      socket.destroy()
      return
    }
    const throttleMs = this.#broker.quotas.connectionThrottleMs(
      socket.remoteAddress,
      this.#broker.env.clock.monotonic(),
    )
    if (throttleMs > 0) {
      this.#gate.left(socket.remoteAddress)
      this.#turnAwayLater(socket, throttleMs)
      return
    }
    brokerMetrics.accepted.add(1)
    brokerMetrics.active.add(1)
    this.#connections.add(new ClientConnection(socket, this.#shared))
  }

  /** An address that connects more often than its quota allows is kept waiting, then turned away, as in Kafka (KIP-612). */
  #turnAwayLater(socket: Connection, throttleMs: number): void {
    const { brokerMetrics, env } = this.#broker
    brokerMetrics.throttled('connection', throttleMs)
    brokerMetrics.rejected('quota')
    if (this.#turningAway >= turningAwayMax) {
      socket.destroy()
      return
    }
    this.#turningAway += 1
    env.scheduler.after(Math.min(throttleMs, turnAwayMaxMs), () => {
      this.#turningAway -= 1
      socket.destroy()
    })
  }

  #closed(connection: ClientConnection): void {
    if (!this.#connections.delete(connection)) return
    this.#gate.left(connection.remoteAddress)
    this.#broker.brokerMetrics.active.add(-1)
    if (this.#connections.size === 0) this.#lastClosed?.()
  }

  /** Closes connections that have been silent too long, and those that take too long over one request. */
  #sweepOnce(): void {
    const { limits } = this.#shared
    const now = this.#broker.env.clock.monotonic()
    this.#gate.sweep()
    for (const connection of this.#connections) {
      connection.expire(now)
      if (connection.idle && !connection.receiving && now - connection.lastActive > limits.idleMs) {
        connection.close('idle', 'an idle connection was closed', { idleMs: limits.idleMs })
        continue
      }
      const arriving = this.#arriving.get(connection)
      if (!connection.receiving) {
        this.#arriving.delete(connection)
      } else if (arriving === undefined || arriving.frames !== connection.framesReceived) {
        this.#arriving.set(connection, { since: now, frames: connection.framesReceived })
      } else if (now - arriving.since > limits.frameMs) {
        this.#broker.brokerMetrics.frameError('too_slow')
        connection.close('too_slow', 'a request took too long to arrive', { limitMs: limits.frameMs })
      }
    }
  }
}
