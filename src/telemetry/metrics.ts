import { Counter, Gauge, Histogram } from './instruments.ts'
import { metricTable, type MetricName, type MetricRow } from './metric-table.ts'

type Row<N extends MetricName> = (typeof metricTable)[N]

type NameOfType<T extends MetricRow['type']> = {
  [N in MetricName]: Row<N>['type'] extends T ? N : never
}[MetricName]

export type CounterName = NameOfType<'counter'>
export type GaugeName = NameOfType<'gauge'>
export type HistogramName = NameOfType<'histogram'>

/** A value for each label of the metric; no argument for a metric without labels. */
export type LabelArguments<N extends MetricName> = Row<N>['labels'] extends readonly []
  ? []
  : [labels: { readonly [L in Row<N>['labels'][number]]: string }]

/** Reports one value at scrape time. */
export type Sample = <N extends CounterName | GaugeName>(
  name: N,
  value: number,
  ...labels: LabelArguments<N>
) => void

/** One line of an exposition before it is text: label values in the order of the metric's labels. */
export interface Series {
  readonly labelValues: readonly string[]
  readonly instrument: Instrument
}

export type Instrument = Counter | Gauge | Histogram

const SEPARATOR = '\u0000'
const OVERFLOW = 'overflow'

/**
 * All metrics of a server. `counter`, `gauge` and `histogram` look an instrument up and are meant for set-up: callers
 * keep what they get, so that a request costs no look-up. Values that exist elsewhere anyway (offsets, lags, sizes)
 * are reported at scrape time by collectors and cost nothing in between.
 */
export class Metrics {
  readonly #families = new Map<MetricName, Map<string, Series>>()
  readonly #collectors = new Set<(sample: Sample) => void>()
  readonly #maxSeries: number

  /** `maxSeries` bounds the label combinations of each metric (`metrics.max.series`). */
  constructor(maxSeries: number) {
    this.#maxSeries = maxSeries
  }

  counter<N extends CounterName>(name: N, ...labels: LabelArguments<N>): Counter {
    const found = this.#instrument(name, labels[0])
    if (found instanceof Counter) return found
    throw new Error(`${name} is no counter`)
  }

  gauge<N extends GaugeName>(name: N, ...labels: LabelArguments<N>): Gauge {
    const found = this.#instrument(name, labels[0])
    if (found instanceof Gauge) return found
    throw new Error(`${name} is no gauge`)
  }

  /** A histogram whose table row has the unit `seconds` takes milliseconds. */
  histogram<N extends HistogramName>(name: N, ...labels: LabelArguments<N>): Histogram {
    const found = this.#instrument(name, labels[0])
    if (found instanceof Histogram) return found
    throw new Error(`${name} is no histogram`)
  }

  /** Forgets a series, for example of a deleted topic. Who still holds its instrument counts into the void. */
  remove<N extends MetricName>(name: N, ...labels: LabelArguments<N>): void {
    this.#families.get(name)?.delete(labelValues(name, labels[0]).join(SEPARATOR))
  }

  /** Calls `collector` at each scrape. Returns what unregisters it. */
  collect(collector: (sample: Sample) => void): () => void {
    this.#collectors.add(collector)
    return () => this.#collectors.delete(collector)
  }

  /** A counter added up over all its series. */
  total(name: CounterName): number {
    let sum = 0
    for (const { instrument } of this.#families.get(name)?.values() ?? []) {
      if (instrument instanceof Counter) sum += instrument.value
    }
    return sum
  }

  /** Every series now, by metric in the order of the table, collectors included. */
  snapshot(): Map<MetricName, readonly Series[]> {
    const collected = new Map<MetricName, Series[]>()
    const sample: Sample = (name, value, ...labels) => {
      const list = collected.get(name) ?? []
      if (list.length >= this.#maxSeries) {
        this.#countOverflow(name)
        return
      }
      const gauge = new Gauge()
      gauge.set(value)
      list.push({ labelValues: labelValues(name, labels[0]), instrument: gauge })
      collected.set(name, list)
    }
    for (const collector of this.#collectors) collector(sample)
    const all = new Map<MetricName, readonly Series[]>()
    for (const name of metricNames) {
      const series = [...(this.#families.get(name)?.values() ?? []), ...(collected.get(name) ?? [])]
      if (series.length > 0) all.set(name, series)
    }
    return all
  }

  #instrument(name: MetricName, labels: Readonly<Record<string, string>> | undefined): Instrument {
    let family = this.#families.get(name)
    if (family === undefined) {
      family = new Map()
      this.#families.set(name, family)
    }
    const values = labelValues(name, labels)
    const found = family.get(values.join(SEPARATOR))
    if (found !== undefined) return found.instrument
    const full = values.length > 0 && family.size >= this.#maxSeries
    if (full) this.#countOverflow(name)
    const kept = full ? values.map(() => OVERFLOW) : values
    const key = kept.join(SEPARATOR)
    const series = family.get(key) ?? { labelValues: kept, instrument: newInstrument(metricTable[name]) }
    family.set(key, series)
    return series.instrument
  }

  #countOverflow(metric: MetricName): void {
    this.counter('chronik_metrics_overflow_total', { metric }).add(1)
  }
}

// Object.keys forgets what the keys of the table are.
const metricNames = Object.keys(metricTable) as MetricName[]

function labelValues(name: MetricName, labels: Readonly<Record<string, string>> | undefined): string[] {
  return metricTable[name].labels.map((label) => labels?.[label] ?? '')
}

function newInstrument(row: MetricRow): Instrument {
  if (row.type === 'counter') return new Counter()
  if (row.type === 'gauge') return new Gauge()
  // Milliseconds are counted in ticks of a microsecond.
  return new Histogram(row.unit === 'seconds' ? 1000 : 1)
}
