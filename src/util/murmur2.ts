/**
 * MurmurHash2, 32 bits, with the seed that Kafka's producers use. The default partitioner puts a record with a key into partition
 * `toPositive(murmur2(key)) % partitions`, so every client must agree on it bit for bit (Kafka: org.apache.kafka.common.utils.Utils).
 */

const SEED = 0x9747b28c | 0
const MULTIPLIER = 0x5bd1e995

/** The hash as a signed int32. */
export function murmur2(bytes: Buffer): number {
  const { length } = bytes
  let hash = SEED ^ length
  const whole = length & ~3
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), MULTIPLIER)
    word ^= word >>> 24
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER)
  }
  const left = length & 3
  if (left > 0) hash = Math.imul(hash ^ bytes.readUIntLE(whole, left), MULTIPLIER)
  hash ^= hash >>> 13
  hash = Math.imul(hash, MULTIPLIER)
  return hash ^ (hash >>> 15)
}

/** Clears the sign bit, which is what Kafka means by a positive hash (not the absolute value). */
export function toPositive(hash: number): number {
  return hash & 0x7fff_ffff
}
