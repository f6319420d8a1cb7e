import type net from 'node:net'
import type { Connection, ConnectionEvents, TlsInfo } from '../network.ts'
import type { SocketReader } from './socket-reader.ts'

/** Parts below this total are copied into one buffer: that is cheaper than a gathered write of many small ones. */
const coalesceBytes = 16 * 1024
/** Pending output above this makes `write` return false. */
const highWaterBytes = 1024 * 1024
/** How long an ended connection waits for the peer to end as well, throwing away what still arrives. */
const lingerMs = 2_000

/** Both ends of a connection, asked for once, because a socket forgets them when it closes. */
export interface Endpoints {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localAddress: string
  readonly localPort: number
}

/** An IPv4 peer of a dual-stack listener shows as `::ffff:1.2.3.4`; users and ACLs mean `1.2.3.4`. */
export function normalAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}

/** The ends of a connected socket, or null when it is not connected any more. */
export function endpointsOf(socket: net.Socket): Endpoints | null {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  if (remoteAddress === undefined || remotePort === undefined) return null
  if (localAddress === undefined || localPort === undefined) return null
  return {
    remoteAddress: normalAddress(remoteAddress),
    remotePort,
    localAddress: normalAddress(localAddress),
    localPort,
  }
}

/** A connection over a paused socket that `reader` belongs to. */
export class NodeConnection implements Connection {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localAddress: string
  readonly localPort: number
  readonly tls: TlsInfo | null
  readonly #socket: net.Socket
  readonly #reader: SocketReader
  /** The `sent` of writes under way, oldest first; the socket completes writes in order. */
  readonly #sent: (() => void)[] = []
  readonly #onWritten = (): void => this.#written()
  #events: ConnectionEvents | null = null
  #needDrain = false
  #ending = false
  #error: Error | null = null
  #gone = false

  constructor(socket: net.Socket, reader: SocketReader, ends: Endpoints, tls: TlsInfo | null) {
    this.remoteAddress = ends.remoteAddress
    this.remotePort = ends.remotePort
    this.localAddress = ends.localAddress
    this.localPort = ends.localPort
    this.tls = tls
    this.#socket = socket
    this.#reader = reader
    socket.on('error', (error) => (this.#error ??= error))
    socket.on('drain', () => this.#drained())
    socket.on('end', () => {
      if (this.#reader.live) this.#events?.ended()
    })
    socket.on('close', () => this.#closed())
  }

  start(events: ConnectionEvents): void {
    if (this.#events !== null) throw new Error('the connection was started already')
    this.#events = events
    if (this.#gone) process.nextTick(() => events.closed(this.#error))
    else if (!this.#ending && !this.#socket.destroyed) {
      this.#reader.attach(events)
      this.#socket.resume()
    }
  }

  get pendingBytes(): number {
    return this.#socket.writableLength
  }

  write(buffers: readonly Uint8Array[], sent?: () => void): boolean {
    const socket = this.#socket
    if (this.#ending || socket.destroyed) {
      if (sent !== undefined) process.nextTick(sent)
      return false
    }
    let done: (() => void) | undefined
    if (sent !== undefined) {
      this.#sent.push(sent)
      done = this.#onWritten
    }
    const [first] = buffers
    if (first === undefined) socket.write(Buffer.alloc(0), done)
    else if (buffers.length === 1) socket.write(first, done)
    else this.#writeMany(buffers, done)
    this.#needDrain = socket.writableLength >= highWaterBytes
    return !this.#needDrain
  }

  pause(): void {
    this.#reader.pause()
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#reader.live) return
    this.#reader.resume()
    if (!this.#reader.holding) {
      this.#socket.resume()
      return
    }
    // Not from within this call: the owner may be in `received`, and events come one at a time.
    process.nextTick(() => this.#resumeHeld())
  }

  end(): void {
    if (this.#ending || this.#socket.destroyed) return
    this.#ending = true
    this.#reader.detach()
    // Closing while received bytes wait in the kernel sends a reset, which can overtake the last answer on its way to the
    // peer. So the connection ends its side and reads on, into nothing, until the peer ends too.
    this.#socket.end(() => {
      const timer = setTimeout(() => this.#socket.destroy(), lingerMs).unref()
      this.#socket.once('close', () => clearTimeout(timer))
    })
    this.#socket.resume()
  }

  destroy(): void {
    this.#reader.detach()
    this.#socket.destroy()
  }

  #writeMany(buffers: readonly Uint8Array[], done: (() => void) | undefined): void {
    let total = 0
    for (const buffer of buffers) total += buffer.length
    if (total < coalesceBytes) {
      this.#socket.write(Buffer.concat(buffers, total), done)
      return
    }
    let left = buffers.length
    this.#socket.cork()
    for (const buffer of buffers) {
      left--
      this.#socket.write(buffer, left === 0 ? done : undefined)
    }
    this.#socket.uncork()
  }

  #resumeHeld(): void {
    if (this.#socket.destroyed) return
    this.#reader.deliverHeld()
    if (this.#reader.live && !this.#reader.paused) this.#socket.resume()
  }

  #written(): void {
    // A destroyed socket fails its queued writes before the one that the kernel still works on; `#closed` settles all.
    if (this.#socket.destroyed) return
    this.#sent.shift()?.()
  }

  #drained(): void {
    if (!this.#needDrain || this.#socket.destroyed) return
    this.#needDrain = false
    this.#events?.drained()
  }

  /** The socket says `close` after its handle is closed, so the kernel reads and writes no buffer any more. */
  #closed(): void {
    this.#gone = true
    this.#reader.detach()
    for (const sent of this.#sent.splice(0)) sent()
    this.#events?.closed(this.#error)
  }
}
