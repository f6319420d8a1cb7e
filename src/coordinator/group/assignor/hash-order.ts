/**
 * The order in which Java's hash sets and maps of topic ids (Kafka's Uuid) are walked. Kafka's uniform assignor hands out
 * partitions in this order, so an assignment equals Kafka's only if it is kept.
 */
export function inHashOrder(topicIds: Iterable<string>, bucketsFor: (size: number) => number): string[] {
  const ids = [...topicIds]
  const buckets = bucketsFor(ids.length)
  return ids
    .map((id, index) => ({ id, index, bucket: spread(hashOf(id)) & (buckets - 1) }))
    .sort((a, b) => a.bucket - b.bucket || a.index - b.index)
    .map(({ id }) => id)
}

/** Buckets of a set made from a collection: a quarter of them free. */
export function copiedBuckets(size: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(Math.trunc(size / 0.75) + 1, 16)))
}

/** Buckets of a map that was filled one by one. */
export function grownBuckets(size: number): number {
  return Math.max(2 ** Math.ceil(Math.log2(size / 0.75)), 16)
}

/** Uuid.hashCode: the two halves xored, and then the halves of that. */
function hashOf(topicId: string): number {
  const bytes = Buffer.from(topicId, 'base64url')
  return bytes.readInt32BE(0) ^ bytes.readInt32BE(8) ^ bytes.readInt32BE(4) ^ bytes.readInt32BE(12)
}

function spread(hash: number): number {
  return hash ^ (hash >>> 16)
}
