import { corpusRecords } from './corpus-records.ts'
import type { CorpusShelf } from './corpus-shelf.ts'
import { runEngine } from './engine-process.ts'
import { percentiles } from './percentiles.ts'
import type { EngineCell } from './search-contest.ts'
import type { EngineName } from './search-engine.ts'
import { histogramQuery, type QueryClass, type SearchQuery, textQueries } from './search-queries.ts'

/** SQLite takes a hundred times as long, and is not what is to be beaten. */
const repeatsOf = (engine: EngineName): number => (engine === 'sqlite' ? 1 : 7)
/** Records that phrases and traces are taken from. */
const SAMPLED = 20_000

export function queryCells(shelf: CorpusShelf): EngineCell[] {
  const values = [...corpusRecords('logs', SAMPLED)].map(({ value }) => value)
  const texts = textQueries(values).map((queryClass) =>
    queryCell(
      shelf,
      queryClass,
      queryClass.queries[0]?.kind === 'all' ? ['chronik', 'tantivy'] : ['chronik', 'tantivy', 'sqlite'],
      ['tantivy'],
    ),
  )
  return [
    ...texts,
    queryCell(
      shelf,
      { label: 'filter, hours, services', queries: [histogramQuery] },
      ['chronik', 'tantivy', 'duckdb'],
      ['tantivy', 'duckdb'],
    ),
    needleCell(shelf, values),
  ]
}

function queryCell(
  shelf: CorpusShelf,
  { label, queries }: QueryClass,
  engines: readonly EngineName[],
  peers: readonly EngineName[],
): EngineCell {
  let agreed: readonly string[] | null = null
  return {
    label,
    engines,
    bars: peers.flatMap((peer) => [
      { peer, metric: 'p50', atMost: 1 },
      ...(queries.length > 1 ? [{ peer, metric: 'p99', atMost: 1 }] : []),
    ]),
    run: async (engine) => {
      const { millis, found } = await runQueries(shelf, engine, queries)
      agreed ??= found
      const other = agreed
      const wrong = found.findIndex((each, at) => each !== other[at])
      if (wrong >= 0)
        throw new Error(
          `${label}: ${engine} finds ${found[wrong]}, another engine ${other[wrong]}: ${JSON.stringify(queries[wrong])}`,
        )
      return percentiles(millis)
    },
  }
}

async function runQueries(shelf: CorpusShelf, engine: EngineName, queries: readonly SearchQuery[]) {
  const directory = await shelf.indexed(engine, 'logs')
  return runEngine(engine, {
    kind: 'query',
    corpus: shelf.corpus('logs'),
    directory,
    queries,
    repeats: repeatsOf(engine),
  })
}

/** One record is looked for by its trace, in a process that has just been started and has opened nothing. */
function needleCell(shelf: CorpusShelf, values: readonly string[]): EngineCell {
  let turn = 0
  return {
    label: 'needle, process just started',
    engines: ['chronik', 'tantivy'],
    bars: [],
    run: async (engine) => {
      const record = JSON.parse(values[(turn += 1997) % values.length] ?? '') as { readonly trace: string }
      const query = { kind: 'trace', trace: record.trace } as const
      const { firstMillis, found } = await runQueries(shelf, engine, [query])
      if (found[0] !== '1')
        throw new Error(`${engine} finds ${found[0]} records with the trace ${query.trace}`)
      return { first: firstMillis }
    },
  }
}
