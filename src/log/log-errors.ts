import { KafkaError } from '../protocol/errors.ts'
import type { LogState } from './log-shared.ts'

export function tooLarge(log: LogState, bytes: number): KafkaError {
  return new KafkaError(
    'MESSAGE_TOO_LARGE',
    `a batch of ${bytes} bytes for ${log.topic}-${log.partition} does not fit into a file of the write-ahead log, which takes ${log.shared.batchBytesMax}; send smaller batches or raise wal.file.bytes`,
  )
}

export function deletedError(log: LogState): KafkaError {
  return new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `${log.topic}-${log.partition} has been deleted`)
}

export function fenced(log: LogState, leaderEpoch: number): KafkaError {
  return new KafkaError(
    'FENCED_LEADER_EPOCH',
    `an append to ${log.topic}-${log.partition} with leader epoch ${leaderEpoch} comes after epoch ${log.epochs.latest} has begun`,
  )
}

export function refusal(log: LogState): KafkaError {
  const reason = log.shared.committer.failed
    ? 'the disk failed, so nothing can be made durable any more; the server is stopping'
    : 'no disk space is left; free some or shorten retention, then retry'
  return new KafkaError('KAFKA_STORAGE_ERROR', `${log.topic}-${log.partition} takes no appends: ${reason}`)
}

export function outOfRange(log: LogState, offset: number): KafkaError {
  return new KafkaError(
    'OFFSET_OUT_OF_RANGE',
    `offset ${offset} of ${log.topic}-${log.partition} is outside ${log.logStartOffset} to ${log.logEndOffset}`,
  )
}

/** What every access gets once acknowledged records are found damaged. */
export function damagedError(log: LogState, from: number, to: number, where: string): KafkaError {
  return new KafkaError(
    'KAFKA_STORAGE_ERROR',
    `${log.topic}-${log.partition} is not served: acknowledged records between offsets ${from} and ${to} are damaged in ${where}; 'chronik log repair' restores service without them`,
  )
}
