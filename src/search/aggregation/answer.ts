/** A part of Elasticsearch's answer: one aggregation, or one bucket. */
export type AnswerObject = Record<string, unknown>

/** Sets a member under a name that a user chose: also `__proto__` is just a name. */
export function setMember(object: AnswerObject, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
}

/** The buckets of an aggregation with several; null when it has none. */
export function bucketsOf(aggregation: unknown): readonly AnswerObject[] | null {
  if (typeof aggregation !== 'object' || aggregation === null || !('buckets' in aggregation)) return null
  const { buckets } = aggregation
  if (Array.isArray(buckets)) return buckets as AnswerObject[]
  return typeof buckets === 'object' && buckets !== null ? (Object.values(buckets) as AnswerObject[]) : null
}

/** A double as Java writes it, which is how Elasticsearch names keys: `1.0`, `99.9`. */
export function javaDouble(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return `${value}.0`
  const size = Math.abs(value)
  if (size === 0 || (size >= 1e-3 && size < 1e7) || !Number.isFinite(value)) return String(value)
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
}
