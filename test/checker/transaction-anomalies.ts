import type { Anomaly } from './anomaly.ts'
import { committedReadsOf, type History, type Operation, sendsOf } from './history.ts'
import { committedValues, isCommitted } from './outcome.ts'
import type { VersionOrders } from './version-order.ts'

/**
 * A value of a transaction was read before it can have been committed: by the transaction itself, or by anybody before the end of the
 * transaction was even asked for.
 */
export function precommittedReads(history: History): Anomaly[] {
  const writers = new Map<string, Operation>()
  for (const { operation, key, value } of sendsOf(history))
    if (operation.f === 'txn') writers.set(`${key} ${value}`, operation)
  const found: Anomaly[] = []
  for (const { operation, key, value, atMs } of committedReadsOf(history)) {
    const writer = writers.get(`${key} ${value}`)
    if (writer === undefined) continue
    const { process } = operation
    if (writer === operation)
      found.push({ key, detail: `${process} read ${value}, which it has sent itself` })
    else if (atMs < (writer.commitMs ?? writer.startMs))
      found.push({ key, detail: `${process} read ${value} before its transaction was to be committed` })
  }
  return found
}

interface Consumption {
  readonly operation: Operation
  readonly committed: boolean
  readonly from: number
  readonly to: number
}

/** What transactions have polled whose offsets they commit, by group and key. */
function consumptions(history: History): Map<string, { key: string; list: Consumption[] }> {
  const read = committedValues(history)
  const byGroup = new Map<string, { key: string; list: Consumption[] }>()
  for (const operation of history) {
    const { f, type, group } = operation
    if (f !== 'txn' || group === undefined || type === 'fail') continue
    const committed = isCommitted(operation, read)
    for (const [key, offsets] of polledOffsets(operation)) {
      const name = `${group} ${key}`
      const known = byGroup.get(name) ?? { key, list: [] }
      byGroup.set(name, known)
      known.list.push({ operation, committed, from: Math.min(...offsets), to: Math.max(...offsets) })
    }
  }
  return byGroup
}

function polledOffsets(operation: Operation): Map<string, number[]> {
  const offsets = new Map<string, number[]>()
  for (const step of operation.steps) {
    if (step.kind !== 'poll') continue
    for (const [key, pairs] of Object.entries(step.reads)) {
      if (pairs.length === 0) continue
      offsets.set(key, [...(offsets.get(key) ?? []), ...pairs.map(([offset]) => offset)])
    }
  }
  return offsets
}

/** Two committed transactions of a group have consumed the same record: offsets are not one with the transaction, or a zombie was let in. */
export function consumedTwice(history: History): Anomaly[] {
  const found: Anomaly[] = []
  for (const [name, { key, list }] of consumptions(history)) {
    const committed = list.filter((consumption) => consumption.committed).toSorted((a, b) => a.from - b.from)
    let last: Consumption | undefined
    for (const next of committed) {
      if (last !== undefined && next.from <= last.to) {
        found.push({
          key,
          detail: `${name}: ${last.operation.process} has consumed ${last.from} to ${last.to}, and ${next.operation.process} ${next.from} to ${next.to}`,
        })
      }
      if (last === undefined || next.to > last.to) last = next
    }
  }
  return found
}

/** A record that none of a group's transactions has consumed, though one has gone on behind it: an offset without its transaction. */
export function consumedNever(history: History, { committed: orders }: VersionOrders): Anomaly[] {
  const found: Anomaly[] = []
  for (const [name, { key, list }] of consumptions(history)) {
    const order = orders.get(key)
    if (order === undefined) continue
    const end = Math.max(-1, ...list.filter(({ committed }) => committed).map(({ from }) => from))
    const sorted = list.toSorted((a, b) => a.from - b.from)
    let next = 0
    let covered = -1
    for (const offset of [...order.valuesAt.keys()].toSorted((a, b) => a - b)) {
      if (offset >= end) break
      for (; (sorted[next]?.from ?? Infinity) <= offset; next++)
        covered = Math.max(covered, sorted[next]?.to ?? -1)
      if (offset > covered)
        found.push({ key, detail: `${name}: offset ${offset} of what was consumed up to ${end}` })
    }
  }
  return found
}
