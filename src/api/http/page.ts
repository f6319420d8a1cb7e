export interface Page<T> {
  readonly items: readonly T[]
  /** The name after which the next page begins; null when this one is the last. */
  readonly nextAfter: string | null
}

/** The first `limit` things after the name `after`, by name. */
export function pageOf<T>(
  all: readonly T[],
  nameOf: (item: T) => string,
  after: string | undefined,
  limit: number,
): Page<T> {
  const rest = all
    .filter((item) => after === undefined || nameOf(item) > after)
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  return { items, nextAfter: rest.length > limit && last !== undefined ? nameOf(last) : null }
}
