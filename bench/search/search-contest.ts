import type { BenchContext } from '../bench.ts'
import { compare, type Bar, type Comparison, type Sample, type Series } from '../report/report.ts'
import { formatNumber } from '../report/table.ts'
import type { EngineName } from './search-engine.ts'

/** A bar between this project and a peer. */
interface EngineBar extends Bar {
  readonly peer: EngineName
}

/** One thing that is measured, with the engines that can do it. */
export interface EngineCell {
  readonly label: string
  readonly engines: readonly EngineName[]
  readonly bars: readonly EngineBar[]
  readonly run: (engine: EngineName) => Promise<Sample>
}

export interface Contested {
  readonly series: readonly Series[]
  readonly comparisons: readonly Comparison[]
}

/** Runs the engines in turn, in the opposite order every other round. Each run is a new process, so none is thrown away. */
export async function contestEngines(context: BenchContext, cell: EngineCell): Promise<Contested> {
  const samples = new Map<EngineName, Sample[]>(cell.engines.map((engine) => [engine, []]))
  for (let round = 1; round <= context.options.rounds; round++)
    for (const engine of round % 2 === 1 ? cell.engines : cell.engines.toReversed()) {
      const sample = await cell.run(engine)
      samples.get(engine)?.push(sample)
      const shown = Object.entries(sample).map(([key, value]) => `${key} ${formatNumber(value)}`)
      context.progress(`${cell.label} · ${engine} · run ${round} · ${shown.join(' ')}`)
    }
  const seriesOf = (engine: EngineName): Series => ({
    cell: cell.label,
    contestant: engine,
    samples: samples.get(engine) ?? [],
  })
  const comparisons = cell.bars.map((bar) => compare(seriesOf('chronik'), seriesOf(bar.peer), bar))
  return { series: cell.engines.map(seriesOf), comparisons }
}
