import { crc32 } from 'node:zlib'
import type { Connection, ConnectionEvents } from '../network.ts'
import type { Death, SimProcess } from './process.ts'
import { Wire } from './wire.ts'
import type { Packet, WireWorld } from './wire.ts'

/** As in the real network. */
const highWaterBytes = 1024 * 1024
const lingerMs = 2_000

export interface SimEndpoint {
  readonly machine: string
  readonly address: string
  readonly port: number
}

interface PendingWrite {
  readonly buffers: readonly Uint8Array[]
  readonly sent: (() => void) | undefined
}

function resetError(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
}

function nextTarget(events: ConnectionEvents): Uint8Array {
  const target = events.target()
  if (target.length === 0) throw new RangeError('the target of a read must have room for at least one byte')
  return target
}

/** One end of a simulated connection. */
export class SimConnection implements Connection {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localAddress: string
  readonly localPort: number
  readonly tls = null
  readonly process: SimProcess
  /** Called when this end is no more, before its owner hears of it. */
  onGone: () => void = () => {}
  readonly #forgetDeath: () => void
  readonly #world: WireWorld
  readonly #label: string
  readonly #wire: Wire
  #peer: SimConnection | null = null
  #events: ConnectionEvents | null = null
  readonly #writes: PendingWrite[] = []
  /** How much of the first pending write is on the wire already: whole buffers, and bytes of the next. */
  #writtenBuffers = 0
  #writtenBytes = 0
  #pendingBytes = 0
  #needDrain = false
  readonly #inbox: Buffer[] = []
  /** True asks for the next target right after a read, false right before the next one; the contract allows both. */
  readonly #asksEarly: boolean
  #target: Uint8Array | null = null
  #inboxBytes = 0
  #paused = false
  #transmitScheduled = false
  #readScheduled = false
  /** `end` was called. */
  #ending = false
  #endSent = false
  #endReceived = false
  #endDelivered = false
  #gone = false
  #closedDelivered = false
  #error: Error | null = null

  constructor(world: WireWorld, process: SimProcess, local: SimEndpoint, remote: SimEndpoint) {
    this.remoteAddress = remote.address
    this.remotePort = remote.port
    this.localAddress = local.address
    this.localPort = local.port
    this.process = process
    this.#world = world
    this.#label = `${process.name} ${local.port}-${remote.port}`
    this.#wire = new Wire(world, local.machine, remote.machine, (packet) => this.#peer?.arrive(packet))
    this.#asksEarly = world.random.chance(0.5)
    this.#forgetDeath = process.onDeath((death) => this.#die(death))
  }

  static join(a: SimConnection, b: SimConnection): void {
    a.#peer = b
    b.#peer = a
  }

  get pendingBytes(): number {
    return this.#pendingBytes
  }

  start(events: ConnectionEvents): void {
    if (this.#events !== null) throw new Error('the connection was started already')
    this.#events = events
    if (this.#closedDelivered) this.#soon('closed', () => events.closed(this.#error))
    else this.#scheduleRead()
  }

  write(buffers: readonly Uint8Array[], sent?: () => void): boolean {
    if (this.#ending || this.#gone) {
      if (sent !== undefined) this.#soon('sent', sent)
      return false
    }
    for (const buffer of buffers) this.#pendingBytes += buffer.length
    this.#writes.push({ buffers: [...buffers], sent })
    this.#scheduleTransmit()
    this.#needDrain = this.#pendingBytes >= highWaterBytes
    return !this.#needDrain
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#scheduleRead()
  }

  end(): void {
    if (this.#ending || this.#gone) return
    this.#ending = true
    this.#emptyInbox()
    this.#scheduleTransmit()
    this.#closeIfBothEnded()
  }

  destroy(): void {
    if (this.#gone) return
    this.#tellPeer()
    this.#disappear(null)
  }

  /** Resets both ends, as a middlebox does. */
  reset(): void {
    this.#disappear(resetError())
    this.#peer?.vanishByReset()
  }

  /** A packet from the other end. */
  arrive(packet: Packet): void {
    if (this.#gone) {
      // Nobody is here any more: the kernel answers data with a reset.
      if (packet.kind === 'bytes') this.#wire.send({ kind: 'reset' })
      return
    }
    if (packet.kind === 'reset') {
      this.#disappear(resetError())
    } else if (packet.kind === 'end') {
      this.#endReceived = true
      if (this.#ending) this.#closeIfBothEnded()
      else this.#scheduleRead()
    } else if (this.#world.random.chance(this.#world.options.resetChance)) {
      this.reset()
    } else {
      this.#inbox.push(packet.bytes)
      this.#inboxBytes += packet.bytes.length
      if (this.#ending) this.#emptyInbox()
      else this.#scheduleRead()
    }
  }

  /** The other end was reset. */
  vanishByReset(): void {
    this.#disappear(resetError())
  }

  /** Bytes that arrived and were not read yet. */
  get unreadBytes(): number {
    return this.#inboxBytes
  }

  /** The other end has read something. */
  roomGrew(): void {
    this.#scheduleTransmit()
  }

  #soon(label: string, work: () => void): void {
    this.#world.kernel.schedule(0, `${this.#label} ${label}`, () => {
      if (this.process.alive) work()
    })
  }

  #scheduleTransmit(): void {
    if (this.#transmitScheduled || this.#gone || this.#endSent) return
    const hasWork = this.#writes.length > 0 || this.#ending
    if (!hasWork || this.#room() <= 0) return
    this.#transmitScheduled = true
    this.#soon('transmit', () => {
      this.#transmitScheduled = false
      if (!this.#gone) this.#transmit()
    })
  }

  #room(): number {
    return this.#world.options.windowBytes - this.#wire.bytes - (this.#peer?.unreadBytes ?? 0)
  }

  #transmit(): void {
    const { random, options } = this.#world
    if (this.#writes.length === 0) {
      this.#endSent = true
      this.#wire.send({ kind: 'end' })
      this.#world.kernel.schedule(lingerMs, `${this.#label} linger`, () => this.#disappear(null))
      this.#closeIfBothEnded()
      return
    }
    const sent: (() => void)[] = []
    const limit = Math.min(Math.max(this.#room(), 1), 1 + random.below(options.maxPacketBytes))
    const bytes = this.#takeWritten(limit, sent)
    if (bytes.length > 0) this.#wire.send({ kind: 'bytes', bytes })
    for (const call of sent) call()
    if (this.#needDrain && this.#pendingBytes === 0 && !this.#gone) {
      this.#needDrain = false
      this.#events?.drained()
    }
    this.#scheduleTransmit()
  }

  /** Copies up to `limit` bytes out of the pending writes; those that are through add their `sent`. */
  #takeWritten(limit: number, sent: (() => void)[]): Buffer {
    const parts: Uint8Array[] = []
    let left = limit
    for (let write = this.#writes[0]; write !== undefined; write = this.#writes[0]) {
      const buffer = write.buffers[this.#writtenBuffers]
      if (buffer === undefined) {
        this.#writes.shift()
        this.#writtenBuffers = 0
        if (write.sent !== undefined) sent.push(write.sent)
        continue
      }
      if (left === 0 && buffer.length > 0) break
      const part = buffer.subarray(this.#writtenBytes, this.#writtenBytes + left)
      parts.push(part)
      left -= part.length
      this.#writtenBytes += part.length
      if (this.#writtenBytes === buffer.length) {
        this.#writtenBuffers++
        this.#writtenBytes = 0
      }
    }
    this.#pendingBytes -= limit - left
    return Buffer.concat(parts)
  }

  #scheduleRead(): void {
    if (this.#readScheduled || !this.#canRead()) return
    this.#readScheduled = true
    this.#soon('read', () => {
      this.#readScheduled = false
      if (this.#canRead()) this.#read()
    })
  }

  #canRead(): boolean {
    if (this.#events === null || this.#paused || this.#gone || this.#ending) return false
    return this.#inbox.length > 0 || (this.#endReceived && !this.#endDelivered)
  }

  #read(): void {
    const events = this.#events
    const [first] = this.#inbox
    if (events === null) return
    if (first === undefined) {
      this.#endDelivered = true
      events.ended()
      return
    }
    const target = this.#target ?? nextTarget(events)
    this.#target = null
    const part = first.subarray(0, target.length)
    target.set(part)
    if (part.length === first.length) this.#inbox.shift()
    else this.#inbox[0] = first.subarray(part.length)
    this.#inboxBytes -= part.length
    this.#world.kernel.trace(`${this.#label} received ${part.length} ${crc32(part)}`)
    events.received(part.length)
    if (this.#asksEarly && !this.#gone && !this.#ending) this.#target = nextTarget(events)
    this.#peer?.roomGrew()
    this.#scheduleRead()
  }

  #emptyInbox(): void {
    this.#inbox.length = 0
    this.#inboxBytes = 0
    this.#peer?.roomGrew()
  }

  #closeIfBothEnded(): void {
    if (this.#endSent && this.#endReceived) this.#disappear(null)
  }

  #tellPeer(): void {
    // A kernel that throws away received bytes says so with a reset.
    if (this.#inboxBytes > 0) this.#wire.send({ kind: 'reset' })
    else if (!this.#endSent) this.#wire.send({ kind: 'end' })
  }

  #die(death: Death): void {
    if (this.#gone) return
    if (death === 'killed') this.#tellPeer()
    this.#vanish()
  }

  #vanish(): void {
    this.#gone = true
    this.#forgetDeath()
    this.onGone()
    this.#emptyInbox()
  }

  #disappear(error: Error | null): void {
    if (this.#gone) return
    this.#error = error
    this.#vanish()
    this.#soon('closed', () => {
      this.#closedDelivered = true
      this.#pendingBytes = 0
      for (const { sent } of this.#writes.splice(0)) sent?.()
      this.#events?.closed(error)
    })
  }
}
