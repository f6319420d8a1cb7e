import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import {
  decodeWalFileHeader,
  encodeWalFileHeader,
  readUint64,
  readWalRecordHeader,
  walBatchBytesMax,
  walFileHeaderBytes,
  walFileName,
  walFileNumber,
  walRecordBytes,
  walRecordHeaderBytes,
  walTag,
  writeRecordHeader,
  writeGroupHeader,
  writeUint64,
} from './wal-format.ts'

const directoryId = Buffer.from('0123456789abcdef')
const large = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })

it('file headers come back, and no damaged one does', () => {
  const header = { fileNumber: 2 ** 40 + 7, directoryId, fileBytes: 2 ** 31, createdMs: 1_700_000_000_000 }
  const bytes = encodeWalFileHeader(header)
  assert.equal(bytes.length, walFileHeaderBytes)
  assert.deepEqual(decodeWalFileHeader(bytes), header)
  for (let i = 0; i < 64; i++) {
    const damaged = Buffer.from(bytes)
    damaged[i] = (damaged[i] ?? 0) ^ 1
    assert.equal(decodeWalFileHeader(damaged), null, `byte ${i}`)
  }
  assert.equal(decodeWalFileHeader(bytes.subarray(0, 63)), null)
})

it('record headers come back, and no damaged one does', () => {
  const topicId = Buffer.from('topic id, 16 byt')
  const bytes = Buffer.alloc(100)
  const tag = walTag(3, directoryId)
  writeRecordHeader(bytes, 8, tag, 2, 2 ** 45, 1234, topicId, 7, -1, 2 ** 50 + 1, 99, 2 ** 50 - 5)
  const expected = {
    type: 2,
    payloadBytes: 1234,
    sequence: 2 ** 45,
    topicId,
    partition: 7,
    leaderEpoch: -1,
    baseOffset: 2 ** 50 + 1,
    lastOffsetDelta: 99,
    segmentBase: 2 ** 50 - 5,
  }
  assert.deepEqual(readWalRecordHeader(bytes, 8, tag), expected)
  assert.equal(readWalRecordHeader(bytes, 8, walTag(4, directoryId)), null)
  assert.equal(readWalRecordHeader(bytes, 40, tag), null)
  for (let i = 8; i < 8 + walRecordHeaderBytes; i++) {
    const damaged = Buffer.from(bytes)
    damaged[i] = (damaged[i] ?? 0) ^ 0x80
    assert.equal(readWalRecordHeader(damaged, 8, tag), null, `byte ${i}`)
  }
  writeGroupHeader(bytes, 0, tag, { sequence: 5, durableSequence: 4, count: 3 })
  const group = readWalRecordHeader(bytes, 0, tag)
  assert.deepEqual([group?.type, group?.sequence, group?.baseOffset, group?.lastOffsetDelta], [1, 5, 4, 3])
})

it('tags differ from file to file and from directory to directory, and are never 0', () => {
  const tags = new Set<number>()
  for (let number = 0; number < 500; number++)
    tags.add(walTag(number, directoryId)).add(walTag(number, Buffer.alloc(16)))
  assert.equal(tags.size, 1000)
  assert.ok(!tags.has(0))
})

it('numbers up to 2^53 come back', () => {
  fc.assert(
    fc.property(large, (value) => {
      const bytes = Buffer.alloc(10)
      writeUint64(bytes, 1, value)
      assert.equal(readUint64(bytes, 1), value)
      assert.equal(bytes.readBigUInt64BE(1), BigInt(value))
      assert.equal(walFileNumber(walFileName(value)), value)
    }),
  )
})

it('only names of WAL files have a number', () => {
  for (const name of ['wal-1.log', 'wal-00000000000000000001.log.tmp', 'wal-prepare.tmp', 'x'])
    assert.equal(walFileNumber(name), null)
})

it('a group of the largest size fits into a file', () => {
  for (const count of [1, 7, 64]) {
    const bytes = walBatchBytesMax(65_536, count)
    const each = Math.floor(bytes / count)
    const used =
      walFileHeaderBytes +
      walRecordHeaderBytes +
      (count - 1) * walRecordBytes(each) +
      walRecordBytes(bytes - (count - 1) * each)
    assert.ok(used <= 65_536, `${count}: ${used}`)
  }
})
