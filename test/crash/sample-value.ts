import { crc32c } from '../../src/util/crc32c.ts'

/**
 * Values of the suites: each is unique, says whose it is, and shows damage. Layout: magic "CHRV" 4 · writer u32 · sequence u32 ·
 * length of the whole u32 · CRC-32C of everything else u32 · random bytes, which no compression makes smaller.
 */
const magic = 0x43485256
const headerBytes = 20
const checksumAt = 16

export interface SampleId {
  readonly writer: number
  readonly sequence: number
}

const noise = noiseBlock(4 << 20)

/** `size` is at least 24. The same id and size always give the same bytes. */
export function sampleValue({ writer, sequence }: SampleId, size: number): Buffer {
  const value = Buffer.allocUnsafe(size)
  value.writeUInt32BE(magic, 0)
  value.writeUInt32BE(writer, 4)
  value.writeUInt32BE(sequence, 8)
  value.writeUInt32BE(size, 12)
  const from = (Math.imul(writer, 40_503) ^ Math.imul(sequence, 2_654_435)) >>> 0
  noise.copy(
    value,
    headerBytes,
    from % (noise.length - size),
    (from % (noise.length - size)) + size - headerBytes,
  )
  value.writeUInt32BE(checksum(value), checksumAt)
  return value
}

/** Whose value it is, or null when the bytes are not those of any sample. */
export function readSample(value: Buffer | null): SampleId | null {
  if (value === null || value.length < headerBytes || value.readUInt32BE(0) !== magic) return null
  if (value.readUInt32BE(12) !== value.length || value.readUInt32BE(checksumAt) !== checksum(value))
    return null
  return { writer: value.readUInt32BE(4), sequence: value.readUInt32BE(8) }
}

function checksum(value: Buffer): number {
  return crc32c(value.subarray(headerBytes), crc32c(value.subarray(0, checksumAt)))
}

function noiseBlock(size: number): Buffer {
  const block = Buffer.allocUnsafe(size)
  let state = 0x9e3779b9
  for (let at = 0; at < size; at += 4) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    block.writeInt32LE(state, at)
  }
  return block
}
