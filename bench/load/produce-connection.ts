import { apis } from '../../src/protocol/apis.ts'
import { errorNameOf } from '../../src/protocol/errors.ts'
import { encodeRequestFrame } from '../../src/protocol/frames.ts'
import { FrameSocket } from './frame-socket.ts'

/** The topic that is produced to, as Metadata names it. */
export interface ProduceTarget {
  readonly host: string
  readonly port: number
  readonly topic: string
  readonly topicId: string
  /** Of Produce; 9 or later. */
  readonly version: number
  readonly acks: -1 | 1
}

/** One request that is ready to be sent again and again: only its correlation id changes. */
interface Slot {
  readonly start: number
  readonly end: number
  readonly partition: number
  readonly records: number
}

/** Where the correlation id stands in a request frame, and in a response frame. */
const REQUEST_ID_AT = 8
const RESPONSE_ID_AT = 4
/** Bytes of a response frame that are looked at. */
const LOOKED_AT = 128

/**
 * One connection that sends prebuilt Produce requests. They stand in one buffer, one behind the other, and are used in turn, so
 * that those which become free together leave in one write. A slot is used again only when its response came, so nothing that
 * a socket still sends is changed. Answers are checked for their order and their error codes.
 */
export class ProduceConnection {
  readonly #target: ProduceTarget
  readonly #frames: Buffer
  readonly #slots: readonly Slot[]
  readonly #sentAt: Float64Array
  readonly #answered: (sentAt: number, partition: number, records: number) => void
  readonly #settled: () => void
  readonly #errorAt: number
  #socket: FrameSocket | null = null
  /** Requests sent and answered since the start; the slot is the number modulo the slots. */
  #sent = 0
  #received = 0
  /** Bytes of a response that were announced and not received. */
  #skip = 0

  /**
   * @param batches one for each slot, with its partition; there must be more slots than requests in flight, or as many
   * @param answered called for each acknowledged request with the time that `send` was given
   * @param settled called when all answers of one read were handled: the moment to send again
   */
  constructor(
    target: ProduceTarget,
    batches: readonly { readonly partition: number; readonly batch: Buffer; readonly records: number }[],
    answered: (sentAt: number, partition: number, records: number) => void,
    settled: () => void,
  ) {
    this.#target = target
    this.#answered = answered
    this.#settled = settled
    const frames: Buffer[] = []
    const slots: Slot[] = []
    let at = 0
    for (const { partition, batch, records } of batches) {
      const frame = Buffer.concat(requestFrame(target, partition, batch))
      frames.push(frame)
      slots.push({ start: at, end: at + frame.length, partition, records })
      at += frame.length
    }
    this.#frames = Buffer.concat(frames, at)
    this.#slots = slots
    this.#sentAt = new Float64Array(slots.length)
    this.#errorAt = errorPosition(target)
  }

  async open(): Promise<void> {
    this.#socket = await FrameSocket.open(
      this.#target.host,
      this.#target.port,
      64 << 10,
      (bytes, start, end) => this.#consume(bytes, start, end),
    )
  }

  get inFlight(): number {
    return this.#sent - this.#received
  }

  /** Sends the next `count` requests; together with those in flight they must not be more than the slots. */
  send(count: number, now: number): void {
    const socket = this.#socket?.socket
    if (socket === undefined) throw new Error('the connection is not open')
    let left = count
    while (left > 0) {
      const first = this.#sent % this.#slots.length
      const last = Math.min(first + left, this.#slots.length) - 1
      for (let index = first; index <= last; index++) {
        this.#frames.writeInt32BE(this.#sent & 0x7fff_ffff, this.#slots[index]!.start + REQUEST_ID_AT)
        this.#sentAt[index] = now
        this.#sent += 1
      }
      socket.write(this.#frames.subarray(this.#slots[first]!.start, this.#slots[last]!.end))
      left -= last - first + 1
    }
  }

  close(): void {
    this.#socket?.close()
  }

  #consume(bytes: Buffer, start: number, end: number): number {
    let at = start
    for (;;) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, end - at)
        this.#skip -= skipped
        at += skipped
        if (this.#skip > 0) break
      }
      if (end - at < 4) break
      const size = bytes.readInt32BE(at) + 4
      if (end - at < Math.min(size, LOOKED_AT)) break
      this.#check(bytes, at)
      this.#skip = size
    }
    this.#settled()
    return at
  }

  #check(bytes: Buffer, at: number): void {
    const id = bytes.readInt32BE(at + RESPONSE_ID_AT)
    if (id !== (this.#received & 0x7fff_ffff))
      throw new Error(`answer ${id} came in place of ${this.#received}`)
    const index = this.#received % this.#slots.length
    const { partition, records } = this.#slots[index]!
    const code = bytes.readInt16BE(at + this.#errorAt)
    if (code !== 0 || bytes.readInt32BE(at + this.#errorAt - 4) !== partition) {
      throw new Error(
        `a Produce to partition ${partition} of ${this.#target.topic} failed: ${errorNameOf(code)}`,
      )
    }
    this.#received += 1
    this.#answered(this.#sentAt[index]!, partition, records)
  }
}

function requestFrame(target: ProduceTarget, partition: number, batch: Buffer): Buffer[] {
  return encodeRequestFrame(apis.Produce.key, target.version, 0, 'chronik-bench', {
    acks: target.acks,
    timeoutMs: 30_000,
    topicData: [
      { name: target.topic, topicId: target.topicId, partitionData: [{ index: partition, records: batch }] },
    ],
  })
}

/**
 * Where the one partition's error code stands in a response frame: behind size, correlation id, the header's tags, the two
 * array lengths of one byte each, the topic (id from version 13 on, else compact name) and the partition's index.
 */
function errorPosition({ topic, version }: ProduceTarget): number {
  const topicBytes = version >= 13 ? 16 : 1 + Buffer.byteLength(topic)
  return 4 + 4 + 1 + 1 + topicBytes + 1 + 4
}
