import assert from 'node:assert/strict'
import test from 'node:test'
import { isOldFormat, recordBatchVectors } from '../../test/vectors/record-batches.ts'
import { KafkaError } from '../protocol/errors.ts'
import { type AppendRules, defaultAppendRules, UNLIMITED_MS } from './append-rules.ts'
import { ACCEPTED, checkBatch, NEEDS_VALIDATION, refusal } from './check-batch.ts'
import { batchSize, maxTimestamp, setBaseOffset, setPartitionLeaderEpoch } from './record-batch.ts'
import { validateBatch } from './validate-batch.ts'

/** What the clock says in the vectors. */
const NOW = 1_700_000_000_000

/** As the vectors were made: CreateTime without limits, codec "producer". */
const vectorRules: AppendRules = {
  ...defaultAppendRules,
  timestampAfterMaxMs: UNLIMITED_MS,
  maxBatchBytes: 1 << 30,
  recordChecks: 'all',
}

/** What a broker does with a partition's records in a Produce request: the batch to append, or an error. */
function append(bytes: Buffer, rules: AppendRules, now = NOW, version = 13): Buffer {
  const verdict = checkBatch(bytes, 0, bytes.length, rules, now, version)
  if (verdict !== ACCEPTED && verdict !== NEEDS_VALIDATION)
    throw refusal(verdict, bytes, 0, bytes.length, rules)
  const batch =
    verdict === NEEDS_VALIDATION
      ? validateBatch(bytes, 0, rules, now)
      : bytes.subarray(0, batchSize(bytes, 0))
  setBaseOffset(batch, 0, 1000)
  setPartitionLeaderEpoch(batch, 0, 5)
  return batch
}

function outcome(bytes: Buffer, rules: AppendRules): { hex: string } | { error: string } {
  try {
    return { hex: append(bytes, rules).toString('hex') }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return { error: error.errorName }
  }
}

/** Kafka's vectors were made by its log alone; in a Produce request it counts the batches before it looks at any CRC. */
const decidedByProduce: Readonly<Record<string, string>> = { 'second-batch-bad-crc': 'INVALID_RECORD' }

test('stores what Kafka stores, byte for byte, and refuses what it refuses', async (t) => {
  for (const vector of recordBatchVectors) {
    await t.test(vector.name, () => {
      const actual = outcome(Buffer.from(vector.hex, 'hex'), vectorRules)
      const decided = isOldFormat(vector) ? 'INVALID_RECORD' : decidedByProduce[vector.name]
      if (decided !== undefined) assert.deepEqual(actual, { error: decided })
      else if ('hex' in vector.append) {
        // The log cuts off the part of a second batch before the code that the vectors are made with.
        const whole =
          vector.name === 'last-batch-partial' ? vector.append.hex.slice(0, 2 * 109) : vector.append.hex
        assert.deepEqual(actual, { hex: whole })
        assert.equal(
          maxTimestamp(Buffer.from(vector.append.hex, 'hex'), 0),
          Math.min(Number(vector.append.maxTimestamp), 2 ** 63 - 1024),
        )
      } else assert.deepEqual(actual, { error: vector.append.error })
    })
  }
})
