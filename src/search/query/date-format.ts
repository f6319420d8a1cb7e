import { QueryError } from '../budget.ts'
import { localToUtc, parseTimeZone, type TimeZone } from '../time-zone.ts'

/** Reads a date; null when the text has another form. What is missing is taken from the start, or with `roundUp` from the end. */
export type DateParser = (text: string, zone: TimeZone, roundUp: boolean) => number | null

interface DateFields {
  readonly year?: string | undefined
  readonly month?: string | undefined
  readonly day?: string | undefined
  readonly hour?: string | undefined
  readonly minute?: string | undefined
  readonly second?: string | undefined
  readonly fraction?: string | undefined
}

const letters: Readonly<
  Record<string, { readonly field: keyof DateFields | 'zone'; readonly source: string }>
> = {
  yyyy: { field: 'year', source: String.raw`(\d{4})` },
  uuuu: { field: 'year', source: String.raw`(\d{4})` },
  MM: { field: 'month', source: String.raw`(\d{2})` },
  M: { field: 'month', source: String.raw`(\d{1,2})` },
  dd: { field: 'day', source: String.raw`(\d{2})` },
  d: { field: 'day', source: String.raw`(\d{1,2})` },
  HH: { field: 'hour', source: String.raw`(\d{2})` },
  H: { field: 'hour', source: String.raw`(\d{1,2})` },
  mm: { field: 'minute', source: String.raw`(\d{2})` },
  ss: { field: 'second', source: String.raw`(\d{2})` },
}

const optionalTime =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(?:(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?)?$/

const isoDateTime: DateParser = (text, zone, roundUp) => {
  const match = optionalTime.exec(text)
  if (match === null) return null
  const fields = {
    year: match[1],
    month: match[2],
    day: match[3],
    hour: match[4],
    minute: match[5],
    second: match[6],
    fraction: match[7],
  }
  return momentOf(fields, match[8] === undefined ? zone : parseTimeZone(match[8]), roundUp)
}

const epochMillis: DateParser = (text) =>
  /^-?\d{1,16}(?:\.\d+)?$/.test(text) ? Math.floor(Number(text)) : null
const epochSecond: DateParser = (text) =>
  /^-?\d{1,13}(?:\.\d+)?$/.test(text) ? Math.floor(Number(text) * 1000) : null

const named: Readonly<Record<string, DateParser>> = {
  strict_date_optional_time: isoDateTime,
  date_optional_time: isoDateTime,
  strict_date_optional_time_nanos: isoDateTime,
  strict_date_time: isoDateTime,
  date_time: isoDateTime,
  strict_date_time_no_millis: isoDateTime,
  date_time_no_millis: isoDateTime,
  iso8601: isoDateTime,
  epoch_millis: epochMillis,
  epoch_second: epochSecond,
  strict_date: pattern('yyyy-MM-dd'),
  date: pattern('yyyy-MM-dd'),
  strict_year_month: pattern('yyyy-MM'),
  year_month: pattern('yyyy-MM'),
  strict_year: pattern('yyyy'),
  year: pattern('yyyy'),
  basic_date: pattern('yyyyMMdd'),
  basic_date_time: pattern("yyyyMMdd'T'HHmmss.SSSX"),
  basic_date_time_no_millis: pattern("yyyyMMdd'T'HHmmssX"),
}

/** ISO 8601 with as much as is known, else milliseconds. */
export const defaultDateParsers: readonly DateParser[] = [isoDateTime, epochMillis]

/** Formats as Elasticsearch names them, separated by `||`; or patterns of yyyy MM dd HH mm ss SSS X with literals. */
export function dateParsers(format: string): readonly DateParser[] {
  return format.split('||').map((one) => named[one] ?? pattern(one))
}

function momentOf(fields: DateFields, zone: TimeZone, roundUp: boolean): number | null {
  const year = Number(fields.year ?? 1970)
  const month = Number(fields.month ?? (roundUp ? 12 : 1))
  if (month < 1 || month > 12) return null
  const lastDay = new Date(Date.UTC(2000, month, 0)).getUTCDate()
  const days = month === 2 ? daysOfFebruary(year) : lastDay
  const day = Number(fields.day ?? (roundUp ? days : 1))
  const hour = Number(fields.hour ?? (roundUp ? 23 : 0))
  const minute = Number(fields.minute ?? (roundUp ? 59 : 0))
  const second = Number(fields.second ?? (roundUp ? 59 : 0))
  if (day < 1 || day > days || hour > 23 || minute > 59 || second > 59) return null
  const millis =
    fields.fraction === undefined ? (roundUp ? 999 : 0) : Math.floor(Number(`0.${fields.fraction}`) * 1000)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return localToUtc(zone, date.setUTCHours(hour, minute, second, millis))
}

function daysOfFebruary(year: number): number {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}

/** A parser for a pattern of Java's DateTimeFormatter, as far as it consists of digits, an offset and literals. */
function pattern(format: string): DateParser {
  const fields: (keyof DateFields | 'zone')[] = []
  let source = ''
  for (const [piece] of format.matchAll(/'[^']*'|([a-zA-Z])\1*|[^a-zA-Z]/g)) {
    const known = letters[piece]
    if (piece.startsWith("'")) source += escapeRegExp(piece.slice(1, -1) || "'")
    else if (known !== undefined) {
      fields.push(known.field)
      source += known.source
    } else if (/^S+$/.test(piece)) {
      fields.push('fraction')
      source += `(\\d{${piece.length}})`
    } else if (/^(?:X{1,3}|Z{1,5}|x{1,3}|VV)$/.test(piece)) {
      fields.push('zone')
      source += String.raw`(Z|[+-]\d{2}:?(?:\d{2})?)`
    } else if (/^[a-zA-Z]/.test(piece))
      throw new QueryError(
        'unsupported',
        `The date format '${format}' has '${piece}'. Known are yyyy, MM, dd, HH, mm, ss, SSS, X for the offset, quoted text and the names such as strict_date_optional_time and epoch_millis.`,
      )
    else source += escapeRegExp(piece)
  }
  const expression = new RegExp(`^${source}$`)
  return (text, zone, roundUp) => {
    const match = expression.exec(text)
    if (match === null) return null
    const values: Partial<Record<keyof DateFields | 'zone', string>> = {}
    for (const [index, field] of fields.entries()) {
      const value = match[index + 1]
      if (value !== undefined) values[field] = value
    }
    return momentOf(values, values.zone === undefined ? zone : parseTimeZone(values.zone), roundUp)
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}
