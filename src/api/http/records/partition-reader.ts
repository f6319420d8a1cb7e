import type { Scheduler } from '../../../env/scheduler.ts'
import type { PartitionLog } from '../../../log/partition-log.ts'
import { KafkaError } from '../../../protocol/errors.ts'
import { batchPositions } from '../../../records/batch-iterator.ts'
import { baseOffset, isControl, lastOffset } from '../../../records/record-batch.ts'
import { httpProblem } from '../problem.ts'
import { readRecords } from '../../../records/read-records.ts'
import type { LogRecord } from '../../../records/record.ts'

/** Records of one compressed batch are decompressed to at most so many bytes. */
const decompressedBytesMax = 64 << 20

/**
 * The records of one partition from an offset up to the high watermark, without control records. It reads piece by piece and holds a
 * copy of one piece, never memory of the log: a slow caller keeps nothing busy.
 */
export class PartitionReader {
  readonly log: PartitionLog
  readonly #scheduler: Scheduler
  readonly #pieceBytes: number
  #records: Iterator<LogRecord, void> | null = null
  /** Where the piece at hand ends. */
  #pieceEnd: number
  /** Of the next record to be returned, or after the last one. */
  nextOffset: number

  constructor(log: PartitionLog, offset: number, pieceBytes: number, scheduler: Scheduler) {
    this.log = log
    this.nextOffset = offset
    this.#pieceEnd = offset
    this.#pieceBytes = pieceBytes
    this.#scheduler = scheduler
  }

  /** Some records are there that were not returned yet; these may turn out to be control records. */
  get behind(): boolean {
    return this.#pieceEnd < this.log.highWatermark || this.#records !== null
  }

  /**
   * The next record, or null when there is none below the high watermark of now. Keys and values stay valid.
   * @throws KafkaError OFFSET_OUT_OF_RANGE when retention was faster, KAFKA_STORAGE_ERROR, CORRUPT_MESSAGE, INVALID_RECORD
   */
  async next(): Promise<LogRecord | null> {
    for (;;) {
      const record = this.#records?.next()
      if (record?.value !== undefined) {
        this.nextOffset = record.value.offset + 1
        return record.value
      }
      this.#records = null
      this.nextOffset = this.#pieceEnd
      if (this.#pieceEnd >= this.log.highWatermark) return null
      await this.#readPiece()
    }
  }

  async #readPiece(): Promise<void> {
    // Each piece has an event-loop turn of its own: a long read does not hold up the requests of others.
    await new Promise<void>((resolve) => this.#scheduler.endOfTurn(resolve))
    const from = this.#pieceEnd
    const bytes = await this.#bytesFrom(from)
    const positions = [...batchPositions(bytes)]
    const last = positions.at(-1)
    if (last === undefined) {
      throw new Error(
        `${this.log.topic}-${this.log.partition} has no batch at offset ${from}, below its high watermark`,
      )
    }
    this.#pieceEnd = lastOffset(bytes, last) + 1
    this.#records = recordsFrom(this.log, bytes, positions, from)
  }

  async #bytesFrom(offset: number): Promise<Buffer> {
    const { log } = this
    try {
      const read = await log.read(offset, this.#pieceBytes, true)
      try {
        return Buffer.concat(read.buffers)
      } finally {
        read.release()
      }
    } catch (error) {
      // Its files may have gone under the read.
      if (log.deleted)
        throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `the topic "${log.topic}" was deleted`)
      throw error
    }
  }
}

function* recordsFrom(
  log: PartitionLog,
  bytes: Buffer,
  positions: readonly number[],
  from: number,
): Generator<LogRecord, void> {
  for (const at of positions) {
    if (isControl(bytes, at)) continue
    try {
      for (const record of readRecords(bytes, at, decompressedBytesMax))
        if (record.offset >= from) yield record
    } catch (error) {
      throw error instanceof KafkaError ? unreadable(log, bytes, at, error) : error
    }
  }
}

/** The bytes are as the producer sent them, and no client can read them: compressed batches are not opened when they are appended. */
function unreadable(log: PartitionLog, bytes: Buffer, at: number, cause: KafkaError): Error {
  const [first, last] = [baseOffset(bytes, at), lastOffset(bytes, at)]
  return httpProblem(
    'RECORDS_UNREADABLE',
    `the records of ${log.topic}-${log.partition} with offsets ${first} to ${last} can not be read, because a producer sent them so: ${cause.message}. Read on from offset ${last + 1}`,
  )
}
