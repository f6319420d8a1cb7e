import fc from 'fast-check'
import { aggregations, narrowing } from './aggregation-requests.ts'
import {
  type Comparison,
  sameAggregations,
  sameBuckets,
  sameHits,
  sameOrder,
  samePage,
  sameStatus,
} from './compare.ts'
import { type Corpus, corpora } from './corpus.ts'
import { forOracle, hasSameScores } from './documented-differences.ts'
import { type Door, member } from './door.ts'
import { leaves, queries } from './query-requests.ts'
import { filtered, findsNothing, highlights, malformed, pages, sorted, sources } from './result-requests.ts'
import { TwinIndex } from './twin-index.ts'

const REQUESTS_MAX = 60

export interface ElasticCheck {
  readonly name: string
  readonly run: (options: CheckOptions) => Promise<string>
}

export interface CheckOptions {
  readonly runs: number
  readonly seed: number
  /** Gathers one example of each kind of difference instead of shrinking the first. */
  readonly survey: boolean
}

export interface Request {
  readonly body: object
  readonly compare: Comparison
}

let indexes = 0

/** Every check of the Elasticsearch door beside the oracle's. */
export function elasticChecks(ours: Door, theirs: Door): readonly ElasticCheck[] {
  const all: [string, fc.Arbitrary<Request>][] = [
    ...Object.entries(leaves).map(([name, clauses]): [string, fc.Arbitrary<Request>] => [
      `queries: ${name}`,
      clauses.map(scoredSearch),
    ]),
    ['queries within queries', queries.map(scoredSearch)],
    ...Object.entries(aggregations).map(([name, aggs]): [string, fc.Arbitrary<Request>] => [
      `aggregations: ${name}`,
      fc.tuple(aggs, narrowing).map(([asked, query]) => ({
        body: { size: 0, query, aggs: asked },
        compare: name === 'significant terms' ? sameBuckets : sameAggregations,
      })),
    ]),
    ['order', sorted.map((body) => ({ body, compare: sameOrder }))],
    ['pages', pages.map((body) => ({ body, compare: sameOrder }))],
    ['post_filter, collapse, totals', filtered.map((body) => ({ body, compare: samePage }))],
    ['_source and fields', sources.map((body) => ({ body, compare: samePage }))],
    ['highlights', highlights.map((body) => ({ body, compare: samePage }))],
  ]
  return [
    ...all.map(([name, requests]) => ({
      name,
      run: (options: CheckOptions) => hold(ours, theirs, requests, options),
    })),
    { name: 'malformed requests', run: () => refuse(ours, theirs) },
  ]
}

function scoredSearch(query: object): Request {
  return { body: { query, size: 100, track_total_hits: true }, compare: sameHits(hasSameScores(query)) }
}

/** Holds random requests about random documents against the oracle; the smallest that differs is thrown. */
async function hold(
  ours: Door,
  theirs: Door,
  requests: fc.Arbitrary<Request>,
  { runs, seed, survey }: CheckOptions,
): Promise<string> {
  let compared = 0
  let refused = 0
  const seen = new Map<string, string>()
  const input = fc.tuple(corpora, fc.array(requests, { minLength: 1, maxLength: REQUESTS_MAX, size: 'max' }))
  const property = fc.asyncProperty(input, async ([corpus, list]) => {
    await using twin = await loadTwin(corpus, ours, theirs)
    for (const { body, compare } of list) {
      const asked = withIds(body, twin.ids)
      const [left, right] = await twin.ask(asked, forOracle(asked) as object)
      const found = compare(left, right)
      compared += 1
      if (left.status >= 400) refused += 1
      if (found === null) continue
      const told = `${found}\n  ${JSON.stringify(asked)}\n  ${corpus.partitions} partitions with ${JSON.stringify(corpus.documents)}`
      if (!survey) throw new Error(told)
      const kind = `${found} ${JSON.stringify(asked)}`.replaceAll(/[\d.+-]+|twin\S*/g, '').slice(0, 60)
      const before = seen.get(kind)
      if (before === undefined || before.length > told.length) seen.set(kind, told)
    }
  })
  const details = await fc.check(property, { numRuns: runs, seed, interruptAfterTimeLimit: 600_000 })
  if (details.failed)
    throw new Error(
      `${String(details.errorInstance instanceof Error ? details.errorInstance.message : details.errorInstance)}\n  seed ${details.seed}, after ${details.numRuns} runs and ${details.numShrinks} steps of shrinking`,
    )
  if (seen.size > 0) throw new Error([...seen.values()].join('\n'))
  return `${compared} requests agree, ${refused} of them refused by both`
}

/** What both refuse, and what only the oracle does, because it has a mapping that says what a field may hold. */
async function refuse(ours: Door, theirs: Door): Promise<string> {
  const documents = [{ msg: 'error', level: 'info', n: 1, ts: '2026-11-20T00:00:00Z', ok: true }]
  await using twin = await loadTwin({ documents, partitions: 1 }, ours, theirs)
  const wrong: string[] = []
  for (const body of malformed) {
    const [left, right] = await twin.ask(body, body)
    const found =
      left.status === 400 && right.status >= 400 ? null : (sameStatus(left, right) ?? 'both answer')
    if (found !== null) wrong.push(`${found}\n  ${JSON.stringify(body)}`)
  }
  for (const body of findsNothing) {
    const [left, right] = await twin.ask(body, body)
    const found = member(left.body, 'hits', 'total', 'value')
    if (left.status !== 200 || found !== 0 || right.status !== 400)
      wrong.push(
        `${left.status} with ${JSON.stringify(found)} hits, the oracle ${right.status}\n  ${JSON.stringify(body)}`,
      )
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  return `${malformed.length} are refused by both`
}

function loadTwin({ documents, partitions }: Corpus, ours: Door, theirs: Door): Promise<TwinIndex> {
  return TwinIndex.load(`twin-${indexes++}`, documents, partitions, ours, theirs)
}

/** `#3` stands for the id of document 3. */
function withIds(body: object, ids: readonly string[]): object {
  return JSON.parse(JSON.stringify(body), (_key, value: unknown) => {
    if (typeof value !== 'string' || !/^#\d+$/.test(value)) return value
    return ids[Number(value.slice(1))] ?? value
  }) as object
}
