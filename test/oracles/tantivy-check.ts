import { Prng } from '../../src/env/sim/prng.ts'
import { close } from './compare.ts'
import { type Door, listOf, member } from './door.ts'
import { Tantivy, type TantivyQuery } from './tantivy.ts'

const DOCUMENTS = 20_000
const QUERIES = 300
const VOCABULARY = 5_000
/** Tantivy rounds the lengths of longer documents. */
const WORDS_MAX = 30
const BATCH = 2_000

/** Hits of terms, alternatives, conjunctions and phrases are as many as Tantivy's, and the ten best score the same. */
export async function compareWithTantivy(ours: Door, seed: number): Promise<string> {
  const random = new Prng(`tantivy ${seed}`)
  const word = (): string => `w${Math.floor(VOCABULARY ** (random.below(1_000_000) / 1_000_000)) - 1}`
  const documents = Array.from({ length: DOCUMENTS }, () =>
    Array.from({ length: 1 + random.below(WORDS_MAX) }, word),
  )
  await using tantivy = await Tantivy.start()
  await tantivy.write(documents.map((words) => words.join(' ')))
  const index = `tantivy-${seed}`
  await ours.must('PUT', `/${index}`, { settings: { number_of_shards: 3 } })
  for (let at = 0; at < DOCUMENTS; at += BATCH)
    await ours.bulk(
      `/${index}/_bulk`,
      documents.slice(at, at + BATCH).map((words) => [{ index: {} }, { text: words.join(' ') }]),
    )
  const queries = Array.from({ length: QUERIES }, (): TantivyQuery => {
    const kind = (['or', 'and', 'phrase'] as const)[random.below(3)] ?? 'or'
    const length = 1 + random.below(4)
    if (kind !== 'phrase') return { kind, terms: [...new Set(Array.from({ length }, word))] }
    // From a document, so that it is found, or made up.
    const words = documents[random.below(DOCUMENTS)] ?? []
    const from = random.below(words.length)
    const found = words.slice(from, from + 1 + random.below(3))
    return { kind, terms: random.below(4) === 0 ? found.toReversed() : found }
  })
  const expected = await tantivy.search(queries)
  for (const [number, query] of queries.entries()) {
    const answer = await ours.must('POST', `/${index}/_search`, {
      query: clauseOf(query),
      track_total_hits: true,
    })
    const count = member(answer, 'hits', 'total', 'value')
    const scores = listOf(member(answer, 'hits', 'hits')).map((hit) => Number(member(hit, '_score')))
    const theirs = expected[number]
    const best = theirs?.hits.map(({ score }) => score) ?? []
    const same = count === theirs?.count && scores.length === best.length
    if (same && scores.every((score, place) => close(score, best[place] ?? Number.NaN, 2e-5))) continue
    throw new Error(
      `${JSON.stringify(query)}: ${JSON.stringify(count)} hits with scores ${scores.join(' ')}; Tantivy ${theirs?.count} with ${best.join(' ')}`,
    )
  }
  await ours.must('DELETE', `/${index}`)
  const hits = expected.reduce((sum, { count }) => sum + count, 0)
  return `${QUERIES} queries with ${hits} hits in ${DOCUMENTS} documents have equal counts and equal best scores`
}

function clauseOf({ kind, terms }: TantivyQuery): object {
  const query = terms.join(' ')
  return kind === 'phrase'
    ? { match_phrase: { text: query } }
    : { match: { text: { query, operator: kind } } }
}
