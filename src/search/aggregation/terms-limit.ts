/**
 * Buckets of a terms aggregation that a shard passes on at least, whatever its `shard_size`: with at most so many distinct values per
 * bucket of its parent, counts are exact.
 */
export const TERMS_EXACT = 10_000
