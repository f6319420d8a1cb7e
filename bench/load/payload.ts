import { randomFillSync } from 'node:crypto'
import { buildBatch } from '../../src/records/build-batch.ts'
import { corpusRecords } from '../search/corpus-records.ts'
import { HEADER_SIZE } from '../../src/records/record-batch.ts'

/** Length, attributes, deltas, key and header count around a value: at most this many bytes for the values used here. */
const RECORD_OVERHEAD = 14

/** How many records of a size fit into a batch of a size, as a producer fills it; at least one. */
export function recordsPerBatch(batchBytes: number, recordBytes: number): number {
  return Math.max(1, Math.floor((batchBytes - HEADER_SIZE) / (recordBytes + RECORD_OVERHEAD)))
}

/** A batch of `count` records whose values are random bytes, so that nothing on the way can gain by compressing them. */
export function randomBatch(count: number, recordBytes: number): Buffer {
  const timestamp = Date.now()
  const values = randomFillSync(Buffer.allocUnsafe(count * recordBytes))
  return buildBatch(
    {},
    Array.from({ length: count }, (_, index) => ({
      timestamp,
      value: values.subarray(index * recordBytes, (index + 1) * recordBytes),
    })),
  )
}

/** A batch of `count` log records in JSON of exactly `recordBytes` each (250 or more), which search has words and fields of. */
export function logBatch(count: number, recordBytes: number): Buffer {
  const records = [...corpusRecords('logs', count)]
  return buildBatch(
    {},
    records.map(({ value }) => ({
      timestamp: Date.now(),
      value: Buffer.from(
        `${value
          .slice(0, -2)
          .slice(0, recordBytes - 2)
          .padEnd(recordBytes - 2)}"}`,
        'latin1',
      ),
    })),
  )
}
