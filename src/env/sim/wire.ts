import type { Kernel } from './kernel.ts'
import type { Prng } from './prng.ts'

export type Packet =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** The sender will send no more (FIN). */
  | { readonly kind: 'end' }
  /** The sender knows no such connection, or it died with unread input (RST). */
  | { readonly kind: 'reset' }

export interface WireOptions {
  readonly minLatencyMs: number
  readonly maxLatencyMs: number
  /** The largest packet; sizes are drawn from 1 to this, so that messages are split anywhere. */
  readonly maxPacketBytes: number
  /** What the sender may have under way and unread at the receiver. */
  readonly windowBytes: number
  /** How likely a packet's arrival resets the connection instead. */
  readonly resetChance: number
}

/** What all wires of a world share. */
export interface WireWorld {
  readonly kernel: Kernel
  readonly random: Prng
  readonly options: WireOptions
  /** False while nothing passes from the one machine to the other. */
  passes(from: string, to: string): boolean
  /** Takes a wire whose packets wait for the way to be free again. */
  block(wire: Wire): void
}

/** One direction of a connection: packets arrive in order, each after its latency, and none is lost. */
export class Wire {
  readonly from: string
  readonly to: string
  readonly #world: WireWorld
  readonly #receive: (packet: Packet) => void
  readonly #packets: Packet[] = []
  #blocked = 0
  #bytes = 0

  constructor(world: WireWorld, from: string, to: string, receive: (packet: Packet) => void) {
    this.#world = world
    this.from = from
    this.to = to
    this.#receive = receive
  }

  /** Bytes under way. */
  get bytes(): number {
    return this.#bytes
  }

  send(packet: Packet): void {
    this.#packets.push(packet)
    if (packet.kind === 'bytes') this.#bytes += packet.bytes.length
    this.#scheduleArrival()
  }

  /** The way is free again. */
  unblock(): void {
    const count = this.#blocked
    this.#blocked = 0
    for (let i = 0; i < count; i++) this.#scheduleArrival()
  }

  #scheduleArrival(): void {
    const { kernel, random, options } = this.#world
    const latencyMs = random.between(options.minLatencyMs, options.maxLatencyMs)
    // Whichever arrival comes first takes the first packet, so that none overtakes another.
    kernel.schedule(latencyMs, `arrival at ${this.to}`, () => this.#arrive())
  }

  #arrive(): void {
    if (!this.#world.passes(this.from, this.to)) {
      if (this.#blocked === 0) this.#world.block(this)
      this.#blocked++
      return
    }
    const packet = this.#packets.shift()
    if (packet === undefined) return
    if (packet.kind === 'bytes') this.#bytes -= packet.bytes.length
    this.#receive(packet)
  }
}
