import { formatNumber, formatTable } from './table.ts'
import { spread, type Spread } from './statistics.ts'

/** One run: measurements by the name of their metric. */
export type Sample = Readonly<Record<string, number>>

/** A metric as it stands in tables: `MB/s`, `p99 ms`. */
export interface Metric {
  readonly key: string
  readonly title: string
}

/** What must hold between the medians of two contestants, ours first. */
export interface Bar {
  readonly metric: string
  readonly atLeast?: number
  readonly atMost?: number
}

/** The runs of one contestant in one cell of a benchmark, in the order in which they were made. */
export interface Series {
  readonly cell: string
  readonly contestant: string
  readonly samples: readonly Sample[]
}

export interface Comparison {
  readonly cell: string
  readonly ours: string
  readonly theirs: string
  readonly metric: string
  readonly ratio: number
  readonly bar: string
  readonly met: boolean
}

/** What one benchmark found: what is printed, and what `--json` writes. */
export interface BenchReport {
  readonly name: string
  readonly metrics: readonly Metric[]
  readonly series: readonly Series[]
  readonly comparisons: readonly Comparison[]
  readonly notes: readonly string[]
}

export function summarize(series: Series, metric: string): Spread {
  return spread(
    series.samples.map((sample) => sample[metric] ?? Number.NaN).filter((value) => !Number.isNaN(value)),
  )
}

/** Compares two series by their medians. */
export function compare(ours: Series, theirs: Series, bar: Bar): Comparison {
  const ratio = summarize(ours, bar.metric).median / summarize(theirs, bar.metric).median
  const { atLeast, atMost } = bar
  return {
    cell: ours.cell,
    ours: ours.contestant,
    theirs: theirs.contestant,
    metric: bar.metric,
    ratio,
    bar: atLeast !== undefined ? `>= ${atLeast}` : `<= ${String(atMost)}`,
    met: (atLeast === undefined || ratio >= atLeast) && (atMost === undefined || ratio <= atMost),
  }
}

/** The report as text: a line for each series with median (min-max) of each metric, then the comparisons. */
export function formatReport({ metrics, series, comparisons, notes }: BenchReport): string {
  const rows = series.map((each) => [
    each.cell,
    each.contestant,
    String(each.samples.length),
    ...metrics.map(({ key }) => formatSpread(summarize(each, key))),
  ])
  const parts = [formatTable(['cell', 'broker', 'runs', ...metrics.map(({ title }) => title)], rows, 2)]
  if (comparisons.length > 0) {
    const title = (key: string): string => metrics.find((metric) => metric.key === key)?.title ?? key
    parts.push(
      formatTable(
        ['cell', 'of', 'metric', 'ratio', 'bar', ''],
        comparisons.map((each) => [
          each.cell,
          `${each.ours} / ${each.theirs}`,
          title(each.metric),
          `${formatNumber(each.ratio)}x`,
          `${each.bar}x`,
          each.met ? 'met' : 'MISSED',
        ]),
        3,
      ),
    )
  }
  return [...parts, ...notes].join('\n\n')
}

function formatSpread({ median, min, max }: Spread): string {
  if (Number.isNaN(median)) return '–'
  return min === max
    ? formatNumber(median)
    : `${formatNumber(median)} (${formatNumber(min)}-${formatNumber(max)})`
}
