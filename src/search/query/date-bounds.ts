import { dateParsers, defaultDateParsers, type DateParser } from './date-format.ts'
import { parseDate } from './date-math.ts'
import type { QueryValue, RangeBound } from './query.ts'
import type { TimeZone } from '../time-zone.ts'

/** Makes the ends of ranges, each with the moment that it means if it is a date. */
export class DateBounds {
  readonly #now: number
  readonly #zone: TimeZone
  readonly #parsers: readonly DateParser[]

  constructor(now: number, zone: TimeZone, format: string | null) {
    this.#now = now
    this.#zone = zone
    this.#parsers = format === null ? defaultDateParsers : dateParsers(format)
  }

  /** From here on: above a day that is named means behind its end. */
  lower(value: QueryValue, inclusive: boolean): RangeBound {
    return { value, millis: this.#millis(value, !inclusive), inclusive }
  }

  /** Up to here: a day that is named and included counts to its end. */
  upper(value: QueryValue, inclusive: boolean): RangeBound {
    return { value, millis: this.#millis(value, inclusive), inclusive }
  }

  #millis(value: QueryValue, roundUp: boolean): number | null {
    if (typeof value === 'boolean') return null
    return parseDate(String(value), { now: this.#now, zone: this.#zone, parsers: this.#parsers, roundUp })
  }
}
