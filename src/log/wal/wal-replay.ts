import type { Env } from '../../env/env.ts'
import { KafkaError } from '../../protocol/errors.ts'
import * as header from '../../records/record-batch.ts'
import type { LogLogger } from '../log-logger.ts'
import type { PartitionLog } from '../partition-log.ts'
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
}

export interface WalReplayOptions {
  readonly env: Env
  readonly directory: string
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
 * Replays the WAL onto the partitions: what a segment has is skipped, the next batch is appended, a gap takes the partition
 * offline.
 *
 * The first invalid record is a torn tail, and the end, unless a group header further on says that its sequence had been durable.
 * Then it is damage: never cut off (Alagappan et al., Protocol-Aware Recovery, FAST'18). If the record's header is whole only its
 * partition is affected; if not, nothing is known about what stood there and recovery refuses to go on.
 */
export async function replayWal(options: WalReplayOptions): Promise<WalReplay> {
  const { env, directory, files, logger } = options
  let expected = options.firstSequence
  let records = 0
  let replayed = 0
  for (const [index, number] of files.entries()) {
    await using reader = await WalFileReader.open(env, directory, number)
    if (reader === null) continue
    const later = files.slice(index + 1)
    for await (const item of reader.items(expected)) {
      if (item.kind === 'end') {
        if (await continuesIn(env, directory, later, expected)) break
        if (expected !== null && (await wasDurable(env, directory, reader, item.position, later, expected))) {
          throw new WalDamagedError(reader.path, item.position, expected)
        }
        logger.info({ path: reader.path, position: item.position, records, replayed }, 'the write-ahead log ends here')
        return { lastSequence: (expected ?? 1) - 1, records, replayed }
      }
      const outcome = item.header.type === walRecordType.data ? replay(options, item.header, item.payload) : null
      if (outcome === 'damaged') {
        const sequence = item.header.sequence
        if (!(await wasDurable(env, directory, reader, item.position + 8, later, sequence))) {
          logger.info({ path: reader.path, position: item.position, records, replayed }, 'the write-ahead log ends in a torn record')
          return { lastSequence: sequence - 1, records, replayed }
        }
        takeOffline(options, item.header)
      } else if (outcome !== null) {
        replayed += 1
        await options.settle(outcome)
      }
      expected = item.header.sequence + 1
      records += 1
    }
  }
  return { lastSequence: (expected ?? 1) - 1, records, replayed }
}

/** Whether the next file that holds anything goes on with this sequence: then the file before it was simply full. */
async function continuesIn(env: Env, directory: string, later: readonly number[], sequence: number | null): Promise<boolean> {
  for (const number of later) {
    await using reader = await WalFileReader.open(env, directory, number)
    if (reader === null) continue
    for await (const item of reader.items(sequence)) return item.kind === 'record'
  }
  return false
}

async function wasDurable(
  env: Env,
  directory: string,
  reader: WalFileReader,
  position: number,
  later: readonly number[],
  sequence: number,
): Promise<boolean> {
  if ((await reader.durableSequenceAfter(position)) >= sequence) return true
  for (const number of later) {
    await using next = await WalFileReader.open(env, directory, number)
    if (next !== null && (await next.durableSequenceAfter(0)) >= sequence) return true
  }
  return false
}

/** The log that took the batch, null when none needed it, `'damaged'` when it is needed and not whole. */
function replay(options: WalReplayOptions, record: WalRecordHeader, payload: Buffer): PartitionLog | null | 'damaged' {
  const log = options.find(record.topicId, record.partition)
  if (log === undefined || log.offline !== null || record.baseOffset < log.logEndOffset) return null
  const good =
    payload.length >= header.HEADER_SIZE &&
    header.batchSize(payload, 0) === payload.length &&
    header.computeCrc(payload, 0) === header.crc(payload, 0)
  if (!good) return 'damaged'
  if (record.baseOffset > log.logEndOffset) {
    takeOffline(options, record)
    return null
  }
  log.store(payload, 0, payload.length, record.baseOffset, record.leaderEpoch, header.maxTimestamp(payload, 0))
  log.commitAll()
  return log
}

function takeOffline(options: WalReplayOptions, record: WalRecordHeader): void {
  const log = options.find(record.topicId, record.partition)
  if (log === undefined) return
  const upTo = record.baseOffset + record.lastOffsetDelta
  log.offline = new KafkaError(
    'KAFKA_STORAGE_ERROR',
    `${log.topic}-${log.partition} is not served: acknowledged records between offsets ${log.logEndOffset} and ${upTo} are damaged in the write-ahead log; 'chronik log repair' restores service without them`,
  )
  options.logger.error({ topic: log.topic, partition: log.partition, from: log.logEndOffset, to: upTo }, log.offline.message)
}
