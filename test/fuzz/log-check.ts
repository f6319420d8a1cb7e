import { connect } from '../crash/connect.ts'
import { fetchPartition } from '../crash/partition-reader.ts'
import { KafkaError } from '../../src/protocol/errors.ts'
import { batchPositions } from '../../src/records/batch-iterator.ts'
import { ensureValid } from '../../src/records/ensure-valid.ts'
import { baseOffset, lastOffset } from '../../src/records/record-batch.ts'
import { readRecords } from '../../src/records/read-records.ts'
import { fuzzPartitions, fuzzTopic } from './produce-frames.ts'

const decompressedMax = 64 << 20

export interface LogCheck {
  readonly batches: number
  /** Those whose records can be read as well. */
  readonly sound: number
}

/**
 * Reads all that the damaged batches have left in the log: every batch must be whole, have the CRC that fits, and be next in line.
 * What is inside of a batch is the producer's own: the broker does not open it, so damage that the producer signed with a right CRC
 * is kept as it came.
 */
export async function checkLog(port: number, report: (what: string) => void): Promise<LogCheck> {
  const connection = await connect(port)
  await using _ = connection
  let batches = 0
  let sound = 0
  for (let partition = 0; partition < fuzzPartitions; partition++) {
    let next = 0
    for (;;) {
      const fetched = await fetchPartition(connection, fuzzTopic, partition, next, 0)
      const before = next
      for (const at of batchPositions(fetched.records ?? Buffer.alloc(0))) {
        const buffer = fetched.records ?? Buffer.alloc(0)
        batches += 1
        if (baseOffset(buffer, at) !== next) report(`${fuzzTopic}-${partition}: offset ${next} is missing`)
        next = lastOffset(buffer, at) + 1
        try {
          ensureValid(buffer, at)
        } catch (error) {
          report(
            `${fuzzTopic}-${partition}: the batch at offset ${baseOffset(buffer, at)} is damaged: ${String(error)}`,
          )
        }
        if (readable(buffer, at)) sound += 1
      }
      if (next >= fetched.highWatermark || next === before) {
        if (next !== fetched.highWatermark)
          report(
            `${fuzzTopic}-${partition}: nothing can be read at offset ${next} of ${fetched.highWatermark}`,
          )
        break
      }
    }
  }
  return { batches, sound }
}

function readable(buffer: Buffer, at: number): boolean {
  try {
    for (const _record of readRecords(buffer, at, decompressedMax)) continue
    return true
  } catch (error) {
    if (error instanceof KafkaError) return false
    throw error
  }
}
