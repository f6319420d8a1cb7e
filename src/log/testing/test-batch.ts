import { buildBatch } from '../../records/build-batch.ts'

export interface TestBatchOptions {
  /** Told apart by this: it stands in the key of every record. */
  readonly id: number
  readonly records?: number
  readonly valueBytes?: number
  readonly timestamp?: number
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly transactional?: boolean
}

/** A batch as a producer sends it: base offset 0, no leader epoch. */
export function testBatch(options: TestBatchOptions): Buffer {
  const { id, records = 1, valueBytes = 20, timestamp = 1000 } = options
  const value = Buffer.alloc(valueBytes, id)
  return buildBatch(
    {
      producerId: options.producerId ?? -1,
      producerEpoch: options.producerEpoch ?? -1,
      baseSequence: options.baseSequence ?? -1,
      transactional: options.transactional ?? false,
    },
    Array.from({ length: records }, (_, index) => ({
      key: Buffer.from(`${id}/${index}`),
      value,
      headers: [],
      timestamp: timestamp + index,
    })),
  )
}
