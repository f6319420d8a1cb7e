import { createCollector } from '../aggregation/aggregation-collector.ts'
import type { AggregationPartials } from '../aggregation/aggregation-partial.ts'
import type { AggregationSpecs } from '../aggregation/aggregation-spec.ts'
import { finish } from '../aggregation/finish.ts'
import { mergePartials } from '../aggregation/merge-partials.ts'
import { parseAggregations } from '../aggregation/parse-aggregations.ts'
import { QueryError, type Budget } from '../budget.ts'
import type { DocSet, IndexReader } from '../index/index-reader.ts'
import type { Query } from '../query/query.ts'
import type { NaiveMatch } from './naive-aggregations.ts'
import type { NaiveDocument } from './naive-fields.ts'
import { naiveReader } from './naive-reader.ts'

export const unlimited: Budget = { check: () => {}, allocate: () => {}, buckets: () => {} }

/** Documents of one reader. All readers of one list are collected by one collector. */
export type Shard = readonly (readonly NaiveDocument[])[]

/** Queries are passed through as they are: `matches` of the test understands them. */
export function parseForTest(json: unknown): AggregationSpecs {
  return parseAggregations(json, {
    parseQuery: (query) => ({ kind: 'test', query }) as unknown as Query,
    parseDate: (text) => {
      const millis = Date.parse(text)
      if (Number.isNaN(millis)) throw new QueryError('parse', `[${text}] is no date`)
      return millis
    },
  })
}

/** Runs aggregations over shards of readers of documents, through the whole way from the request to the answer. */
export function runAggregations(
  json: unknown,
  shards: readonly Shard[],
  matches: NaiveMatch = () => true,
  budget: Budget = unlimited,
  bucketsMax = 1_000_000,
): unknown {
  const specs = structuredClone(parseForTest(json))
  const partials = shards.map((shard) => structuredClone(collect(specs, shard, matches, budget)))
  const merged = partials.reduce<AggregationPartials>((all, one) => mergePartials(specs, all, one), {})
  return finish(specs, merged, { bucketsMax, hit: ({ offset }) => offset })
}

function collect(
  specs: AggregationSpecs,
  shard: Shard,
  matches: NaiveMatch,
  budget: Budget,
): AggregationPartials {
  const sorted = shard.map((documents) => [...documents].sort((a, b) => a.offset - b.offset))
  const readers = sorted.map((documents) => naiveReader(documents))
  const collector = createCollector(specs, readers, budget, {
    matches: (readerIndex, query) => docSet(readers[readerIndex]!, sorted[readerIndex]!, query, matches),
    pattern: (pattern) => {
      const expression = new RegExp(`^(?:${pattern})$`, 'u')
      return (text) => expression.test(text)
    },
  })
  for (const [readerIndex, reader] of readers.entries()) {
    const docs = Int32Array.from({ length: reader.docCount }, (_, doc) => doc)
    collector.collect(readerIndex, docs, docs.length)
  }
  return collector.partials()
}

function docSet(
  reader: IndexReader,
  documents: readonly NaiveDocument[],
  query: Query,
  matches: NaiveMatch,
): DocSet {
  const words = new Uint32Array((reader.docCount + 31) >>> 5)
  let size = 0
  for (const [doc, document] of documents.entries()) {
    if (query.kind !== 'all' && !matches(document, (query as unknown as { query: unknown }).query)) continue
    words[doc >>> 5]! |= 1 << (doc & 31)
    size += 1
  }
  return { size, words, has: (doc) => ((words[doc >>> 5]! >>> (doc & 31)) & 1) === 1 }
}
