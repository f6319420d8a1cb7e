import type { BucketKey } from './aggregation-partial.ts'
import type { KeyFilter } from './aggregation-spec.ts'
import { hashKey } from './value-hash.ts'

/** Whether a key passes the `include` and `exclude` of an aggregation. */
export function keyFilter(
  include: KeyFilter | null,
  exclude: KeyFilter | null,
  pattern: (pattern: string) => (text: string) => boolean,
): ((key: BucketKey) => boolean) | null {
  const takes = include === null ? null : matcher(include, pattern)
  const drops = exclude === null ? null : matcher(exclude, pattern)
  if (takes === null && drops === null) return null
  return (key) => (takes === null || takes(key)) && (drops === null || !drops(key))
}

function matcher(
  filter: KeyFilter,
  pattern: (pattern: string) => (text: string) => boolean,
): (key: BucketKey) => boolean {
  switch (filter.kind) {
    case 'pattern': {
      const matches = pattern(filter.pattern)
      return (key) => matches(String(key))
    }
    case 'values': {
      // A list of texts also means the numbers that they spell, as a caller cannot know how a value was recognised.
      const values = new Set(filter.values.map(String))
      return (key) => values.has(String(key))
    }
    case 'partition':
      return (key) => Math.floor(hashKey(key)) % filter.partitions === filter.partition
  }
}
