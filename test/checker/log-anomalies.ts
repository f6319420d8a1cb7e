import type { Anomaly } from './anomaly.ts'
import { committedReadsOf, type History, type Operation, readsOf, sendsOf } from './history.ts'
import { isCommitted } from './outcome.ts'
import type { VersionOrder, VersionOrders } from './version-order.ts'

type Orders = ReadonlyMap<string, VersionOrder>

/** Two values at one offset: two readers, or a reader and a writer, do not agree on the log. */
export function inconsistentOffsets(_history: History, { all }: VersionOrders): Anomaly[] {
  const found: Anomaly[] = []
  for (const [key, { valuesAt }] of all) {
    for (const [offset, values] of valuesAt) {
      if (values.size > 1) found.push({ key, detail: `offset ${offset} holds ${[...values].join(' and ')}` })
    }
  }
  return found
}

/** One value at two offsets. */
export function duplicates(_history: History, { all }: VersionOrders): Anomaly[] {
  const found: Anomaly[] = []
  for (const [key, { offsetsOf }] of all) {
    for (const [value, offsets] of offsetsOf) {
      if (offsets.size > 1)
        found.push({ key, detail: `${value} stands at offsets ${[...offsets].join(' and ')}` })
    }
  }
  return found
}

type ReadValues = ReadonlyMap<string, ReadonlySet<number>>

function readValues(reads: ReturnType<typeof readsOf>): ReadValues {
  const read = new Map<string, Set<number>>()
  for (const { key, value } of reads) {
    const values = read.get(key)
    if (values === undefined) read.set(key, new Set([value]))
    else values.add(value)
  }
  return read
}

interface Unread {
  readonly lost: Anomaly[]
  readonly unseen: Anomaly[]
}

/** Values that must be there and that none of the readers has read, by whether a later one of their key was read. */
function unreadValues(
  history: History,
  read: ReadValues,
  orders: Orders,
  promised: (operation: Operation, offset: number | null) => string | null,
): Unread {
  const highestRead = new Map<string, number>()
  for (const [key, values] of read) {
    let highest = -1
    for (const value of values) highest = Math.max(highest, orders.get(key)?.indexOf.get(value) ?? -1)
    highestRead.set(key, highest)
  }
  const lost: Anomaly[] = []
  const unseen: Anomaly[] = []
  for (const { operation, key, value, offset } of sendsOf(history)) {
    if (read.get(key)?.has(value) === true) continue
    const promise = promised(operation, offset)
    if (promise === null) continue
    const index = orders.get(key)?.indexOf.get(value) ?? Infinity
    const detail = `${value} of ${operation.process}, ${promise}, was never read`
    if (index < (highestRead.get(key) ?? -1)) lost.push({ key, detail })
    else unseen.push({ key, detail })
  }
  return { lost, unseen }
}

/**
 * For readers of committed records: what was acknowledged, and every value of a transaction of which one was seen. For readers of
 * everything, if there are any: whatever has an offset, aborted or not.
 */
function unread(history: History, { all, committed }: VersionOrders): Unread {
  const read = readValues(committedReadsOf(history))
  const visible = unreadValues(history, read, committed, (operation, offset) => {
    if (operation.type === 'ok') return `acknowledged at offset ${offset ?? 'unknown'}`
    return isCommitted(operation, read) ? 'in a transaction of which another value was read' : null
  })
  if (!history.some(({ isolation }) => isolation === 'uncommitted')) return visible
  const present = unreadValues(history, readValues(readsOf(history)), all, ({ f, type }, offset) =>
    f === 'txn' && type !== 'ok' && offset !== null
      ? `written at offset ${offset} in a transaction without commit`
      : null,
  )
  return { lost: [...visible.lost, ...present.lost], unseen: [...visible.unseen, ...present.unseen] }
}

/**
 * An acknowledged value, or a part of a committed transaction, was passed over: readers have gone beyond its offset, and none has
 * seen it.
 */
export function lostWrites(history: History, orders: VersionOrders): Anomaly[] {
  return unread(history, orders).lost
}

/** An acknowledged value that nobody has read so far. At the end of a run, after everything was read, it is lost as well. */
export function unseen(history: History, orders: VersionOrders): Anomaly[] {
  return unread(history, orders).unseen
}

/**
 * A value was read whose operation failed (G1a), or that nobody sent. Who reads everything may see what was aborted, but nothing
 * invented.
 */
export function abortedReads(history: History): Anomaly[] {
  const sent = new Map<string, 'ok' | 'fail' | 'info'>()
  for (const { operation, key, value } of sendsOf(history)) sent.set(`${key} ${value}`, operation.type)
  const found: Anomaly[] = []
  for (const { operation, key, offset, value } of readsOf(history)) {
    const type = sent.get(`${key} ${value}`)
    if (type === 'ok' || type === 'info') continue
    if (type === 'fail' && operation.isolation === 'uncommitted') continue
    const why = type === 'fail' ? 'its operation failed' : 'nobody sent it'
    found.push({ key, detail: `${operation.process} read ${value} at offset ${offset}, but ${why}` })
  }
  return found
}
