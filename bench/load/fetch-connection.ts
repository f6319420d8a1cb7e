import { apis } from '../../src/protocol/apis.ts'
import { errorNameOf } from '../../src/protocol/errors.ts'
import { encodeRequestFrame } from '../../src/protocol/frames.ts'
import {
  baseOffset,
  batchSize,
  HEADER_SIZE,
  lastOffset,
  recordCount,
} from '../../src/records/record-batch.ts'
import { readInt64, writeInt64 } from '../../src/util/int64.ts'
import { FrameSocket } from './frame-socket.ts'

/** The partition that is fetched, and how. */
export interface FetchTarget {
  readonly host: string
  readonly port: number
  readonly topic: string
  readonly topicId: string
  /** Of Fetch; 13 or later, so that the topic is an id. */
  readonly version: number
  readonly partition: number
  readonly partitionMaxBytes: number
  readonly maxWaitMs: number
}

/** What an answer brought, batches apart. */
export interface FetchAnswer {
  /** Record batches, as they are on the wire. */
  readonly bytes: number
  readonly records: number
  /** Behind the last record that came, or the offset asked for. */
  readonly nextOffset: number
  readonly highWatermark: number
}

/** No offset looks like this, so it is where the offset belongs in a prebuilt request. */
const MARKER = 0x0012_3456_789a_bcde
const REQUEST_ID_AT = 8
/** Size, correlation id, tags, throttle time, error, session, one topic with its id, one partition up to its aborted list. */
const HEAD_BYTES = 4 + 4 + 1 + 4 + 2 + 4 + 1 + 16 + 1 + 4 + 2 + 8 + 8 + 8
/** Behind the head: the aborted list's length, the preferred replica, the records' length. */
const LOOKED_AT = HEAD_BYTES + 1 + 4 + 5
const BULK_READ = 256 << 10

/**
 * One connection that fetches one partition, one request in flight, and throws the records away as they come: of each batch only
 * the header is looked at, to count records and to see that no offset is missing.
 */
export class FetchConnection {
  readonly #target: FetchTarget
  readonly #answered: (answer: FetchAnswer) => void
  readonly #batch: ((firstOffset: number, count: number) => void) | null
  readonly #request: Buffer
  readonly #offsetAt: number
  #socket: FrameSocket | null = null
  #correlationId = 0
  /** The answer that is being received: bytes of its frame and of its records that are still to come. */
  #frameLeft = 0
  #recordsLeft = 0
  /** Bytes of a batch, or of what follows the records, that are only skipped. */
  #skip = 0
  #bytes = 0
  #records = 0
  #nextOffset = 0
  #highWatermark = 0

  /** `batch`, if given, is called for each batch with the offsets that were asked for or come later. */
  constructor(
    target: FetchTarget,
    answered: (answer: FetchAnswer) => void,
    batch: ((firstOffset: number, count: number) => void) | null = null,
  ) {
    this.#target = target
    this.#answered = answered
    this.#batch = batch
    this.#request = Buffer.concat(requestFrame(target))
    const marker = Buffer.alloc(8)
    writeInt64(marker, MARKER, 0)
    this.#offsetAt = this.#request.indexOf(marker)
  }

  async open(): Promise<void> {
    const { host, port } = this.#target
    this.#socket = await FrameSocket.open(host, port, BULK_READ, (bytes, start, end) =>
      this.#consume(bytes, start, end),
    )
  }

  /** Asks for records from an offset on; once the last answer has come, not earlier. */
  fetch(offset: number): void {
    this.#correlationId = (this.#correlationId + 1) & 0x7fff_ffff
    this.#request.writeInt32BE(this.#correlationId, REQUEST_ID_AT)
    writeInt64(this.#request, offset, this.#offsetAt)
    this.#nextOffset = offset
    this.#bytes = 0
    this.#records = 0
    this.#socket?.socket.write(this.#request)
  }

  /** Stops and resumes reading, as a consumer does that is busy with something else. */
  pause(): void {
    this.#socket?.socket.pause()
  }

  resume(): void {
    this.#socket?.socket.resume()
  }

  close(): void {
    this.#socket?.close()
  }

  #consume(bytes: Buffer, start: number, end: number): number {
    let at = start
    for (;;) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, end - at)
        at += this.#advance(skipped)
        this.#skip -= skipped
        if (this.#skip > 0) return at
      }
      if (this.#recordsLeft > 0) {
        if (this.#recordsLeft >= HEADER_SIZE && end - at < HEADER_SIZE) return at
        this.#readBatch(bytes, at)
      } else if (this.#frameLeft > 0) {
        this.#skip = this.#frameLeft
      } else {
        if (end - at < 4) return at
        const size = bytes.readInt32BE(at) + 4
        if (end - at < Math.min(size, LOOKED_AT)) return at
        this.#frameLeft = size
        at += this.#advance(this.#readHead(bytes, at))
      }
      if (this.#frameLeft === 0 && at === end) return at
    }
  }

  /** Counts bytes as received; the answer is complete with its last one. */
  #advance(count: number): number {
    if (count === 0) return 0
    this.#frameLeft -= count
    if (this.#recordsLeft > 0) this.#recordsLeft -= count
    if (this.#frameLeft === 0) {
      this.#answered({
        bytes: this.#bytes,
        records: this.#records,
        nextOffset: this.#nextOffset,
        highWatermark: this.#highWatermark,
      })
    }
    return count
  }

  /** Checks the head and returns its length; the records follow it. */
  #readHead(bytes: Buffer, at: number): number {
    if (bytes.readInt32BE(at + 4) !== this.#correlationId) throw new Error('an answer to another Fetch came')
    const failed = bytes.readInt16BE(at + 13)
    const partitionFailed = failed === 0 ? bytes.readInt16BE(at + 41) : failed
    if (partitionFailed !== 0) {
      const { partition, topic } = this.#target
      throw new Error(`a Fetch of partition ${partition} of ${topic} failed: ${errorNameOf(partitionFailed)}`)
    }
    this.#highWatermark = readInt64(bytes, at + 43)
    const aborted = bytes[at + HEAD_BYTES]!
    if (aborted > 1) throw new Error('aborted transactions in a topic that has none')
    let position = at + HEAD_BYTES + 1 + 4
    let length = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[position++]!
      length += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    const head = position - at
    this.#bytes = Math.max(0, length - 1)
    // `#advance` counts the head off both, as it does with everything that comes before the end of the records.
    this.#recordsLeft = this.#bytes === 0 ? 0 : this.#bytes + head
    return head
  }

  #readBatch(bytes: Buffer, at: number): void {
    const left = this.#recordsLeft
    const size = left >= HEADER_SIZE ? batchSize(bytes, at) : left
    // The last batch may be cut off where the answer became too large; it counts when it is fetched again.
    if (left < HEADER_SIZE || size > left) {
      this.#skip = left
      this.#bytes -= left
      return
    }
    this.#skip = size
    const first = baseOffset(bytes, at)
    const next = lastOffset(bytes, at) + 1
    if (first > this.#nextOffset) {
      throw new Error(
        `records ${this.#nextOffset} to ${first - 1} of partition ${this.#target.partition} are missing`,
      )
    }
    this.#records += recordCount(bytes, at)
    this.#nextOffset = next
    this.#batch?.(first, next - first)
  }
}

function requestFrame(target: FetchTarget): Buffer[] {
  return encodeRequestFrame(apis.Fetch.key, target.version, 0, 'chronik-bench', {
    maxWaitMs: target.maxWaitMs,
    minBytes: 1,
    maxBytes: 50 << 20,
    topics: [
      {
        topic: target.topic,
        topicId: target.topicId,
        partitions: [
          { partition: target.partition, fetchOffset: MARKER, partitionMaxBytes: target.partitionMaxBytes },
        ],
      },
    ],
    forgottenTopicsData: [],
  })
}
