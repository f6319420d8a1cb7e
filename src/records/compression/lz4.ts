import { compressFrameSync } from 'lz4-napi'
import { type Codec, tooLarge, undecodable } from './codec.ts'
import { decompressLz4Block, LZ4_CORRUPT, LZ4_TOO_LARGE } from './lz4-block.ts'
import { xxhash32 } from './xxhash32.ts'

const MAGIC = 0x184d2204
/** Sizes by the number in the header's block descriptor; 0 to 3 mean nothing. */
const BLOCK_SIZES: readonly number[] = [0, 0, 0, 0, 64 << 10, 256 << 10, 1 << 20, 4 << 20]
/** No block grows more than this: a byte of a run's length stands for 255 bytes. */
const MAX_EXPANSION = 255
/** In a block's size: its bytes are not compressed. */
const STORED_BIT = 0x8000_0000

/**
 * The LZ4 frame format (KIP-57): read with or without checksums, content size and linked blocks. Checksums of the header and of
 * the blocks are verified; that of the content is not, like in Kafka (the batch's CRC-32C covers it). Bytes behind the end mark
 * are ignored, as Kafka does. Java clients refuse linked blocks, so what is written has independent ones.
 */
export const lz4: Codec = {
  id: 3,
  name: 'lz4',

  compress(bytes) {
    return compressFrameSync(bytes)
  },

  decompress(bytes, maxBytes) {
    return decompressBlocks(bytes, readHeader(bytes), maxBytes)
  },
}

interface FrameHeader {
  readonly linked: boolean
  readonly blockChecksums: boolean
  readonly maxBlockSize: number
  /** Of the first block. */
  readonly end: number
}

/** Magic int32 | flags | block descriptor | content size int64, if flagged | checksum of these but the magic, one byte. */
function readHeader(bytes: Buffer): FrameHeader {
  if (bytes.length < 7) throw undecodable('lz4', 'the bytes end within the frame header')
  if (bytes.readInt32LE(0) !== MAGIC) throw undecodable('lz4', 'they do not begin as an LZ4 frame does')
  const flags = bytes[4]!
  const descriptor = bytes[5]!
  if (flags >>> 6 !== 1) throw undecodable('lz4', `version ${flags >>> 6} of the frame format is unknown`)
  if ((flags & 0x03) !== 0)
    throw undecodable('lz4', 'the frame needs a dictionary, or a newer version of the format')
  const maxBlockSize = BLOCK_SIZES[(descriptor >>> 4) & 7]!
  if ((descriptor & 0x8f) !== 0 || maxBlockSize === 0) {
    throw undecodable('lz4', `the block descriptor ${descriptor} has no meaning`)
  }
  const checksumAt = (flags & 0x08) === 0 ? 6 : 14
  if (bytes.length <= checksumAt) throw undecodable('lz4', 'the bytes end within the frame header')
  if (((xxhash32(bytes, 4, checksumAt) >>> 8) & 0xff) !== bytes[checksumAt]) {
    throw undecodable('lz4', 'the frame header does not match its checksum')
  }
  return {
    linked: (flags & 0x20) === 0,
    blockChecksums: (flags & 0x10) !== 0,
    maxBlockSize,
    end: checksumAt + 1,
  }
}

/** Blocks: size int32 (0 ends the frame) | bytes | checksum int32, if flagged. The output grows as they need it. */
function decompressBlocks(bytes: Buffer, header: FrameHeader, maxBytes: number): Buffer {
  let output: Buffer = Buffer.allocUnsafe(Math.min(maxBytes, bytes.length * 4))
  let out = 0
  let at = header.end
  while (true) {
    if (at + 4 > bytes.length) throw undecodable('lz4', 'the bytes end before the frame does')
    const word = bytes.readUInt32LE(at)
    if (word === 0) return output.subarray(0, out)
    const stored = word >= STORED_BIT
    const size = stored ? word - STORED_BIT : word
    const start = at + 4
    const end = start + size
    if (size > header.maxBlockSize)
      throw undecodable('lz4', `a block of ${size} bytes exceeds the frame's limit`)
    if (end + (header.blockChecksums ? 4 : 0) > bytes.length) {
      throw undecodable('lz4', 'the bytes end within a block')
    }
    if (header.blockChecksums && xxhash32(bytes, start, end) !== bytes.readUInt32LE(end)) {
      throw undecodable('lz4', 'a block does not match its checksum')
    }
    const most = stored ? size : Math.min(header.maxBlockSize, size * MAX_EXPANSION)
    const limit = Math.min(maxBytes, out + most)
    output = grown(output, out, limit, maxBytes)
    const next = stored
      ? copyStored(bytes, start, end, output, out, limit)
      : decompressLz4Block(bytes, start, end, output, out, limit, header.linked ? 0 : out)
    if (next === LZ4_CORRUPT || (next === LZ4_TOO_LARGE && limit < maxBytes)) {
      throw undecodable('lz4', `the block at byte ${start} is damaged`)
    }
    if (next === LZ4_TOO_LARGE) throw tooLarge('lz4', bytes.length, maxBytes)
    out = next
    at = end + (header.blockChecksums ? 4 : 0)
  }
}

function copyStored(
  bytes: Buffer,
  start: number,
  end: number,
  output: Buffer,
  out: number,
  limit: number,
): number {
  return end - start > limit - out ? LZ4_TOO_LARGE : out + bytes.copy(output, out, start, end)
}

/** A buffer with room up to `limit`, and the first `used` bytes in it. At least doubles, so that copying stays linear. */
function grown(output: Buffer, used: number, limit: number, maxBytes: number): Buffer {
  if (output.length >= limit) return output
  const larger = Buffer.allocUnsafe(Math.max(limit, Math.min(output.length * 2, maxBytes)))
  output.copy(larger, 0, 0, used)
  return larger
}
