import type { Prng } from '../../src/env/sim/prng.ts'
import { encodeRequestFrame } from '../../src/protocol/frames.ts'
import { buildBatch } from '../../src/records/build-batch.ts'
import { HEADER_SIZE, updateCrc } from '../../src/records/record-batch.ts'
import { mutate } from './mutate.ts'

export const fuzzTopic = 'fuzz-target'
export const fuzzPartitions = 2

const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** A Produce whose frame is sound and whose batch is not, or not always: half of them have a CRC that fits their damage. */
export function damagedProduce(random: Prng, correlationId: number): Buffer {
  const version = 3 + random.below(10)
  const batch = random.chance(0.1) ? soundBatch(random) : damagedBatch(random)
  const records = random.chance(0.1) ? Buffer.concat([batch, soundBatch(random)]) : batch
  const frame = encodeRequestFrame(0, version, correlationId, 'fuzz', {
    transactionalId: null,
    acks: random.chance(0.5) ? -1 : 1,
    timeoutMs: 1000,
    topicData: [{ name: fuzzTopic, partitionData: [{ index: random.below(fuzzPartitions), records }] }],
  })
  return Buffer.concat(frame).subarray(4)
}

function soundBatch(random: Prng): Buffer {
  const records = Array.from({ length: 1 + random.below(4) }, (_, i) => ({
    timestamp: 1_700_000_000_000 + i,
    key: random.chance(0.5) ? random.bytes(8) : null,
    value: random.chance(0.9) ? Buffer.alloc(random.below(300), 'v') : null,
    headers: random.chance(0.3) ? [{ key: 'h', value: random.bytes(4) }] : [],
  }))
  const compression = compressions[random.below(compressions.length)] ?? 'none'
  const producer = random.chance(0.3)
    ? { producerId: random.below(5), producerEpoch: random.below(2), baseSequence: random.below(20) }
    : {}
  return buildBatch({ compression, ...producer }, records)
}

function damagedBatch(random: Prng): Buffer {
  const batch = mutate(soundBatch(random), random, soundBatch(random))
  if (batch.length < HEADER_SIZE || !random.chance(0.7)) return batch
  const copy = Buffer.from(batch)
  if (random.chance(0.8)) copy.writeInt32BE(copy.length - 12, 8)
  if (random.chance(0.8)) copy[16] = 2
  const length = copy.readInt32BE(8)
  if (length === copy.length - 12) updateCrc(copy, 0)
  return copy
}
