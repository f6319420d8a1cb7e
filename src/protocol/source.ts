/** Lines of JavaScript under construction, with names that do not clash. */
export interface Source {
  readonly lines: string[]
  counter: number
  /** Whether int64 values are bigint (exact) instead of number. */
  readonly exact: boolean
}

export function newSource(exact: boolean): Source {
  return { lines: [], counter: 0, exact }
}

export function emit(source: Source, ...lines: readonly string[]): void {
  source.lines.push(...lines)
}

export function fresh(source: Source, hint: string): string {
  return `${hint}${source.counter++}`
}

/** The literal of an int64 in the source's mode; doubles at or beyond 2^63 mean the largest or smallest one. */
export function longLiteral(source: Source, value: number): string {
  return source.exact ? `${BigInt.asIntN(64, clampInt64(value))}n` : String(value)
}

function clampInt64(value: number): bigint {
  if (value >= 2 ** 63) return 2n ** 63n - 1n
  return BigInt(value)
}
