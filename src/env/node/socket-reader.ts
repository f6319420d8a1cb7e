import type { ConnectionEvents } from '../network.ts'

/** Reads that nobody wants land here. One for all connections, because nobody looks at its contents. */
const discard = Buffer.alloc(64 * 1024)

/** The `onread` option of net.Socket: where the next read goes, and that it came. */
export interface OnRead {
  buffer(): Uint8Array
  callback(size: number, buffer: Uint8Array): boolean
}

/**
 * Brings what a socket receives into the views of the connection's owner. With {@link OnRead} the kernel writes straight
 * into them: Node asks for a view when it wraps the handle and again right after each read. The bytes of sockets without
 * it (TLS, or a Node without the private handle) come as buffers and are copied.
 */
export class SocketReader {
  readonly onRead: OnRead
  #events: ConnectionEvents | null = null
  #paused = true
  /** The view that the kernel writes into, when the owner gave it. */
  #target: Uint8Array | null = null
  /** Bytes that had been read when the owner paused; they go first on resuming. */
  #held: Uint8Array | null = null

  constructor() {
    this.onRead = {
      buffer: () => {
        if (this.#events === null) return discard
        this.#target = this.#nextTarget(this.#events)
        return this.#target
      },
      callback: (size, buffer) => {
        if (this.#events !== null && buffer === this.#target) this.#events.received(size)
        else this.copy(buffer.subarray(0, size))
        // Pausing goes through socket.pause(), which stops the handle, so reading is never stopped from here.
        return true
      },
    }
  }

  get live(): boolean {
    return this.#events !== null
  }

  get paused(): boolean {
    return this.#paused
  }

  /** True when bytes wait that were read before the owner paused. */
  get holding(): boolean {
    return this.#held !== null
  }

  attach(events: ConnectionEvents): void {
    this.#events = events
    this.#paused = false
  }

  /** From here on everything that is read is thrown away. */
  detach(): void {
    this.#events = null
    this.#target = null
    this.#held = null
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
  }

  deliverHeld(): void {
    const held = this.#held
    this.#held = null
    if (held !== null) this.copy(held)
  }

  /** Delivers `bytes` by copying them. They are not kept, except for what is left when the owner pauses in between. */
  copy(bytes: Uint8Array): void {
    let rest = bytes
    while (rest.length > 0) {
      if (this.#events === null) return
      if (this.#paused) {
        this.#held = Buffer.from(rest)
        return
      }
      const target = this.#nextTarget(this.#events)
      const size = Math.min(target.length, rest.length)
      target.set(rest.subarray(0, size))
      rest = rest.subarray(size)
      this.#events.received(size)
    }
  }

  #nextTarget(events: ConnectionEvents): Uint8Array {
    const target = events.target()
    if (target.length === 0) throw new RangeError('the target of a read must have room for at least one byte')
    return target
  }
}
