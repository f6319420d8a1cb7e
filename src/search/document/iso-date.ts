const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]
const DAY_MS = 86_400_000
/** `2026-11-21T10:15:30.123456789+01:00` has 35 characters. */
const LENGTH_MAX = 35

/**
 * Milliseconds since 1970 of a date in ISO 8601 form, or NaN when the bytes are something else: `YYYY-MM-DD`, then optionally `Thh:mm`,
 * `:ss`, a fraction of up to nine digits (cut to milliseconds), and `Z` or `±hh:mm` (UTC when it is missing).
 */
export function parseIsoDate(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  if (length < 10 || length > LENGTH_MAX || bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d)
    return Number.NaN
  const day = dayNumber(
    twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2),
    twoDigits(bytes, start + 5),
    twoDigits(bytes, start + 8),
  )
  if (length === 10) return day * DAY_MS
  if (length < 16 || bytes[start + 10] !== 0x54 || bytes[start + 13] !== 0x3a) return Number.NaN
  const hour = twoDigits(bytes, start + 11)
  const minute = twoDigits(bytes, start + 14)
  if (!(hour < 24 && minute < 60)) return Number.NaN
  let at = start + 16
  let millis = (hour * 60 + minute) * 60_000
  if (at < end && bytes[at] === 0x3a) {
    if (at + 3 > end) return Number.NaN
    const second = twoDigits(bytes, at + 1)
    if (!(second < 60)) return Number.NaN
    millis += second * 1000
    at += 3
    if (at < end && bytes[at] === 0x2e) {
      const first = ++at
      let fraction = 0
      for (; at < end && isDigit(bytes[at]!); at++)
        if (at - first < 3) fraction = fraction * 10 + bytes[at]! - 0x30
      const digits = at - first
      if (digits === 0 || digits > 9) return Number.NaN
      if (digits === 1) fraction *= 100
      else if (digits === 2) fraction *= 10
      millis += fraction
    }
  }
  return day * DAY_MS + millis - zoneMillis(bytes, at, end)
}

/** Days since 1970; NaN for a date that is in no calendar. */
function dayNumber(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1)) return Number.NaN
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const inMonth = daysBefore[month]! - daysBefore[month - 1]! + (month === 2 && leap ? 1 : 0)
  if (!(day <= inMonth)) return Number.NaN
  const before = year - 1
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477
  return (year - 1970) * 365 + leapDays + daysBefore[month - 1]! + (month > 2 && leap ? 1 : 0) + day - 1
}

function zoneMillis(bytes: Uint8Array, at: number, end: number): number {
  if (at === end) return 0
  const sign = bytes[at]
  if (sign === 0x5a) return at + 1 === end ? 0 : Number.NaN
  if ((sign !== 0x2b && sign !== 0x2d) || end - at !== 6 || bytes[at + 3] !== 0x3a) return Number.NaN
  const hours = twoDigits(bytes, at + 1)
  const minutes = twoDigits(bytes, at + 4)
  if (!(hours < 24 && minutes < 60)) return Number.NaN
  return (sign === 0x2b ? 1 : -1) * (hours * 60 + minutes) * 60_000
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const high = bytes[at]!
  const low = bytes[at + 1]!
  return isDigit(high) && isDigit(low) ? (high - 0x30) * 10 + low - 0x30 : Number.NaN
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}
