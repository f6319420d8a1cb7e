import type { FingerprintsEntry } from './index-layout.ts'
import type { IndexSink } from './index-sink.ts'
import { ValuesWriter } from './packed-values.ts'

/** Lower bits of a hash that are not kept: 26 are enough for a false candidate to be rare, and the log decides. */
export const PRINT_SHIFT = 6

/** Hashes are sorted in buckets of their upper twelve bits; the rest and a place below 2^32 fit into a double. */
const BUCKETS = 4096
const REST = 2 ** 20
const PLACES = 2 ** 32

/** Sorts pairs of hash and document, and writes them. */
export function writeFingerprints(sink: IndexSink, hashes: Int32Array, docs: Int32Array): FingerprintsEntry {
  const steps = fingerprintSteps(sink, hashes, docs)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** Buckets that are sorted or written before others get their turn. */
const SLICE_BUCKETS = 256

/** The same in slices. */
export function* fingerprintSteps(
  sink: IndexSink,
  hashes: Int32Array,
  docs: Int32Array,
): Generator<undefined, FingerprintsEntry> {
  const ends = new Int32Array(BUCKETS + 1)
  for (const hash of hashes) ends[(hash >>> 20) + 1]! += 1
  for (let bucket = 0; bucket < BUCKETS; bucket++) ends[bucket + 1]! += ends[bucket]!
  const pairs = new Float64Array(hashes.length)
  for (let index = 0; index < hashes.length; index++) {
    const hash = hashes[index]!
    const kept = hash & (REST - (1 << PRINT_SHIFT))
    pairs[ends[hash >>> 20]!++] = kept * PLACES + docs[index]!
  }
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    pairs.subarray(bucket === 0 ? 0 : ends[bucket - 1], ends[bucket]).sort()
    if (bucket % SLICE_BUCKETS === 0) yield
  }
  const hashWriter = new ValuesWriter(sink)
  for (let bucket = 0, index = 0; bucket < BUCKETS; bucket++) {
    for (; index < ends[bucket]!; index++)
      hashWriter.add((bucket * REST + Math.floor(pairs[index]! / PLACES)) >>> PRINT_SHIFT)
    if (bucket % SLICE_BUCKETS === 0) yield
  }
  const hashEntry = hashWriter.finish()
  const docWriter = new ValuesWriter(sink)
  for (const pair of pairs) docWriter.add(pair % PLACES)
  return { hashes: hashEntry, docs: docWriter.finish() }
}
