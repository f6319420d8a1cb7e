import { QueryError } from '../budget.ts'
import { parseTimeZone } from '../time-zone.ts'

const ISO = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"

/** Elasticsearch's names of formats that can be written. */
const named: Readonly<Record<string, string>> = {
  strict_date_optional_time: ISO,
  date_optional_time: ISO,
  strict_date_optional_time_nanos: ISO,
  strict_date_time: ISO,
  date_time: ISO,
  iso8601: ISO,
  strict_date_time_no_millis: "yyyy-MM-dd'T'HH:mm:ssXXX",
  date_time_no_millis: "yyyy-MM-dd'T'HH:mm:ssXXX",
  strict_date_hour_minute_second: "yyyy-MM-dd'T'HH:mm:ss",
  date_hour_minute_second: "yyyy-MM-dd'T'HH:mm:ss",
  strict_date: 'yyyy-MM-dd',
  date: 'yyyy-MM-dd',
  strict_year_month: 'yyyy-MM',
  year_month: 'yyyy-MM',
  strict_year: 'yyyy',
  year: 'yyyy',
  basic_date: 'yyyyMMdd',
  basic_date_time: "yyyyMMdd'T'HHmmss.SSSXX",
  strict_hour_minute_second: 'HH:mm:ss',
  hour_minute_second: 'HH:mm:ss',
  strict_hour_minute: 'HH:mm',
  hour_minute: 'HH:mm',
}

const months = 'January February March April May June July August September October November December'.split(
  ' ',
)
const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')

type Piece = (local: Date, offsetMs: number) => string

const pad = (value: number, length: number): string => String(value).padStart(length, '0')

const pieces: Readonly<Record<string, Piece>> = {
  yyyy: (date) => pad(date.getUTCFullYear(), 4),
  uuuu: (date) => pad(date.getUTCFullYear(), 4),
  yy: (date) => pad(date.getUTCFullYear() % 100, 2),
  M: (date) => String(date.getUTCMonth() + 1),
  MM: (date) => pad(date.getUTCMonth() + 1, 2),
  MMM: (date) => months[date.getUTCMonth()]?.slice(0, 3) ?? '',
  MMMM: (date) => months[date.getUTCMonth()] ?? '',
  d: (date) => String(date.getUTCDate()),
  dd: (date) => pad(date.getUTCDate(), 2),
  E: (date) => weekdays[date.getUTCDay()]?.slice(0, 3) ?? '',
  EEE: (date) => weekdays[date.getUTCDay()]?.slice(0, 3) ?? '',
  EEEE: (date) => weekdays[date.getUTCDay()] ?? '',
  e: (date) => String(((date.getUTCDay() + 6) % 7) + 1),
  H: (date) => String(date.getUTCHours()),
  HH: (date) => pad(date.getUTCHours(), 2),
  h: (date) => String(date.getUTCHours() % 12 || 12),
  hh: (date) => pad(date.getUTCHours() % 12 || 12, 2),
  a: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  m: (date) => String(date.getUTCMinutes()),
  mm: (date) => pad(date.getUTCMinutes(), 2),
  s: (date) => String(date.getUTCSeconds()),
  ss: (date) => pad(date.getUTCSeconds(), 2),
  S: (date) => pad(Math.floor(date.getUTCMilliseconds() / 100), 1),
  SS: (date) => pad(Math.floor(date.getUTCMilliseconds() / 10), 2),
  SSS: (date) => pad(date.getUTCMilliseconds(), 3),
  X: (_date, offset) => (offset === 0 ? 'Z' : zoneText(offset, '').replace(/00$/, '')),
  XX: (_date, offset) => (offset === 0 ? 'Z' : zoneText(offset, '')),
  XXX: (_date, offset) => (offset === 0 ? 'Z' : zoneText(offset, ':')),
  Z: (_date, offset) => zoneText(offset, ''),
  ZZ: (_date, offset) => zoneText(offset, ''),
  ZZZ: (_date, offset) => zoneText(offset, ''),
  ZZZZZ: (_date, offset) => (offset === 0 ? 'Z' : zoneText(offset, ':')),
}

function zoneText(offsetMs: number, separator: string): string {
  const minutes = Math.abs(Math.trunc(offsetMs / 60_000))
  return `${offsetMs < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}${separator}${pad(minutes % 60, 2)}`
}

/**
 * Writes dates as Elasticsearch's `format` says: one of its names or a pattern of Java's DateTimeFormatter. Of several formats
 * (`a||b`) the first one is for writing. Null is ISO-8601.
 * @throws QueryError for letters that are not known, or an unknown zone
 */
export function dateWriter(format: string | null, zoneName: string): (millis: number) => string {
  const zone = parseTimeZone(zoneName)
  const [first = ''] = (format ?? 'strict_date_optional_time').split('||')
  if (first === 'epoch_millis') return (millis) => String(millis)
  if (first === 'epoch_second') return (millis) => String(Math.floor(millis / 1000))
  const parts = piecesOf(Object.hasOwn(named, first) ? (named[first] ?? first) : first)
  return (millis) => {
    const offset = zone.offsetAt(millis)
    const local = new Date(millis + offset)
    return Number.isNaN(local.getTime()) ? String(millis) : parts.map((part) => part(local, offset)).join('')
  }
}

function piecesOf(pattern: string): readonly Piece[] {
  return [...pattern.matchAll(/'((?:[^']|'')*)'|([a-zA-Z])\2*|[^a-zA-Z']+/g)].map(
    ([piece, quoted]): Piece => {
      if (quoted !== undefined) {
        const text = quoted === '' ? "'" : quoted.replaceAll("''", "'")
        return () => text
      }
      if (!/^[a-zA-Z]/.test(piece)) return () => piece
      const known = Object.hasOwn(pieces, piece) ? pieces[piece] : undefined
      if (known !== undefined) return known
      throw new QueryError(
        'illegal_argument',
        `the date format [${pattern}] has [${piece}], which can not be written; there are ${Object.keys(pieces).join(' ')}, text in quotes, epoch_millis, epoch_second and ${Object.keys(named).join(' ')}`,
      )
    },
  )
}
