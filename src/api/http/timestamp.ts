const isoForm = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d))?$/
const millisecondsForm = /^\d{1,15}$/

/**
 * Milliseconds since 1970 from digits or from ISO 8601: a date (midnight UTC), or a date and time with its zone, without which it would
 * mean something else on another machine. Null when the text is neither.
 */
export function parseTimestamp(text: string): number | null {
  if (millisecondsForm.test(text)) return Number(text)
  if (!isoForm.test(text)) return null
  const parsed = Date.parse(text)
  return Number.isNaN(parsed) || parsed < 0 ? null : parsed
}

/** The largest time that a Date can show. */
const LARGEST_DATE = 8_640_000_000_000_000

/** ISO 8601 in UTC, or null for no timestamp and for those that no calendar reaches. */
export function formatTimestamp(timestamp: number): string | null {
  return timestamp < 0 || timestamp > LARGEST_DATE ? null : new Date(timestamp).toISOString()
}
