import type { FingerprintsEntry } from './index-layout.ts'
import type { IndexSink } from './index-sink.ts'
import { ValuesWriter } from './packed-values.ts'

/** Hashes are sorted in buckets of their upper twelve bits; the rest and a place below 2^32 fit into a double. */
const BUCKETS = 4096
const REST = 2 ** 20
const PLACES = 2 ** 32

/** Sorts pairs of hash and document, and writes them. */
export function writeFingerprints(sink: IndexSink, hashes: Int32Array, docs: Int32Array): FingerprintsEntry {
  const ends = new Int32Array(BUCKETS + 1)
  for (const hash of hashes) ends[(hash >>> 20) + 1]! += 1
  for (let bucket = 0; bucket < BUCKETS; bucket++) ends[bucket + 1]! += ends[bucket]!
  const pairs = new Float64Array(hashes.length)
  for (let index = 0; index < hashes.length; index++) {
    const hash = hashes[index]!
    pairs[ends[hash >>> 20]!++] = (hash & (REST - 1)) * PLACES + docs[index]!
  }
  for (let bucket = 0; bucket < BUCKETS; bucket++)
    pairs.subarray(bucket === 0 ? 0 : ends[bucket - 1], ends[bucket]).sort()
  const hashWriter = new ValuesWriter(sink)
  for (let bucket = 0, index = 0; bucket < BUCKETS; bucket++)
    for (; index < ends[bucket]!; index++) hashWriter.add(bucket * REST + Math.floor(pairs[index]! / PLACES))
  const hashEntry = hashWriter.finish()
  const docWriter = new ValuesWriter(sink)
  for (const pair of pairs) docWriter.add(pair % PLACES)
  return { hashes: hashEntry, docs: docWriter.finish() }
}
