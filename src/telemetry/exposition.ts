import { Histogram } from './instruments.ts'
import { metricTable, type MetricName, type MetricRow, type Octaves } from './metric-table.ts'
import type { Metrics, Series } from './metrics.ts'

/** Prometheus' text format 0.0.4, or OpenMetrics 1.0. */
export type ExpositionFormat = 'prometheus' | 'openmetrics'

/** What an HTTP `Accept` header asks for: OpenMetrics only when it is named. */
export function expositionFormat(accept: string | undefined): ExpositionFormat {
  return accept?.includes('application/openmetrics-text') === true ? 'openmetrics' : 'prometheus'
}

export function contentType(format: ExpositionFormat): string {
  return format === 'openmetrics'
    ? 'application/openmetrics-text; version=1.0.0; charset=utf-8'
    : 'text/plain; version=0.0.4; charset=utf-8'
}

/** All metrics as text. */
export function renderMetrics(metrics: Metrics, format: ExpositionFormat): string {
  const lines: string[] = []
  for (const [name, series] of metrics.snapshot()) {
    const row: MetricRow = metricTable[name]
    // OpenMetrics names the family of a counter without the suffix that its samples have.
    const counter = format === 'openmetrics' && row.type === 'counter'
    const family = counter ? name.replace(/_total$/, '') : name
    lines.push(`# HELP ${family} ${escapeHelp(row.help, format)}`, `# TYPE ${family} ${row.type}`)
    for (const one of series) lines.push(...sampleLines(name, row, one))
  }
  if (format === 'openmetrics') lines.push('# EOF')
  return `${lines.join('\n')}\n`
}

function sampleLines(name: MetricName, row: MetricRow, series: Series): string[] {
  const labels = row.labels.map(
    (label, index) => `${label}="${escapeLabel(series.labelValues[index] ?? '')}"`,
  )
  const { instrument } = series
  if (!(instrument instanceof Histogram))
    return [`${name}${braces(labels)} ${formatNumber(instrument.value)}`]
  const { from, to, step } = row.octaves ?? DEFAULT_OCTAVES
  const ticksPerUnit = row.unit === 'seconds' ? 1e6 : 1
  const lines: string[] = []
  for (let octave = from; octave <= to; octave += step) {
    const bound = formatNumber(2 ** octave / ticksPerUnit)
    lines.push(`${name}_bucket${braces([...labels, `le="${bound}"`])} ${instrument.countUpTo(octave)}`)
  }
  const { count } = instrument
  // Times are observed in milliseconds.
  const sum = row.unit === 'seconds' ? instrument.sum / 1000 : instrument.sum
  lines.push(
    `${name}_bucket${braces([...labels, 'le="+Inf"'])} ${count}`,
    `${name}_sum${braces(labels)} ${formatNumber(sum)}`,
    `${name}_count${braces(labels)} ${count}`,
  )
  return lines
}

const DEFAULT_OCTAVES: Octaves = { from: 2, to: 30, step: 2 }

function braces(labels: readonly string[]): string {
  return labels.length === 0 ? '' : `{${labels.join(',')}}`
}

function escapeLabel(text: string): string {
  return text
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('"', String.raw`\"`)
}

function escapeHelp(text: string, format: ExpositionFormat): string {
  const escaped = text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`)
  return format === 'openmetrics' ? escaped.replaceAll('"', String.raw`\"`) : escaped
}

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}
