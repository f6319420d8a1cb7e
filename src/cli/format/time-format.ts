import { usageError } from '../cli-error.ts'
import { numberFormat, type NumberFormat } from './number-format.ts'

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

type Part = (date: Date) => string

const pad = (value: number, width: number): string => String(value).padStart(width, '0')
const hour12 = (date: Date): number => date.getUTCHours() % 12 || 12

/** Conversions of strftime(3); the time zone is UTC. */
const conversions: Readonly<Record<string, Part>> = {
  Y: (date) => pad(date.getUTCFullYear(), 4),
  y: (date) => pad(date.getUTCFullYear() % 100, 2),
  m: (date) => pad(date.getUTCMonth() + 1, 2),
  d: (date) => pad(date.getUTCDate(), 2),
  e: (date) => String(date.getUTCDate()).padStart(2),
  H: (date) => pad(date.getUTCHours(), 2),
  I: (date) => pad(hour12(date), 2),
  M: (date) => pad(date.getUTCMinutes(), 2),
  S: (date) => pad(date.getUTCSeconds(), 2),
  L: (date) => pad(date.getUTCMilliseconds(), 3),
  f: (date) => pad(date.getUTCMilliseconds() * 1000, 6),
  N: (date) => pad(date.getUTCMilliseconds() * 1_000_000, 9),
  j: (date) => pad(dayOfYear(date), 3),
  a: (date) => (DAYS[date.getUTCDay()] ?? '').slice(0, 3),
  A: (date) => DAYS[date.getUTCDay()] ?? '',
  b: (date) => (MONTHS[date.getUTCMonth()] ?? '').slice(0, 3),
  B: (date) => MONTHS[date.getUTCMonth()] ?? '',
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  F: (date) => date.toISOString().slice(0, -14),
  T: (date) => date.toISOString().slice(-13, -5),
  R: (date) => date.toISOString().slice(-13, -8),
  z: () => '+0000',
  Z: () => 'UTC',
  '%': () => '%',
}

/** The parts of Go's reference time, Mon Jan 2 15:04:05 2006, longest first where one begins another. */
const goParts: readonly (readonly [layout: string, part: Part])[] = [
  ['2006', conversions['Y']!],
  ['January', conversions['B']!],
  ['Jan', conversions['b']!],
  ['Monday', conversions['A']!],
  ['Mon', conversions['a']!],
  ['01', conversions['m']!],
  ['02', conversions['d']!],
  ['03', conversions['I']!],
  ['04', conversions['M']!],
  ['05', conversions['S']!],
  ['06', conversions['y']!],
  ['15', conversions['H']!],
  ['PM', conversions['p']!],
  ['.000000000', (date) => `.${conversions['N']!(date)}`],
  ['.000000', (date) => `.${conversions['f']!(date)}`],
  ['.000', (date) => `.${conversions['L']!(date)}`],
  ['.999', (date) => trimmedFraction(date)],
  ['Z07:00', () => 'Z'],
  ['-07:00', () => '+00:00'],
  ['-0700', conversions['z']!],
  ['MST', conversions['Z']!],
]

/** For `%d`: a number of milliseconds, `strftime[%F %T]` or `go[2006-01-02T15:04:05Z07:00]`; any bracket or sign delimits. */
export function timeFormat(modifier: string | null): NumberFormat {
  const [, kind, delimiter = '', rest = ''] = /^(strftime|go)(\W)(.*)$/s.exec(modifier ?? '') ?? []
  if (kind === undefined) return numberFormat('d', modifier)
  const closing = { '[': ']', '(': ')', '{': '}', '<': '>' }[delimiter] ?? delimiter
  // The delimiter may be doubled, tripled and so on where the layout itself has it.
  const opening = new RegExp(`^\\${delimiter}*`).exec(rest)?.[0].length ?? 0
  const end = closing.repeat(opening + 1)
  if (!rest.endsWith(end)) throw usageError(`%d{${modifier}}: the layout must end with ${end}`)
  const layout = rest.slice(opening, rest.length - end.length)
  const parts = kind === 'strftime' ? strftimeParts(layout) : goLayoutParts(layout)
  return (value) => {
    const date = new Date(value)
    return Number.isNaN(date.getTime()) ? String(value) : parts.map((part) => part(date)).join('')
  }
}

function strftimeParts(layout: string): Part[] {
  return [...layout.matchAll(/%(.?)|[^%]+/gs)].map(([text, conversion]) => {
    if (conversion === undefined) return () => text
    const part = conversions[conversion]
    if (part === undefined) throw usageError(`strftime has no conversion %${conversion} here`)
    return part
  })
}

function goLayoutParts(layout: string): Part[] {
  const parts: Part[] = []
  let at = 0
  while (at < layout.length) {
    const found = goParts.find(([text]) => layout.startsWith(text, at))
    const text = found?.[0] ?? layout.charAt(at)
    parts.push(found?.[1] ?? (() => text))
    at += text.length
    if (found?.[0] === '.999') while (layout.charAt(at) === '9') at++
  }
  return parts
}

function trimmedFraction(date: Date): string {
  const digits = pad(date.getUTCMilliseconds(), 3).replace(/0+$/, '')
  return digits === '' ? '' : `.${digits}`
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1
}
