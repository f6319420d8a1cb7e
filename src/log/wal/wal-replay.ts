import type { Env } from '../../env/env.ts'
import * as header from '../../records/record-batch.ts'
import type { LogLogger } from '../log-logger.ts'
import { isCleaned } from '../log-reader.ts'
import type { PartitionLog } from '../partition-log.ts'
import { adoptReference } from './wal-adoption.ts'
import type { ReplayOutcome } from './replay-outcome.ts'
import { type WalRecordHeader, walRecordType } from './wal-format.ts'
import { WalFileReader } from './wal-reader.ts'

/** The WAL is damaged where acknowledged records stood, and nothing tells to which partition they belonged. */
export class WalDamagedError extends Error {
  readonly code = 'WAL_DAMAGED'
  constructor(path: string, position: number, sequence: number) {
    super(
      `${path} is damaged at byte ${position} (sequence ${sequence}), before records that are known to have been durable. ` +
        `Nothing was changed. 'chronik log inspect' shows what is there; 'chronik log repair' keeps every record that can be read`,
    )
    this.name = 'WalDamagedError'
  }
}

export interface WalReplay {
  readonly lastSequence: number
  /** Records read, and those of them that segments did not have. */
  readonly records: number
  readonly replayed: number
  /** Some partition was taken offline: the files hold what its repair needs. */
  readonly damaged: boolean
}

export interface WalReplayOptions {
  readonly env: Env
  readonly directory: string
  readonly directoryId: Buffer
  /** Files to replay, oldest first. */
  readonly files: readonly number[]
  /** Sequence that the first record must have; null when no checkpoint says it. */
  readonly firstSequence: number | null
  readonly find: (topicId: Buffer, partition: number) => PartitionLog | undefined
  /** Called after a batch went into a log, so that memory can be written out. */
  readonly settle: (log: PartitionLog) => Promise<void> | null
  readonly logger: LogLogger
}

/**
 * Replays the WAL onto the partitions: what a segment has is skipped, the next batch is appended, a reference is followed, a gap takes
 * the partition offline.
 *
 * The first invalid record is a torn tail, and the end, unless a group header further on says that its sequence had been durable.
 * Then it is damage: never cut off (Alagappan et al., Protocol-Aware Recovery, FAST'18). If the record's header is whole only its
 * partition is affected; if not, nothing is known about what stood there and recovery refuses to go on.
 *
 * Without a checkpoint (`firstSequence` null) files that are waiting for reuse are among the files, so sequences may jump from one
 * file to the next; what a partition misses then shows as a gap in its offsets.
 */
export async function replayWal(options: WalReplayOptions): Promise<WalReplay> {
  return await new Replay(options).run()
}

class Replay {
  readonly #options: WalReplayOptions
  #expected: number | null
  #records = 0
  #replayed = 0
  #damaged = false

  constructor(options: WalReplayOptions) {
    this.#options = options
    this.#expected = options.firstSequence
  }

  async run(): Promise<WalReplay> {
    const { files } = this.#options
    for (const [index, number] of files.entries()) {
      if (await this.#file(number, files.slice(index + 1))) break
    }
    const lastSequence = (this.#expected ?? 1) - 1
    return { lastSequence, records: this.#records, replayed: this.#replayed, damaged: this.#damaged }
  }

  /** Returns whether the log ends in this file. */
  async #file(number: number, later: readonly number[]): Promise<boolean> {
    await using reader = await this.#open(number)
    if (reader === null) return false
    if (reader.headerDamaged)
      this.#options.logger.error('the header of a WAL file is damaged; its records are read all the same', {
        path: reader.path,
      })
    for await (const item of reader.items(this.#expected)) {
      if (item.kind === 'end') return await this.#ends(reader, item.position, later)
      const { header } = item
      const outcome = await this.#outcome(header, item.payload)
      if (outcome === 'damaged') {
        if (!(await this.#wasDurable(reader, item.position + 8, later, header.sequence))) {
          this.#say('the write-ahead log ends in a torn record', reader, item.position)
          this.#expected = header.sequence
          return true
        }
        takeOffline(this.#options, header, reader.path)
        this.#damaged = true
      } else if (outcome === 'gap' || outcome === 'contradiction' || outcome === 'unreadable') {
        takeOffline(this.#options, header, places[outcome] ?? reader.path)
        this.#damaged = true
      } else if (outcome !== null) {
        this.#replayed += 1
        await this.#options.settle(outcome)
      }
      this.#expected = header.sequence + 1
      this.#records += 1
    }
    return false
  }

  #outcome(header: WalRecordHeader, payload: Buffer): ReplayOutcome | Promise<ReplayOutcome> {
    if (header.type === walRecordType.group) return null
    const log = this.#options.find(header.topicId, header.partition)
    if (log === undefined || log.offline !== null) return null
    const anew = this.#options.firstSequence === null
    if (header.type === walRecordType.reference) return adoptReference(log, header, payload)
    return replay(log, header, payload, anew)
  }

  async #ends(reader: WalFileReader, position: number, later: readonly number[]): Promise<boolean> {
    const expected = this.#expected
    if (await this.#continuesIn(later, expected)) return false
    const unknownStart = this.#options.firstSequence === null
    if (
      expected !== null &&
      (await this.#wasDurable(reader, position, unknownStart ? [] : later, expected))
    ) {
      throw new WalDamagedError(reader.path, position, expected)
    }
    if (unknownStart && later.length > 0) {
      if (await this.#continuesIn(later, null)) this.#expected = null
      return false
    }
    this.#say('the write-ahead log ends here', reader, position)
    return true
  }

  /** Whether the next file that holds anything goes on with this sequence (any, when null): then this one was simply full. */
  async #continuesIn(later: readonly number[], sequence: number | null): Promise<boolean> {
    for (const number of later) {
      await using reader = await this.#open(number)
      if (reader === null) continue
      for await (const item of reader.items(sequence)) {
        if (item.kind === 'record') return true
        break
      }
    }
    return false
  }

  async #wasDurable(
    reader: WalFileReader,
    position: number,
    later: readonly number[],
    sequence: number,
  ): Promise<boolean> {
    if ((await reader.durableSequenceAfter(position)) >= sequence) return true
    for (const number of later) {
      await using next = await this.#open(number)
      if (next !== null && (await next.durableSequenceAfter(0)) >= sequence) return true
    }
    return false
  }

  #open(number: number): Promise<WalFileReader | null> {
    const { env, directory, directoryId } = this.#options
    return WalFileReader.open(env, directory, number, directoryId)
  }

  #say(message: string, reader: WalFileReader, position: number): void {
    this.#options.logger.info(message, {
      path: reader.path,
      position,
      records: this.#records,
      replayed: this.#replayed,
    })
  }
}

const places: Readonly<Record<string, string>> = {
  contradiction: 'its segment, which contradicts the write-ahead log',
  unreadable: 'the segment that had them durable',
}

/** `anew`: no checkpoint says where the log of the partition begins. */
function replay(log: PartitionLog, record: WalRecordHeader, payload: Buffer, anew: boolean): ReplayOutcome {
  if (record.baseOffset < log.logEndOffset) {
    // Segments were read instead of a checkpoint: the leader epoch of a batch is the one field that no CRC covers there.
    // Where compaction was, the batch with which the epoch began may be gone, and with it the knowledge of where it began.
    const same =
      record.baseOffset < log.logStartOffset ||
      isCleaned(log, record.baseOffset) ||
      log.epochs.epochAt(record.baseOffset) === record.leaderEpoch
    return same ? null : 'contradiction'
  }
  const good =
    payload.length >= header.HEADER_SIZE &&
    header.magic(payload, 0) === header.MAGIC_V2 &&
    header.batchSize(payload, 0) === payload.length &&
    header.lastOffsetDelta(payload, 0) === record.lastOffsetDelta &&
    header.computeCrc(payload, 0) === header.crc(payload, 0)
  if (!good) return 'damaged'
  if (record.baseOffset > log.logEndOffset) {
    if (!anew || log.segments.length > 0 || log.logEndOffset > 0) return 'gap'
    log.skipTo(record.baseOffset)
  }
  log.store(
    payload,
    0,
    payload.length,
    record.baseOffset,
    record.leaderEpoch,
    header.maxTimestamp(payload, 0),
    record.segmentBase,
  )
  log.commitAll()
  return log
}

function takeOffline(options: WalReplayOptions, record: WalRecordHeader, where: string): void {
  const log = options.find(record.topicId, record.partition)
  if (log === undefined) return
  const to = record.baseOffset + record.lastOffsetDelta
  const error = log.takeOffline(Math.min(log.logEndOffset, record.baseOffset), to, where)
  options.logger.error(error.message, {
    topic: log.topic,
    partition: log.partition,
    from: log.logEndOffset,
    to,
  })
}
