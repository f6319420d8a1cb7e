import type { Anomaly } from './anomaly.ts'
import type { History, Operation } from './history.ts'
import type { VersionOrder, VersionOrders } from './version-order.ts'

type Orders = ReadonlyMap<string, VersionOrder>

/** How far one position lies behind another in the log: 1 is the next. Null when either is not known. */
function distance(orders: Orders, key: string, from: number, to: number): number | null {
  const indexOf = orders.get(key)?.indexOf
  const [a, b] = [indexOf?.get(from), indexOf?.get(to)]
  return a === undefined || b === undefined ? null : b - a
}

/** The values that one operation polled, by key, in order. */
function polled(operation: Operation): Map<string, number[]> {
  return collect(operation, 'poll')
}

/** The values that one operation sent, by key, in order. */
function sent(operation: Operation): Map<string, number[]> {
  return collect(operation, 'send')
}

function collect(operation: Operation, kind: 'poll' | 'send'): Map<string, number[]> {
  const values = new Map<string, number[]>()
  const add = (key: string, value: number): void => {
    const known = values.get(key)
    if (known === undefined) values.set(key, [value])
    else known.push(value)
  }
  for (const step of operation.steps) {
    if (step.kind === 'send' && kind === 'send') add(step.key, step.value)
    if (step.kind === 'poll' && kind === 'poll') {
      for (const [key, pairs] of Object.entries(step.reads)) for (const [, value] of pairs) add(key, value)
    }
  }
  return values
}

interface Values {
  readonly of: (operation: Operation) => Map<string, number[]>
  /** The order in which the operation must have them. */
  readonly orders: (operation: Operation, orders: VersionOrders) => Orders
}

const polls: Values = {
  of: polled,
  orders: ({ isolation }, { all, committed }) => (isolation === 'uncommitted' ? all : committed),
}
const sends: Values = { of: sent, orders: (_operation, { all }) => all }

type Judge = (key: string, from: number, to: number, distance: number, operation: Operation) => Anomaly | null

function within(history: History, orders: VersionOrders, values: Values, judge: Judge): Anomaly[] {
  const found: Anomaly[] = []
  for (const operation of history) {
    if (operation.type === 'fail') continue
    for (const [key, list] of values.of(operation)) {
      for (const [i, to] of list.entries()) {
        const from = list[i - 1]
        const anomaly =
          from === undefined
            ? null
            : judged(values.orders(operation, orders), key, from, to, operation, judge)
        if (anomaly !== null) found.push(anomaly)
      }
    }
  }
  return found
}

/** Compares what each operation begins with to what the last one of its process and key ended with. */
function between(
  history: History,
  orders: VersionOrders,
  values: Values,
  forgets: (operation: Operation) => boolean,
  judge: Judge,
): Anomaly[] {
  const found: Anomaly[] = []
  const lastOf = new Map<string, Map<string, number>>()
  for (const operation of history) {
    if (forgets(operation)) lastOf.delete(operation.process)
    if (operation.type !== 'ok') continue
    let last = lastOf.get(operation.process)
    if (last === undefined) lastOf.set(operation.process, (last = new Map()))
    for (const [key, list] of values.of(operation)) {
      const [first] = list
      const end = list.at(-1)
      if (first === undefined || end === undefined) continue
      const from = last.get(key)
      const anomaly =
        from === undefined
          ? null
          : judged(values.orders(operation, orders), key, from, first, operation, judge)
      if (anomaly !== null) found.push(anomaly)
      last.set(key, end)
    }
  }
  return found
}

function judged(
  orders: Orders,
  key: string,
  from: number,
  to: number,
  operation: Operation,
  judge: Judge,
): Anomaly | null {
  const steps = distance(orders, key, from, to)
  return steps === null ? null : judge(key, from, to, steps, operation)
}

const skip: Judge = (key, from, to, steps, { process }) =>
  steps > 1
    ? {
        key,
        process,
        detail: `${process} went from ${from} to ${to} and left out ${steps - 1} values between them`,
      }
    : null
const backwards: Judge = (key, from, to, steps, { process }) =>
  steps < 1 ? { key, process, detail: `${process} went back from ${from} to ${to}` } : null

const movesPositions = ({ f }: Operation): boolean => f === 'assign' || f === 'subscribe' || f === 'crash'
const replacesClient = ({ f }: Operation): boolean => f === 'crash'

/** A consumer left values out from one poll to the next. Allowed when a group may have moved the partition in between. */
export function pollSkips(history: History, orders: VersionOrders): Anomaly[] {
  return between(history, orders, polls, movesPositions, skip)
}

/** A consumer went back from one poll to the next. Allowed when a group may have moved the partition in between. */
export function nonmonotonicPolls(history: History, orders: VersionOrders): Anomaly[] {
  return between(history, orders, polls, movesPositions, backwards)
}

/** A consumer left values out within one poll. */
export function internalPollSkips(history: History, orders: VersionOrders): Anomaly[] {
  return within(history, orders, polls, skip)
}

/** Values came out of order within one poll. */
export function internalNonmonotonicPolls(history: History, orders: VersionOrders): Anomaly[] {
  return within(history, orders, polls, backwards)
}

/** A producer's later send stands before its earlier one. */
export function nonmonotonicSends(history: History, orders: VersionOrders): Anomaly[] {
  return between(history, orders, sends, replacesClient, backwards)
}

/** Sends of one operation stand in another order. */
export function internalNonmonotonicSends(history: History, orders: VersionOrders): Anomaly[] {
  return within(history, orders, sends, backwards)
}

/** Others' values stand between those of one operation. Kafka promises nothing else, so it is only counted. */
export function internalSendSkips(history: History, orders: VersionOrders): Anomaly[] {
  return within(history, orders, sends, skip)
}
