import type { Sample } from '../report/report.ts'
import type { CorpusKind } from './corpus-records.ts'
import type { CorpusShelf } from './corpus-shelf.ts'
import { runEngine } from './engine-process.ts'
import type { EngineCell } from './search-contest.ts'
import type { EngineName } from './search-engine.ts'

/** Bars of the index: speed per core, and size. */
const bars = [
  { peer: 'tantivy', metric: 'rate', atLeast: 2 },
  { peer: 'tantivy', metric: 'size', atMost: 0.7 },
] as const

export function indexCells(shelf: CorpusShelf): EngineCell[] {
  return [
    { ...indexCell(shelf, 'logs', ['chronik', 'tantivy', 'sqlite']), bars },
    { ...indexCell(shelf, 'ids', ['chronik', 'tantivy']), bars },
    { ...indexCell(shelf, 'text', ['chronik', 'tantivy', 'sqlite']), bars },
    {
      label: 'tail in memory',
      engines: ['chronik'],
      bars: [],
      run: async () => {
        const corpus = shelf.corpus('ids')
        const { bytes, stated } = await runEngine('chronik', { kind: 'memory', corpus })
        return { memory: (bytes / corpus.rawBytes) * 100, stated: (stated / corpus.rawBytes) * 100 }
      },
    },
  ]
}

function indexCell(shelf: CorpusShelf, kind: CorpusKind, engines: readonly EngineName[]): EngineCell {
  return {
    label: `index ${kind}`,
    engines,
    bars: [],
    run: async (engine): Promise<Sample> => {
      const { rawBytes } = shelf.corpus(kind)
      const { processorSeconds, handOverSeconds, seconds, bytes } = await shelf.index(engine, kind)
      const megabytes = rawBytes / 1e6
      return {
        rate: megabytes / (processorSeconds - handOverSeconds),
        gross: megabytes / processorSeconds,
        elapsed: megabytes / seconds,
        size: (bytes / rawBytes) * 100,
      }
    },
  }
}
