import { usageError } from './cli-error.ts'

/** One end of what to consume. */
export type OffsetEdge =
  /** So many records after the first one in the log. */
  | { readonly kind: 'start'; readonly plus: number }
  /** So many records before the end of the log as it is now. */
  | { readonly kind: 'end'; readonly minus: number }
  | { readonly kind: 'offset'; readonly offset: number }
  /** The first record with this timestamp or a later one, milliseconds since the epoch. */
  | { readonly kind: 'time'; readonly timestamp: number }

/** What to consume: up to `to`, which is not included, or for ever. */
export interface OffsetRange {
  readonly from: OffsetEdge
  readonly to: OffsetEdge | null
}

const START: OffsetEdge = { kind: 'start', plus: 0 }
const END: OffsetEdge = { kind: 'end', minus: 0 }

/**
 * Reads the value of `--offset`, in rpk's grammar: `start`, `end`, `N`, `+N` (after the start), `-N` (before the end), `N:`, `:N`,
 * `N:M`, `N:end`, `:end`, and the same with times: `@T`, `@T:`, `@T1:T2`, `@:T`, `@T:end`. A time is 10 digits (seconds), 13 digits
 * (milliseconds), a date, an RFC 3339 time that ends in Z, or a duration such as `-1h30m`, which counts from now, or as the
 * second time from the first one when that is not a duration itself.
 */
export function parseOffsetRange(text: string, nowMs: number): OffsetRange {
  if (text.startsWith('@')) return parseTimeRange(text, nowMs)
  switch (text) {
    case 'start':
    case 'oldest':
      return { from: START, to: null }
    case 'end':
    case 'newest':
      return { from: END, to: null }
    case ':end':
    case 'start:end':
      return { from: START, to: END }
  }
  const [, sign = '', first = '', separator = '', second = ''] =
    /^([+-]?)(\d*)(?:([:-])(\d*|end))?$/.exec(text) ?? refuse(text)
  if (sign !== '') {
    if (first === '' || separator !== '') refuse(text)
    const count = readOffset(first, text)
    return { from: sign === '+' ? { kind: 'start', plus: count } : { kind: 'end', minus: count }, to: null }
  }
  if (first === '' && second === '') refuse(text)
  const from: OffsetEdge = first === '' ? START : { kind: 'offset', offset: readOffset(first, text) }
  if (second === '') return separator === '-' ? refuse(text) : { from, to: null }
  if (second === 'end') return { from, to: END }
  const to = readOffset(second, text)
  if (from.kind === 'offset' && to <= from.offset) {
    throw usageError(`--offset ${text}: the end ${to} is not after the start ${from.offset}`)
  }
  return { from, to: { kind: 'offset', offset: to } }
}

function readOffset(digits: string, text: string): number {
  const offset = Number(digits)
  if (Number.isSafeInteger(offset)) return offset
  throw usageError(`--offset ${text}: ${digits} is too large to be an offset`)
}

function refuse(text: string): never {
  throw usageError(
    `--offset ${text}: expected start, end, N, +N, -N, N:M, :N, N:end, @TIME or @TIME:TIME, as in @-1h:end or @2026-05-01`,
  )
}

interface Time {
  readonly timestamp: number
  /** It was a duration, so it counts from something. */
  readonly relative: boolean
  readonly length: number
}

function parseTimeRange(text: string, nowMs: number): OffsetRange {
  const rest = text.slice(1)
  if (rest === '' || rest === 'end' || rest === ':') refuse(text)
  let from = START
  let base = nowMs
  let at = 0
  if (!rest.startsWith(':')) {
    const time = readTime(rest, nowMs, text)
    from = { kind: 'time', timestamp: time.timestamp }
    if (!time.relative) base = time.timestamp
    at = time.length
  }
  const second = rest.slice(at + 1)
  if (at < rest.length && rest.charAt(at) !== ':') refuse(text)
  if (second === '') return { from, to: null }
  if (second === 'end') return { from, to: END }
  const time = readTime(second, base, text)
  if (time.length !== second.length) refuse(text)
  if (from.kind === 'time' && time.timestamp <= from.timestamp) {
    throw usageError(`--offset ${text}: the second time is not after the first one`)
  }
  return { from, to: { kind: 'time', timestamp: time.timestamp } }
}

const absolute: readonly (readonly [RegExp, (text: string) => number])[] = [
  [/^\d{13}(?=:|$)/, Number],
  [/^\d{10}(?=:|$)/, (text) => Number(text) * 1000],
  [/^\d{4}-\d{2}-\d{2}(?=:|$)/, (text) => Date.parse(`${text}T00:00:00Z`)],
  [/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z/, (text) => Date.parse(text)],
]

function readTime(text: string, baseMs: number, whole: string): Time {
  for (const [pattern, read] of absolute) {
    const match = pattern.exec(text)?.[0]
    if (match === undefined) continue
    const timestamp = read(match)
    if (Number.isNaN(timestamp)) refuse(whole)
    return { timestamp, relative: false, length: match.length }
  }
  const duration = text.split(':', 1)[0] ?? ''
  return { timestamp: baseMs + parseDuration(duration, whole), relative: true, length: duration.length }
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A duration such as `-1h30m` or `1.5h`, in whole milliseconds. */
function parseDuration(text: string, whole: string): number {
  const [, sign, units] = /^([+-]?)((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)$/.exec(text) ?? []
  if (units === undefined) return refuse(whole)
  let total = 0
  for (const [, count, unit] of units.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(count) * (unitMs[unit ?? ''] ?? 0)
  }
  return Math.round(sign === '-' ? -total : total)
}
