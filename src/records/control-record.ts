import { KafkaError } from '../protocol/errors.ts'
import { buildBatch } from './build-batch.ts'
import { readRecords } from './read-records.ts'

/**
 * Records of control batches. Their key is [version int16 | type int16]; a transaction marker's value is
 * [version int16 | coordinator epoch int32] (Kafka: ControlRecordType, EndTransactionMarker).
 */
export type ControlType =
  | 'abort'
  | 'commit'
  | 'leader-change'
  | 'snapshot-header'
  | 'snapshot-footer'
  | 'kraft-version'
  | 'kraft-voters'
  | 'unknown'

/** The index is the number in the key. */
const types: readonly ControlType[] = [
  'abort',
  'commit',
  'leader-change',
  'snapshot-header',
  'snapshot-footer',
  'kraft-version',
  'kraft-voters',
]

const MARKER_VERSION = 0
/** Markers are some ten bytes; nobody compresses them, but a codec could. */
const MARKER_BYTES_MAX = 1 << 16

/** What a control record's key says that it is; INVALID_RECORD when the bytes cannot be such a key. */
export function controlType(key: Buffer | null): ControlType {
  if (key === null || key.length < 4) {
    throw new KafkaError(
      'INVALID_RECORD',
      `the key of a control record has at least 4 bytes, this one ${key?.length ?? 'is null'}`,
    )
  }
  const version = key.readInt16BE(0)
  if (version < 0) throw new KafkaError('INVALID_RECORD', `a control record's key has version ${version}`)
  return types[key.readInt16BE(2)] ?? 'unknown'
}

export type TransactionOutcome = 'commit' | 'abort'

/** The coordinator epoch in a marker's value; a value that is too short is INVALID_RECORD. Newer versions only add fields. */
export function markerCoordinatorEpoch(value: Buffer | null): number {
  if (value === null || value.length < 6) {
    throw new KafkaError(
      'INVALID_RECORD',
      `the value of a transaction marker has at least 6 bytes, this one ${value?.length ?? 'is null'}`,
    )
  }
  const version = value.readInt16BE(0)
  if (version < 0)
    throw new KafkaError('INVALID_RECORD', `a transaction marker's value has version ${version}`)
  return value.readInt32BE(2)
}

export interface MarkerOptions {
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
  /** In ms. */
  readonly timestamp: number
  readonly baseOffset?: number
  readonly partitionLeaderEpoch?: number
}

/** The control batch that ends a producer's transaction in one partition. */
export function transactionMarker(outcome: TransactionOutcome, options: MarkerOptions): Buffer {
  const key = Buffer.alloc(4)
  key.writeInt16BE(types.indexOf(outcome), 2)
  const value = Buffer.alloc(6)
  value.writeInt16BE(MARKER_VERSION, 0)
  value.writeInt32BE(options.coordinatorEpoch, 2)
  const { producerId, producerEpoch, baseOffset = 0, partitionLeaderEpoch = -1 } = options
  return buildBatch(
    { producerId, producerEpoch, baseOffset, partitionLeaderEpoch, transactional: true, control: true },
    [{ timestamp: options.timestamp, key, value }],
  )
}

export interface TransactionMarker {
  readonly outcome: TransactionOutcome
  readonly coordinatorEpoch: number
  /** In ms. */
  readonly timestamp: number
}

/**
 * The marker in the control batch at `at`, or null when the batch holds none: control records of other kinds, or a batch that
 * compaction has emptied.
 */
export function readMarker(buffer: Buffer, at: number): TransactionMarker | null {
  for (const { key, value, timestamp } of readRecords(buffer, at, MARKER_BYTES_MAX)) {
    const type = controlType(key)
    if (type !== 'commit' && type !== 'abort') return null
    return { outcome: type, coordinatorEpoch: markerCoordinatorEpoch(value), timestamp }
  }
  return null
}
