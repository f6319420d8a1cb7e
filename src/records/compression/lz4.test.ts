import assert from 'node:assert/strict'
import test from 'node:test'
import { compressFrameSync } from 'lz4-napi'
import { KafkaError } from '../../protocol/errors.ts'
import { lz4 } from './lz4.ts'
import { xxhash32 } from './xxhash32.ts'

/** A frame of these blocks. Flags: 0x60 independent, 0x40 linked, plus 0x10 block checksums, 8 content size, 4 content checksum. */
function frame(flags: number, blocks: readonly Buffer[], end = '00000000'): Buffer {
  const size = Buffer.alloc((flags & 8) === 0 ? 0 : 8, 1)
  const descriptor = Buffer.concat([Buffer.from([flags, 0x40]), size])
  const checksum = (xxhash32(descriptor, 0, descriptor.length) >>> 8) & 0xff
  return Buffer.concat([
    Buffer.from('04224d18', 'hex'),
    descriptor,
    Buffer.from([checksum]),
    ...blocks,
    Buffer.from(end, 'hex'),
  ])
}

function block(bytes: Buffer, options: { stored?: boolean; checksum?: boolean } = {}): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(bytes.length + (options.stored === true ? 0x8000_0000 : 0))
  const checksum = Buffer.alloc(options.checksum === undefined ? 0 : 4)
  if (options.checksum === true) checksum.writeUInt32LE(xxhash32(bytes, 0, bytes.length))
  return Buffer.concat([size, bytes, checksum])
}

function read(bytes: Buffer, max = 1000): string {
  try {
    return lz4.decompress(bytes, max).toString()
  } catch (error) {
    if (error instanceof KafkaError) return error.errorName
    throw error
  }
}

const CORRUPT = 'UNKNOWN_SERVER_ERROR'
const hello = Buffer.from('hello, world')
/** Literals "ab", then 10 bytes from 2 back, then the literal "c". */
const repeated = Buffer.from([0x26, 0x61, 0x62, 2, 0, 0x10, 0x63])
/** 8 bytes from 12 back, which lies before this block, then the literal "!". */
const reachingBack = Buffer.from([0x04, 12, 0, 0x10, 0x21])

function hash(text: string): number {
  return xxhash32(Buffer.from(text), 0, text.length)
}

test('xxHash as published', () => {
  assert.equal(hash(''), 0x02cc5d05)
  assert.equal(hash('a'), 0x550d7456)
  assert.equal(hash('abc'), 0x32d153ff)
  assert.equal(hash('Nobody inspects the spammish repetition'), 0xe2293b2f)
})

test('frames with and without checksums, content size and linked blocks', () => {
  assert.equal(read(frame(0x60, [block(hello, { stored: true })])), 'hello, world')
  assert.equal(read(frame(0x60, [block(repeated)])), 'ababababababc')
  assert.equal(read(frame(0x68, [block(repeated)])), 'ababababababc')
  assert.equal(read(frame(0x70, [block(repeated, { checksum: true })])), 'ababababababc')
  assert.equal(read(frame(0x64, [block(repeated)], '0000000011223344')), 'ababababababc')
  assert.equal(
    read(frame(0x40, [block(hello, { stored: true }), block(reachingBack)])),
    'hello, worldhello, w!',
  )
  assert.equal(read(frame(0x60, [])), '')
  for (const options of [{ contentChecksum: true }, { blockChecksums: true }, {}]) {
    const text = 'the same text over and over; '.repeat(9000)
    assert.equal(read(compressFrameSync(text, options), 1 << 20), text)
  }
})

test('bytes behind the frame are ignored', () => {
  assert.equal(read(Buffer.concat([frame(0x60, [block(repeated)]), Buffer.from('more')])), 'ababababababc')
})

test('what is damaged is refused', () => {
  const good = frame(0x60, [block(repeated)])
  for (let cut = 0; cut < good.length; cut++)
    assert.equal(read(good.subarray(0, cut)), CORRUPT, `cut at ${cut}`)
  const wrongHeader = Buffer.from(good)
  wrongHeader[6]! ^= 1
  assert.equal(read(wrongHeader), CORRUPT)
  assert.equal(read(frame(0x70, [block(repeated, { checksum: false })])), CORRUPT)
  assert.equal(read(frame(0xa0, [])), CORRUPT, 'version 2')
  assert.equal(read(frame(0x61, [])), CORRUPT, 'dictionary')
  assert.equal(
    read(frame(0x60, [block(hello, { stored: true }), block(reachingBack)])),
    CORRUPT,
    'reaches out of its block',
  )
  assert.equal(read(frame(0x40, [block(reachingBack)])), CORRUPT, 'reaches before the beginning')
  assert.equal(read(frame(0x60, [block(Buffer.from([0x06, 0, 0, 0x10, 0x63]))])), CORRUPT, 'distance 0')
  assert.equal(read(frame(0x60, [block(Buffer.from([0xf0, 255, 255]))])), CORRUPT, 'a length without an end')
  assert.equal(
    read(frame(0x60, [block(Buffer.from([0x26, 0x61, 0x62, 2, 0]))])),
    CORRUPT,
    'ends with a match',
  )
  assert.equal(
    read(frame(0x60, [block(Buffer.alloc(65_537), { stored: true })]), 1 << 20),
    CORRUPT,
    'block too large',
  )
})

test('a block may not hold more than the frame allows, whatever the caller does', () => {
  // A match of 15 + 4 + 255 * 300 bytes in a frame of 64 KiB blocks.
  const bomb = Buffer.concat([
    Buffer.from([0x1f, 0x61, 1, 0]),
    Buffer.alloc(300, 255),
    Buffer.from([0, 0x10, 0x62]),
  ])
  assert.equal(read(frame(0x60, [block(bomb)]), 1 << 20), CORRUPT)
  assert.equal(read(frame(0x60, [block(bomb)]), 60_000), 'MESSAGE_TOO_LARGE')
  assert.equal(read(frame(0x60, [block(hello, { stored: true })]), 11), 'MESSAGE_TOO_LARGE')
})
