import type { Clock } from '../env/clock.ts'
import type { ConnectionLimits } from './connection-limits.ts'

const windowMs = 1000
const addressesMax = 100_000

interface Peer {
  connections: number
  /** Connections begun in the window that started at `windowStart`. */
  recent: number
  windowStart: number
  bannedUntil: number
}

/** Decides who may connect: totals, totals by address, and rates. An address that exceeds its rate is banned for a while. */
export class ConnectionGate {
  readonly #limits: ConnectionLimits
  readonly #clock: Clock
  readonly #peers = new Map<string, Peer>()
  #connections = 0
  #recent = 0
  #windowStart = 0

  constructor(limits: ConnectionLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Null when the connection is let in (and counted), else the reason why not. */
  admit(address: string): 'too_many' | 'too_many_from_address' | 'rate' | 'banned' | null {
    const now = this.#clock.monotonic()
    const peer = this.#peer(address, now)
    if (now < peer.bannedUntil) return 'banned'
    if (now - peer.windowStart >= windowMs) {
      peer.windowStart = now
      peer.recent = 0
    }
    peer.recent += 1
    if (peer.recent > this.#limits.connectionRatePerIpMax) {
      peer.bannedUntil = now + this.#limits.banMs
      return 'banned'
    }
    if (this.#connections >= this.#limits.connectionsMax) return 'too_many'
    if (peer.connections >= this.#limits.connectionsPerIpMax) return 'too_many_from_address'
    if (!this.#withinRate(now)) return 'rate'
    peer.connections += 1
    this.#connections += 1
    return null
  }

  /** A connection that was let in is gone. */
  left(address: string): void {
    this.#connections -= 1
    const peer = this.#peers.get(address)
    if (peer !== undefined) peer.connections -= 1
  }

  /** Forgets addresses that have no connection and no ban. */
  sweep(): void {
    const now = this.#clock.monotonic()
    for (const [address, peer] of this.#peers) {
      const quiet = now - peer.windowStart > windowMs && now > peer.bannedUntil
      if (peer.connections === 0 && quiet) this.#peers.delete(address)
    }
  }

  #withinRate(now: number): boolean {
    if (now - this.#windowStart >= windowMs) {
      this.#windowStart = now
      this.#recent = 0
    }
    this.#recent += 1
    return this.#recent <= this.#limits.connectionRateMax
  }

  #peer(address: string, now: number): Peer {
    let peer = this.#peers.get(address)
    if (peer === undefined) {
      if (this.#peers.size >= addressesMax) this.sweep()
      peer = { connections: 0, recent: 0, windowStart: now, bannedUntil: 0 }
      this.#peers.set(address, peer)
    }
    return peer
  }
}
