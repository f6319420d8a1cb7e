import { connect, type Socket } from 'node:net'
import { apis } from '../../src/protocol/apis.ts'
import { encodeRequestFrame } from '../../src/protocol/frames.ts'

/**
 * Takes what a connection received, from `start` to `end`, and returns the position up to which it is done with it. The rest is
 * offered again, in front of what comes next; it must be less than {@link KEPT_BYTES}.
 */
export type Consume = (bytes: Buffer, start: number, end: number) => number

/** What a consumer may leave for the next call. */
export const KEPT_BYTES = 4096

/**
 * A client's socket that receives into one buffer of its own and never hands memory on: the cheapest reader that Node offers.
 * Errors and an early end are thrown from the event loop, because a load run that lost a connection has measured nothing.
 */
export class FrameSocket {
  readonly socket: Socket
  readonly #buffer: Buffer
  readonly #consume: Consume
  readonly #greeted = Promise.withResolvers<void>()
  /** Bytes that are missing of the answer to the greeting; null before its size is known, zero when it has come. */
  #greetingLeft: number | null = null
  #filled = 0
  #closing = false

  private constructor(host: string, port: number, bufferBytes: number, consume: Consume) {
    this.#buffer = Buffer.allocUnsafe(KEPT_BYTES + bufferBytes)
    this.#consume = consume
    this.socket = connect({
      host,
      port,
      noDelay: true,
      onread: {
        // Only what the last call left is in front, so the kernel always has most of the buffer.
        buffer: () => this.#buffer.subarray(this.#filled),
        callback: (size) => {
          this.#received(size)
          return true
        },
      },
    })
    this.socket.on('close', () => {
      if (!this.#closing)
        throw new Error(`the broker at ${host}:${port} closed a connection of the load generator`)
    })
  }

  /**
   * Connects and asks for the versions of the APIs, as every client does first; a server may trust a connection less before
   * that. The consumer gets what comes after the answer. `bufferBytes` is what one read may bring.
   */
  static async open(host: string, port: number, bufferBytes: number, consume: Consume): Promise<FrameSocket> {
    const opened = new FrameSocket(host, port, bufferBytes, consume)
    for (const part of encodeRequestFrame(apis.ApiVersions.key, 0, 0, 'chronik-bench', {}))
      opened.socket.write(part)
    await opened.#greeted.promise
    return opened
  }

  close(): void {
    this.#closing = true
    this.socket.destroy()
  }

  #received(size: number): void {
    const end = this.#filled + size
    const done = this.#greetingLeft === 0 ? this.#consume(this.#buffer, 0, end) : this.#greet(end)
    this.#filled = end - done
    if (this.#filled > KEPT_BYTES)
      throw new Error(`${this.#filled} bytes were left over by the reader of a connection`)
    if (done > 0 && this.#filled > 0) this.#buffer.copy(this.#buffer, 0, done, end)
  }

  #greet(end: number): number {
    if (this.#greetingLeft === null) {
      if (end < 4) return 0
      this.#greetingLeft = this.#buffer.readInt32BE(0) + 4
    }
    const done = Math.min(end, this.#greetingLeft)
    this.#greetingLeft -= done
    if (this.#greetingLeft === 0) this.#greeted.resolve()
    return done
  }
}
