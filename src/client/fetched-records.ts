import type { ResponseOf } from '../protocol/api-keys.ts'
import { batchPositions } from '../records/batch-iterator.ts'
import { codecById } from '../records/compression/codecs.ts'
import { controlType } from '../records/control-record.ts'
import { ensureValid } from '../records/ensure-valid.ts'
import { readRecords } from '../records/read-records.ts'
import {
  compressionId,
  hasLogAppendTime,
  isControl,
  isTransactional,
  lastOffset,
  partitionLeaderEpoch,
  producerEpoch,
  producerId,
} from '../records/record-batch.ts'
import type { BatchFacts, ConsumedRecord } from './consumed-record.ts'

type FetchedPartition = ResponseOf<'Fetch'>['responses'][number]['partitions'][number]

export interface DecodeSettings {
  readonly topic: string
  /** Fetched batches may begin before the position that was asked for; records before it are left out. */
  readonly fromOffset: number
  readonly readCommitted: boolean
  readonly maxDecompressedBytes: number
  /** Control batches, such as transaction markers, are records as well then. */
  readonly withControl: boolean
}

export interface Decoded {
  readonly records: readonly ConsumedRecord[]
  /** Where to fetch next: after the last batch, whatever of it was left out. */
  readonly nextOffset: number
}

/** The records of a fetched partition. Every batch's CRC is checked; throws what reading the batches throws. */
export function decodeFetched(fetched: FetchedPartition, settings: DecodeSettings): Decoded {
  const bytes = fetched.records
  if (bytes === null) return { records: [], nextOffset: settings.fromOffset }
  const aborted = new AbortedTransactions(settings.readCommitted ? fetched.abortedTransactions : null)
  const records: ConsumedRecord[] = []
  let nextOffset = settings.fromOffset
  for (const at of batchPositions(bytes)) {
    ensureValid(bytes, at)
    const last = lastOffset(bytes, at)
    if (last < settings.fromOffset) continue
    nextOffset = Math.max(nextOffset, last + 1)
    if (aborted.hides(bytes, at, settings.maxDecompressedBytes)) continue
    if (isControl(bytes, at) && !settings.withControl) continue
    const batch = factsOf(settings.topic, fetched.partitionIndex, bytes, at)
    for (const record of readRecords(bytes, at, settings.maxDecompressedBytes)) {
      if (record.offset >= settings.fromOffset) records.push({ ...record, batch })
    }
  }
  return { records, nextOffset }
}

function factsOf(topic: string, partition: number, bytes: Buffer, at: number): BatchFacts {
  return {
    topic,
    partition,
    leaderEpoch: partitionLeaderEpoch(bytes, at),
    producerId: producerId(bytes, at),
    producerEpoch: producerEpoch(bytes, at),
    compression: codecById(compressionId(bytes, at)).name,
    logAppendTime: hasLogAppendTime(bytes, at),
    transactional: isTransactional(bytes, at),
    control: isControl(bytes, at),
  }
}

/**
 * Tells which batches belong to aborted transactions: those of a producer from the first offset that the broker names for it up to
 * its next abort marker (Kafka: CompletedFetch.isBatchAborted).
 */
class AbortedTransactions {
  readonly #waiting: { readonly producerId: number; readonly firstOffset: number }[]
  readonly #open = new Set<number>()

  constructor(aborted: FetchedPartition['abortedTransactions']) {
    this.#waiting = [...(aborted ?? [])].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  hides(bytes: Buffer, at: number, maxBytes: number): boolean {
    const last = lastOffset(bytes, at)
    while (this.#waiting[0] !== undefined && this.#waiting[0].firstOffset <= last) {
      this.#open.add(this.#waiting[0].producerId)
      this.#waiting.shift()
    }
    if (!isTransactional(bytes, at) || !this.#open.has(producerId(bytes, at))) return false
    if (!isControl(bytes, at)) return true
    for (const record of readRecords(bytes, at, maxBytes)) {
      if (controlType(record.key) === 'abort') this.#open.delete(producerId(bytes, at))
    }
    return false
  }
}
