/**
 * The items whose key occurs once, in their order, and the keys that occur more than once: admin requests that name a thing twice
 * are refused for that thing alone.
 */
export function duplicatesOf<T, K>(
  items: readonly T[],
  keyOf: (item: T) => K,
): { unique: T[]; duplicates: Set<K> } {
  const seen = new Set<K>()
  const duplicates = new Set<K>()
  for (const item of items) {
    const key = keyOf(item)
    if (seen.has(key)) duplicates.add(key)
    seen.add(key)
  }
  return { unique: items.filter((item) => !duplicates.has(keyOf(item))), duplicates }
}
