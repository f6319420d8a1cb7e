import type { BenchContext } from './bench.ts'
import type { RunningBroker } from './brokers/broker.ts'
import type { Contestant } from './contestant.ts'
import { compare, type Bar, type Comparison, type Sample, type Series } from './report/report.ts'
import { formatNumber } from './report/table.ts'

/** A bar between two contestants of a cell. */
export interface Match extends Bar {
  readonly ours: Contestant
  readonly theirs: Contestant
}

/** One combination of load parameters, in which contestants take turns. */
interface CellBase {
  readonly label: string
  readonly contestants: readonly Contestant[]
  readonly matches: readonly Match[]
  /** The first round counts too, and is the only one: for runs that are long. */
  readonly once?: boolean
}

/** A cell whose runs share a server that stays, or one whose runs bring their own. */
export type Cell = CellBase &
  (
    | { readonly run: (broker: RunningBroker, contestant: Contestant) => Promise<Sample> }
    | { readonly withoutBroker: (contestant: Contestant) => Promise<Sample> }
  )

/**
 * Runs the contestants of a cell in turn, in the opposite order every other round, and throws the first round away: it pays for
 * compiling and for memory that is new. Dirty pages are written back before each run, so that nobody pays for the other's.
 */
export async function contest(
  context: BenchContext,
  cell: Cell,
): Promise<{ series: Series[]; comparisons: Comparison[] }> {
  const contestants = cell.contestants.filter(
    ({ system }) => system === 'chronik' || context.options.peer === system,
  )
  const samples = new Map<Contestant, Sample[]>(contestants.map((contestant) => [contestant, []]))
  const first = cell.once === true ? 1 : 0
  const last = cell.once === true ? 1 : context.options.rounds
  for (let round = first; round <= last; round++) {
    for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
      const sample = await runCell(context, cell, contestant)
      if (round > 0) samples.get(contestant)!.push(sample)
      const shown = Object.entries(sample).map(([key, value]) => `${key} ${formatNumber(value)}`)
      context.progress(
        `${cell.label} · ${contestant.label} · ${round === 0 ? 'discarded' : `run ${round}`} · ${shown.join(' ')}`,
      )
    }
  }
  const series = contestants.map((contestant) => ({
    cell: cell.label,
    contestant: contestant.label,
    samples: samples.get(contestant)!,
  }))
  const seriesOf = (contestant: Contestant): Series | undefined => series[contestants.indexOf(contestant)]
  const comparisons = cell.matches.flatMap((match) => {
    const ours = seriesOf(match.ours)
    const theirs = seriesOf(match.theirs)
    return ours === undefined || theirs === undefined ? [] : [compare(ours, theirs, match)]
  })
  return { series, comparisons }
}

async function runCell(context: BenchContext, cell: Cell, contestant: Contestant): Promise<Sample> {
  if ('withoutBroker' in cell) {
    context.settle()
    return cell.withoutBroker(contestant)
  }
  const broker = await context.brokers.of(contestant)
  context.settle()
  return cell.run(broker, contestant)
}

/** Runs all cells that the user wants. */
export async function contestAll(
  context: BenchContext,
  cells: readonly Cell[],
): Promise<{ series: Series[]; comparisons: Comparison[] }> {
  const { only } = context.options
  const chosen = cells.filter(({ label }) => only === null || label.includes(only))
  const results = []
  for (const cell of chosen) results.push(await contest(context, cell))
  return {
    series: results.flatMap(({ series }) => series),
    comparisons: results.flatMap(({ comparisons }) => comparisons),
  }
}
