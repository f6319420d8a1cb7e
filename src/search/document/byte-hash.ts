/**
 * A 32-bit hash of bytes (FNV-1a, mixed at the end), as a signed number. Fingerprints in sealed files are made with it, so it never
 * changes. The tokenizer computes the same one while it reads.
 */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_START
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, HASH_PRIME)
  return mixHash(hash)
}

export const HASH_START = 0x811c9dc5 | 0
export const HASH_PRIME = 0x0100_0193

/** Spreads what the last bytes changed over all bits. */
export function mixHash(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35)
  return mixed ^ (mixed >>> 16)
}
