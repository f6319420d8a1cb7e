import type { Anomaly } from './anomaly.ts'
import { type History, type Operation, readsOf, sendsOf } from './history.ts'
import type { VersionOrder } from './version-order.ts'

type Orders = ReadonlyMap<string, VersionOrder>

/** Two values at one offset: two readers, or a reader and a writer, do not agree on the log. */
export function inconsistentOffsets(_history: History, orders: Orders): Anomaly[] {
  const found: Anomaly[] = []
  for (const [key, { valuesAt }] of orders) {
    for (const [offset, values] of valuesAt) {
      if (values.size > 1) found.push({ key, detail: `offset ${offset} holds ${[...values].join(' and ')}` })
    }
  }
  return found
}

/** One value at two offsets. */
export function duplicates(_history: History, orders: Orders): Anomaly[] {
  const found: Anomaly[] = []
  for (const [key, { offsetsOf }] of orders) {
    for (const [value, offsets] of offsetsOf) {
      if (offsets.size > 1)
        found.push({ key, detail: `${value} stands at offsets ${[...offsets].join(' and ')}` })
    }
  }
  return found
}

function readValues(history: History): Map<string, Set<number>> {
  const read = new Map<string, Set<number>>()
  for (const { key, value } of readsOf(history)) {
    const values = read.get(key)
    if (values === undefined) read.set(key, new Set([value]))
    else values.add(value)
  }
  return read
}

/** Acknowledged values that nobody has read, by whether a later one of their key was read. */
function unreadValues(history: History, orders: Orders): { lost: Anomaly[]; unseen: Anomaly[] } {
  const read = readValues(history)
  const highestRead = new Map<string, number>()
  for (const [key, values] of read) {
    let highest = -1
    for (const value of values) highest = Math.max(highest, orders.get(key)?.indexOf.get(value) ?? -1)
    highestRead.set(key, highest)
  }
  const lost: Anomaly[] = []
  const unseen: Anomaly[] = []
  for (const { operation, key, value, offset } of sendsOf(history)) {
    if (operation.type !== 'ok' || read.get(key)?.has(value) === true) continue
    const index = orders.get(key)?.indexOf.get(value) ?? Infinity
    const anomaly = {
      key,
      detail: `${value}, acknowledged at offset ${offset ?? 'unknown'} to ${operation.process}, was never read`,
    }
    if (index < (highestRead.get(key) ?? -1)) lost.push(anomaly)
    else unseen.push(anomaly)
  }
  return { lost, unseen }
}

/** An acknowledged value was passed over: readers have gone beyond its offset, and none has seen it. */
export function lostWrites(history: History, orders: Orders): Anomaly[] {
  return unreadValues(history, orders).lost
}

/** An acknowledged value that nobody has read so far. At the end of a run, after everything was read, it is lost as well. */
export function unseen(history: History, orders: Orders): Anomaly[] {
  return unreadValues(history, orders).unseen
}

/** A value was read whose operation failed (G1a), or that nobody sent. */
export function abortedReads(history: History): Anomaly[] {
  const sent = new Map<string, 'ok' | 'fail' | 'info'>()
  for (const { operation, key, value } of sendsOf(history)) sent.set(`${key} ${value}`, operation.type)
  const found: Anomaly[] = []
  for (const { operation, key, offset, value } of readsOf(history)) {
    const type = sent.get(`${key} ${value}`)
    if (type === 'ok' || type === 'info') continue
    const why = type === 'fail' ? 'its operation failed' : 'nobody sent it'
    found.push({ key, detail: `${operation.process} read ${value} at offset ${offset}, but ${why}` })
  }
  return found
}

/**
 * A value was read by another process before the transaction that wrote it had even begun, so it was not its commit that showed it.
 * Only transactions can show it.
 */
export function precommittedReads(history: History): Anomaly[] {
  const writers = new Map<string, Operation>()
  for (const { operation, key, value } of sendsOf(history)) {
    if (operation.f === 'txn' && operation.type === 'ok') writers.set(`${key} ${value}`, operation)
  }
  const found: Anomaly[] = []
  for (const { operation, key, value } of readsOf(history)) {
    const writer = writers.get(`${key} ${value}`)
    if (writer === undefined || writer.process === operation.process) continue
    if (operation.endMs < writer.startMs) {
      found.push({ key, detail: `${operation.process} read ${value} before its transaction began` })
    }
  }
  return found
}
