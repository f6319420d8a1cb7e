import { formatDuration, formatTime } from '../ui/format.ts'

/** As it stands in the address: `now-15m`, a time in ISO 8601, or nothing for an open end. */
export interface TimeRange {
  readonly from: string
  readonly to: string
}

/** Milliseconds; `to` is exclusive, null is an open end. */
export interface ResolvedRange {
  readonly from: number | null
  readonly to: number | null
}

export interface Preset {
  readonly label: string
  readonly from: string
}

export const presets: readonly Preset[] = [
  { label: 'Last 5 minutes', from: 'now-5m' },
  { label: 'Last 15 minutes', from: 'now-15m' },
  { label: 'Last hour', from: 'now-1h' },
  { label: 'Last 6 hours', from: 'now-6h' },
  { label: 'Last 24 hours', from: 'now-24h' },
  { label: 'Last 7 days', from: 'now-7d' },
  { label: 'Last 30 days', from: 'now-30d' },
  { label: 'All time', from: '' },
]

export const DEFAULT_FROM = 'now-1h'

const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Milliseconds of `now-15m`, a number or a date; null when it is none of them. */
export function parseTime(text: string, now: number): number | null {
  const relative = /^now(?:([+-])(\d{1,6})([smhdw]))?$/.exec(text.trim())
  if (relative !== null) {
    const [, sign, amount, unit = 's'] = relative
    return amount === undefined ? now : now + (sign === '-' ? -1 : 1) * Number(amount) * (units[unit] ?? 0)
  }
  if (/^\d{10,15}$/.test(text.trim())) return Number(text.trim())
  const absolute = Date.parse(text.trim().replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T'))
  return Number.isNaN(absolute) ? null : absolute
}

/** @returns null when an end cannot be read. */
export function resolveRange(range: TimeRange, now: number): ResolvedRange | null {
  const from = range.from === '' ? null : parseTime(range.from, now)
  // Rows must stay where they are while somebody scrolls: the present is fixed when a search starts.
  const to = range.to === '' ? now + 1 : parseTime(range.to, now)
  if ((range.from !== '' && from === null) || to === null) return null
  return { from, to }
}

export function rangeLabel({ from, to }: TimeRange): string {
  const preset = to === '' ? presets.find((candidate) => candidate.from === from) : undefined
  if (preset !== undefined) return preset.label
  return `${endLabel(from, 'the start')} → ${endLabel(to, 'now')}`
}

function endLabel(text: string, open: string): string {
  if (text === '') return open
  if (text.startsWith('now')) return text
  const time = parseTime(text, 0)
  return time === null ? text : formatTime(time).replace(/\.000$/, '')
}

const intervals = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
  172_800_000, 604_800_000, 1_209_600_000, 2_592_000_000,
]

/** The least round width of a bar with which the range has at most so many. */
export function intervalFor(span: number, bars: number): number {
  const found = intervals.find((interval) => span / interval <= bars)
  return found ?? Math.ceil(span / bars / 2_592_000_000) * 2_592_000_000
}

export function spanLabel(from: number, to: number): string {
  return formatDuration(Math.max(1, to - from))
}
