import type { Budget } from '../budget.ts'
import type { DocSet, IndexReader } from '../index/index-reader.ts'
import type { Query } from '../query/query.ts'
import type { AggregationPartial } from './aggregation-partial.ts'

/**
 * Collects one aggregation for all buckets of its parent at once. Documents come in batches with the number of the parent's bucket
 * (the owner) of each, so that a level of the tree is one loop over typed arrays, whatever stands above and below it.
 */
export interface Collector {
  /** The batches that follow are of this reader. Readers come in any order, each once. */
  begin(reader: IndexReader, readerIndex: number): void
  /**
   * The first `count` entries: documents in ascending order, and the owner of each. A document comes once for each owner that has
   * it. The arrays belong to the caller, who reuses them.
   */
  collect(docs: Int32Array, owners: Int32Array, count: number): void
  /** What was collected for an owner, which may have seen no document. Only when all readers are through. */
  partial(owner: number): AggregationPartial
}

/** What collectors need from whoever runs the search. */
export interface CollectContext {
  readonly readers: readonly IndexReader[]
  readonly budget: Budget
  /** Documents of a reader that a query matches; `{ kind: 'all' }` is every document that may be shown. */
  matches(readerIndex: number, query: Query): DocSet
  /** A Lucene regular expression that must match a whole value. @throws QueryError */
  readonly pattern: (pattern: string) => (text: string) => boolean
  /** Score of a document of the batch in progress, null when the search does not score. */
  score(doc: number): number | null
}

/** Documents in one batch at most: what is touched for one fits into the nearest caches. */
export const BATCH_DOCS = 4096
