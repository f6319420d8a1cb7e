import type { Bench } from '../bench.ts'
import { CorpusShelf } from '../search/corpus-shelf.ts'
import { installPeers } from '../search/engines/peer-module.ts'
import { indexCells } from '../search/index-cells.ts'
import { queryCells } from '../search/query-cells.ts'
import { contestEngines, type Contested } from '../search/search-contest.ts'
import { serverCells } from '../search/server-cells.ts'

export const searchBench: Bench = {
  name: 'search',
  summary:
    'indexing, index size and queries of --records log records, beside Tantivy, SQLite and DuckDB from npm',
  async run(context) {
    installPeers()
    const shelf = new CorpusShelf(context)
    const { only } = context.options
    const cells = [...indexCells(shelf), ...queryCells(shelf), ...serverCells(context)]
    const chosen = cells.filter(({ label }) => only === null || label.includes(only))
    const results: Contested[] = []
    for (const cell of chosen) results.push(await contestEngines(context, cell))
    return {
      name: 'search',
      metrics: [
        { key: 'rate', title: 'MB/CPU-s net' },
        { key: 'gross', title: 'gross' },
        { key: 'size', title: 'size % of raw' },
        { key: 'memory', title: 'memory % of raw' },
        { key: 'p50', title: 'p50 ms' },
        { key: 'p95', title: 'p95 ms' },
        { key: 'p99', title: 'p99 ms' },
        { key: 'first', title: 'first answer ms' },
        { key: 'megabytes', title: 'MB/s' },
        { key: 'share', title: '% of without search' },
      ],
      series: results.flatMap(({ series }) => series),
      comparisons: results.flatMap(({ comparisons }) => comparisons),
      notes: [
        'Net: without the time that a peer takes to parse the records and to have them handed over, measured alone.',
        'SQLite indexes the messages alone, DuckDB the three columns of its query; the others all fields. Hits are equal.',
      ],
    }
  },
}
