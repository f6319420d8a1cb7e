import type { DateHistogramSpec, HistogramSpec } from './aggregation-spec.ts'
import { type DateRounding, dateRounding } from './date-rounding.ts'

export interface HistogramRounding extends DateRounding {
  /** Whether the hard bounds allow a bucket with this key. */
  readonly inBounds: (key: number) => boolean
  /** Whether a value lies in the bucket `key` just when `key <= value < next(key)`: not so with fractions, which are rounded. */
  readonly exact: boolean
}

/** How a histogram maps values to keys of buckets. */
export function rounding(spec: HistogramSpec | DateHistogramSpec): HistogramRounding {
  const { floor, next } =
    spec.kind === 'date_histogram'
      ? dateRounding(spec.interval, spec.timeZone, spec.offsetMs)
      : numberRounding(spec.interval, spec.offset)
  const min = spec.hardBounds?.min ?? null
  const max = spec.hardBounds?.max ?? null
  // A date names the bucket that it lies in, a number where buckets may begin, as in Elasticsearch.
  const least = min === null ? -Infinity : spec.kind === 'date_histogram' ? floor(min) : min
  const most = max === null ? Infinity : max
  return {
    floor,
    next,
    inBounds: (key) => key >= least && (spec.kind === 'histogram' ? key <= most : key < most),
    exact:
      spec.kind === 'date_histogram' || (Number.isInteger(spec.interval) && Number.isInteger(spec.offset)),
  }
}

export function numberRounding(interval: number, offset: number): DateRounding {
  const keyOf = (value: number): number => Math.floor((value - offset) / interval) * interval + offset
  return {
    floor: keyOf,
    // Not `start + interval`: rounding errors would add up, and the keys of empty buckets would miss those of full ones.
    next: (start) => Math.round((start - offset) / interval + 1) * interval + offset,
  }
}
