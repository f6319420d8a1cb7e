import {
  committedReadsOf,
  type History,
  type Operation,
  readsOf,
  type ReadValue,
  sendsOf,
} from './history.ts'

/**
 * What is known of one key: which values stood at which offsets. `order` has the values by offset, without the gaps that offsets may
 * have (transaction markers, compaction), so that neighbours in it are neighbours in the log.
 */
export interface VersionOrder {
  readonly valuesAt: ReadonlyMap<number, ReadonlySet<number>>
  readonly offsetsOf: ReadonlyMap<number, ReadonlySet<number>>
  readonly order: readonly number[]
  /** Position in `order`. */
  readonly indexOf: ReadonlyMap<number, number>
}

/** What readers can see of the log, by key. */
export interface VersionOrders {
  /** Everything that stands in it, of aborted transactions as well. */
  readonly all: ReadonlyMap<string, VersionOrder>
  /** Without what was aborted. */
  readonly committed: ReadonlyMap<string, VersionOrder>
}

/** From every offset that a poll or an acknowledgement named. */
export function versionOrders(history: History): VersionOrders {
  const inLog = ({ f, type }: Operation): boolean => f === 'txn' || type === 'ok'
  const isCommitted = ({ type }: Operation): boolean => type === 'ok'
  return {
    all: ordersOf(history, readsOf(history), inLog),
    committed: ordersOf(history, committedReadsOf(history), isCommitted),
  }
}

function ordersOf(
  history: History,
  reads: Iterable<ReadValue>,
  counts: (operation: Operation) => boolean,
): Map<string, VersionOrder> {
  const seen = new Map<string, Map<number, Set<number>>>()
  const note = (key: string, offset: number, value: number): void => {
    let offsets = seen.get(key)
    if (offsets === undefined) seen.set(key, (offsets = new Map()))
    const values = offsets.get(offset)
    if (values === undefined) offsets.set(offset, new Set([value]))
    else values.add(value)
  }
  for (const { key, offset, value } of reads) note(key, offset, value)
  for (const { operation, key, offset, value } of sendsOf(history)) {
    if (offset !== null && counts(operation)) note(key, offset, value)
  }
  return new Map([...seen].map(([key, offsets]) => [key, orderOf(offsets)]))
}

function orderOf(valuesAt: ReadonlyMap<number, ReadonlySet<number>>): VersionOrder {
  const order: number[] = []
  const indexOf = new Map<number, number>()
  const offsetsOf = new Map<number, Set<number>>()
  for (const [offset, values] of [...valuesAt].toSorted(([a], [b]) => a - b)) {
    for (const value of values) {
      const known = offsetsOf.get(value)
      if (known === undefined) offsetsOf.set(value, new Set([offset]))
      else known.add(offset)
      if (indexOf.has(value)) continue
      indexOf.set(value, order.length)
      order.push(value)
    }
  }
  return { valuesAt, offsetsOf, order, indexOf }
}
