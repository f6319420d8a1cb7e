import assert from 'node:assert/strict'
import test from 'node:test'
import { KafkaError } from '../protocol/errors.ts'
import { batchPositions } from './batch-iterator.ts'
import { buildBatch } from './build-batch.ts'

const first = buildBatch({ baseOffset: 5 }, [{ timestamp: 1 }])
const second = buildBatch({ baseOffset: 6 }, [{ timestamp: 2, value: Buffer.from('value') }])
const both = Buffer.concat([first, second])

test('walks whole batches and stops before one that is not, wherever the bytes end', () => {
  for (let end = 0; end <= both.length; end++) {
    const expected = end === both.length ? [0, first.length] : end >= first.length ? [0] : []
    assert.deepEqual([...batchPositions(both.subarray(0, end))], expected, `end ${end}`)
    assert.deepEqual([...batchPositions(both, 0, end)], expected, `end ${end}`)
  }
  assert.deepEqual([...batchPositions(both, first.length)], [first.length])
})

test('throws where no batch can be, after the batches before it', () => {
  const positions: number[] = []
  assert.throws(
    () => {
      for (const at of batchPositions(Buffer.concat([first, Buffer.alloc(30)]))) positions.push(at)
    },
    (error: unknown) =>
      error instanceof KafkaError &&
      error.errorName === 'CORRUPT_MESSAGE' &&
      /length of 0/.test(error.message),
  )
  assert.deepEqual(positions, [0])
})
