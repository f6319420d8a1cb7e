import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildBatch } from '../records/build-batch.ts'
import { transactionMarker } from '../records/control-record.ts'
import { decodeFetched } from './fetched-records.ts'

const settings = {
  topic: 't',
  fromOffset: 0,
  readCommitted: true,
  maxDecompressedBytes: 1 << 20,
  withControl: false,
}

function batch(baseOffset: number, values: readonly string[], producerId: number | null): Buffer {
  const options =
    producerId === null
      ? { baseOffset }
      : { baseOffset, producerId, producerEpoch: 0, baseSequence: baseOffset, transactional: true }
  return buildBatch(
    options,
    values.map((value) => ({ timestamp: 1, value: Buffer.from(value) })),
  )
}

function fetched(
  records: readonly Buffer[],
  aborted: readonly { producerId: number; firstOffset: number }[] = [],
): Parameters<typeof decodeFetched>[0] {
  return {
    partitionIndex: 0,
    errorCode: 0,
    highWatermark: 100,
    lastStableOffset: 100,
    logStartOffset: 0,
    divergingEpoch: { epoch: -1, endOffset: -1 },
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
    snapshotId: { endOffset: -1, epoch: -1 },
    abortedTransactions: aborted,
    preferredReadReplica: -1,
    records: Buffer.concat(records),
  }
}

function marker(outcome: 'commit' | 'abort', producerId: number, baseOffset: number): Buffer {
  return transactionMarker(outcome, {
    producerId,
    producerEpoch: 0,
    coordinatorEpoch: 0,
    timestamp: 1,
    baseOffset,
  })
}

function values(decoded: ReturnType<typeof decodeFetched>): string[] {
  return decoded.records.map(({ value }) => String(value))
}

describe('decodeFetched', () => {
  it('hides aborted records up to the abort marker, and what other producers wrote stays', () => {
    const records = [
      batch(0, ['aborted 0', 'aborted 1'], 7),
      batch(2, ['of another'], 8),
      batch(3, ['plain'], null),
      marker('abort', 7, 4),
      batch(5, ['committed'], 7),
      marker('commit', 7, 6),
    ]
    const decoded = decodeFetched(fetched(records, [{ producerId: 7, firstOffset: 0 }]), settings)
    assert.deepEqual(values(decoded), ['of another', 'plain', 'committed'])
    assert.equal(decoded.nextOffset, 7)
  })

  it('leaves out what lies before the position, and moves on over batches without records', () => {
    const empty = buildBatch({ baseOffset: 3, lastOffset: 9 }, [])
    const decoded = decodeFetched(fetched([batch(0, ['a', 'b', 'c'], null), empty]), {
      ...settings,
      fromOffset: 2,
    })
    assert.deepEqual(values(decoded), ['c'])
    assert.equal(decoded.nextOffset, 10)
  })

  it('hands out markers only when asked for', () => {
    const records = [batch(0, ['a'], 7), marker('commit', 7, 1)]
    assert.equal(decodeFetched(fetched(records), settings).records.length, 1)
    assert.equal(decodeFetched(fetched(records), { ...settings, withControl: true }).records.length, 2)
  })

  it('ignores a last batch that is not whole, and refuses one whose CRC is wrong', () => {
    const whole = batch(0, ['a'], null)
    const decoded = decodeFetched(fetched([whole, batch(1, ['b'], null).subarray(0, 40)]), settings)
    assert.deepEqual([values(decoded), decoded.nextOffset], [['a'], 1])
    const bad = Buffer.from(whole)
    bad.writeUInt8(bad.readUInt8(bad.length - 1) ^ 1, bad.length - 1)
    assert.throws(() => decodeFetched(fetched([bad]), settings), { errorName: 'CORRUPT_MESSAGE' })
  })
})
