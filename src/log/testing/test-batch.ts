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
  /** Keys of the records, in their order; then the values tell the batch apart. */
  readonly keys?: readonly TestKey[]
}

export interface TestKey {
  readonly key: string
  readonly tombstone: boolean
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
      key: Buffer.from(options.keys?.[index]?.key ?? `${id}/${index}`),
      value: keyedValue(options, index, value),
      headers: [],
      timestamp: timestamp + index,
    })),
  )
}

function keyedValue({ id, keys }: TestBatchOptions, index: number, value: Buffer): Buffer | null {
  if (keys === undefined) return value
  return keys[index]?.tombstone === true ? null : Buffer.concat([Buffer.from(`${id}/${index} `), value])
}
