const whole = new Intl.NumberFormat('en-US')
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })

export function formatCount(count: number): string {
  return whole.format(count)
}

/** Short, for axes and narrow columns: 12.3K. */
export function formatCompact(count: number): string {
  return Math.abs(count) < 10_000 ? whole.format(Math.round(count * 10) / 10) : compact.format(count)
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${value.toFixed(digits)} ${UNITS[unit]}`
}

const two = (value: number): string => String(value).padStart(2, '0')

/** Local time with milliseconds: 2026-11-21 15:04:05.678. */
export function formatTime(timestamp: number): string {
  const date = new Date(timestamp)
  if (Number.isNaN(date.getTime())) return String(timestamp)
  return `${formatDay(date)} ${formatClock(date)}`
}

export function formatDay(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

export function formatClock(date: Date): string {
  const ms = String(date.getMilliseconds()).padStart(3, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`
}

const STEPS: readonly (readonly [ms: number, unit: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
]

export function formatDuration(ms: number): string {
  for (const [size, unit] of STEPS) {
    if (ms >= size)
      return `${ms % size === 0 || ms >= size * 10 ? Math.round(ms / size) : (ms / size).toFixed(1)} ${unit}`
  }
  return `${Math.round(ms)} ms`
}

/** How long ago: 3 min ago. */
export function formatAgo(timestamp: number, now: number): string {
  const ms = now - timestamp
  return ms < 1000 ? 'just now' : `${formatDuration(ms)} ago`
}
