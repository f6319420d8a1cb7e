/**
 * CRC-32C (Castagnoli), the checksum of Kafka's record batches. Node's own `zlib.crc32` is another polynomial.
 * `previous` continues a checksum: `crc32c(b, crc32c(a))` is that of a and b in one piece.
 */
export type Crc32c = (bytes: Buffer, previous?: number) => number

/** The Castagnoli polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78

/** Eight tables of 256 entries, one after the other: table n advances a byte that lies n bytes further ahead (slicing by 8). */
const slicingTables: Int32Array = buildTables()

function buildTables(): Int32Array {
  const tables = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL
    tables[byte] = crc
  }
  for (let entry = 256; entry < tables.length; entry++) {
    const shorter = tables[entry - 256]!
    tables[entry] = (shorter >>> 8) ^ tables[shorter & 0xff]!
  }
  return tables
}

/** The portable implementation: slicing by 8, about a tenth of the native one's speed. */
export function crc32cPortable(bytes: Buffer, previous = 0): number {
  const table = slicingTables
  const { length } = bytes
  const whole = length - (length & 7)
  let crc = ~previous
  let at = 0
  // Each index below is a byte plus a table's start (256 * table), so it is always inside of the 2048 entries.
  while (at < whole) {
    const low = crc ^ bytes.readInt32LE(at)
    const high = bytes.readInt32LE(at + 4)
    crc =
      table[1792 + (low & 0xff)]! ^
      table[1536 + ((low >>> 8) & 0xff)]! ^
      table[1280 + ((low >>> 16) & 0xff)]! ^
      table[1024 + (low >>> 24)]! ^
      table[768 + (high & 0xff)]! ^
      table[512 + ((high >>> 8) & 0xff)]! ^
      table[256 + ((high >>> 16) & 0xff)]! ^
      table[high >>> 24]!
    at += 8
  }
  while (at < length) crc = table[(crc ^ bytes[at++]!) & 0xff]! ^ (crc >>> 8)
  return ~crc >>> 0
}

/** The native addon, or the reason why this machine has none (no binary for its platform). */
async function loadNative(): Promise<{ readonly crc32c: Crc32c } | { readonly reason: string }> {
  try {
    const { crc32c } = await import('@node-rs/crc32')
    return { crc32c }
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}

const native = await loadNative()

/** Which one `crc32c` is. `portable` costs throughput, so a broker says it in its log when it starts. */
export const crc32cImplementation: 'native' | 'portable' = 'crc32c' in native ? 'native' : 'portable'

/** Why the native one is not in use; null when it is. */
export const crc32cNativeFailure: string | null = 'reason' in native ? native.reason : null

/** The checksum of all of `bytes`, as an unsigned 32-bit number. */
export const crc32c: Crc32c = 'crc32c' in native ? native.crc32c : crc32cPortable
