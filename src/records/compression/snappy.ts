import { compressSync, uncompressSync } from 'snappy'
import { VarintError, VarintReader } from '../../util/varint.ts'
import { type Codec, tooLarge, undecodable } from './codec.ts'

/**
 * Snappy, in the framing of Java's xerial library, which Kafka's clients write: a header (magic, version, oldest version that
 * can read it), then chunks of [length int32 big-endian | raw snappy block]. Without the header it is one raw block.
 */
const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const HEADER = Buffer.concat([MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])])
/** Uncompressed bytes of a chunk that is written: xerial's default. */
const CHUNK_SIZE = 32 * 1024
/**
 * The densest element is a copy of 3 bytes that yields 64, so no block expands more than this; a preamble that says so lies.
 * The native decoder allocates what the preamble says before it looks at the rest.
 */
const MAX_EXPANSION = 22
/** The addon's default is to hand out memory of its own, which costs 40 µs a call to register with V8; copying is cheaper. */
const COPY = { copyOutputData: true }

export const snappy: Codec = {
  id: 2,
  name: 'snappy',

  compress(bytes) {
    const parts: Buffer[] = [HEADER]
    for (let at = 0; at < bytes.length; at += CHUNK_SIZE) {
      const block = compressSync(bytes.subarray(at, at + CHUNK_SIZE), COPY)
      const length = Buffer.allocUnsafe(4)
      length.writeInt32BE(block.length)
      parts.push(length, block)
    }
    return Buffer.concat(parts)
  },

  decompress(bytes, maxBytes) {
    if (bytes.length === 0) throw undecodable('snappy', 'there are no bytes')
    return MAGIC.equals(bytes.subarray(0, MAGIC.length))
      ? decompressChunks(bytes, maxBytes)
      : decompressBlock(bytes, bytes.length, maxBytes, maxBytes)
  },
}

function decompressChunks(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes.length < HEADER.length) throw undecodable('snappy', 'the bytes end within the header')
  const parts: Buffer[] = []
  let left = maxBytes
  let at = HEADER.length
  while (at < bytes.length) {
    if (MAGIC.equals(bytes.subarray(at, at + MAGIC.length))) {
      // Streams that were joined: xerial reads over the header of the next one.
      at += HEADER.length
      continue
    }
    const start = at + 4
    if (start > bytes.length) throw undecodable('snappy', `the bytes end within a chunk's length`)
    const length = bytes.readInt32BE(at)
    if (length <= 0 || length > bytes.length - start) {
      throw undecodable('snappy', `a chunk states ${length} bytes, ${bytes.length - start} are there`)
    }
    const block = decompressBlock(bytes.subarray(start, start + length), bytes.length, left, maxBytes)
    left -= block.length
    parts.push(block)
    at = start + length
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

/** `left` is what may still come out, the other two are for the error's text. */
function decompressBlock(block: Buffer, compressed: number, left: number, maxBytes: number): Buffer {
  const size = statedSize(block)
  if (size > block.length * MAX_EXPANSION) {
    throw undecodable('snappy', `a block of ${block.length} bytes states ${size} uncompressed ones`)
  }
  if (size > left) throw tooLarge('snappy', compressed, maxBytes)
  let bytes: Buffer | string
  try {
    bytes = uncompressSync(block, COPY)
  } catch (error) {
    // The addon has no error codes; all that a call with a Buffer can fail for is the block itself.
    throw undecodable('snappy', error instanceof Error ? error.message : String(error))
  }
  if (typeof bytes === 'string')
    throw new TypeError('snappy returned a string although no option asks for one')
  return bytes
}

/** A block begins with its uncompressed size, an unsigned varint. */
function statedSize(block: Buffer): number {
  try {
    return new VarintReader(block).unsigned()
  } catch (error) {
    throw error instanceof VarintError ? undecodable('snappy', error.message) : error
  }
}
