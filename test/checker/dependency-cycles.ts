import type { Anomaly } from './anomaly.ts'
import { committedReadsOf, type History, type Operation, sendsOf } from './history.ts'
import { committedValues, isCommitted } from './outcome.ts'
import type { VersionOrders } from './version-order.ts'

type Graph = ReadonlyMap<Operation, ReadonlySet<Operation>>

/** Transactions that happened, each with those that have read from it. */
function readFrom(history: History): Map<Operation, Set<Operation>> {
  const read = committedValues(history)
  const writers = new Map<string, Operation>()
  const graph = new Map<Operation, Set<Operation>>()
  for (const { operation, key, value } of sendsOf(history))
    if (operation.f === 'txn' && isCommitted(operation, read)) writers.set(`${key} ${value}`, operation)
  for (const { operation, key, value } of committedReadsOf(history)) {
    const writer = writers.get(`${key} ${value}`)
    if (operation.f !== 'txn' || writer === undefined || writer === operation) continue
    if (isCommitted(operation, read)) edge(graph, writer, operation)
  }
  return graph
}

function edge(graph: Map<Operation, Set<Operation>>, from: Operation, to: Operation): void {
  const targets = graph.get(from)
  if (targets === undefined) graph.set(from, new Set([to]))
  else targets.add(to)
}

/** Adds an edge from each transaction to the one that wrote the next value of a partition. */
function withWriteOrder(
  graph: Map<Operation, Set<Operation>>,
  history: History,
  { all }: VersionOrders,
): void {
  const read = committedValues(history)
  const writers = new Map<string, Operation>()
  for (const { operation, key, value } of sendsOf(history))
    if (operation.f === 'txn' && isCommitted(operation, read)) writers.set(`${key} ${value}`, operation)
  for (const [key, { order }] of all) {
    let before: Operation | undefined
    for (const value of order) {
      const writer = writers.get(`${key} ${value}`)
      if (writer === undefined) continue
      if (before !== undefined && before !== writer) edge(graph, before, writer)
      before = writer
    }
  }
}

function asAnomalies(cycles: readonly (readonly Operation[])[], what: string): Anomaly[] {
  return cycles.map((members) => {
    const first = members[0]?.steps.find((step) => step.kind === 'send')
    const names = members.slice(0, 5).map(({ process, startMs }) => `${process} at ${startMs} ms`)
    const more = members.length > 5 ? ` and ${members.length - 5} more` : ''
    return { key: first?.key ?? '', detail: `${what}: ${names.join(', ')}${more}` }
  })
}

/** Transactions that have read from each other in a circle (G1c with wr edges): none of them can have been the first to commit. */
export function readCycles(history: History): Anomaly[] {
  return asAnomalies(cyclesOf(readFrom(history)), 'read from each other')
}

/**
 * Circles in which an edge may also be that one wrote before the other (G0, and G1c with ww edges). Kafka appends at once and commits
 * later, so transactions interleave in their partitions.
 */
export function writeCycles(history: History, orders: VersionOrders): Anomaly[] {
  const graph = readFrom(history)
  withWriteOrder(graph, history, orders)
  return asAnomalies(cyclesOf(graph), 'interleave')
}

/** The strongly connected components with more than one member (Tarjan's algorithm, without recursion since histories are long). */
export function cyclesOf(graph: Graph): Operation[][] {
  const found: Operation[][] = []
  const index = new Map<Operation, number>()
  const low = new Map<Operation, number>()
  const stack: Operation[] = []
  const onStack = new Set<Operation>()
  const enter = (node: Operation): { node: Operation; rest: Iterator<Operation> } => {
    index.set(node, index.size)
    low.set(node, index.size - 1)
    stack.push(node)
    onStack.add(node)
    return { node, rest: (graph.get(node) ?? new Set<Operation>()).values() }
  }
  const lower = (node: Operation, value: number): void =>
    void low.set(node, Math.min(low.get(node) ?? Infinity, value))
  for (const root of graph.keys()) {
    if (index.has(root)) continue
    const path = [enter(root)]
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const { node, rest } = frame
      const { value: next, done } = rest.next() as { value: Operation; done: boolean }
      if (!done) {
        if (!index.has(next)) path.push(enter(next))
        else if (onStack.has(next)) lower(node, index.get(next) ?? Infinity)
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) lower(parent.node, low.get(node) ?? Infinity)
      if (low.get(node) !== index.get(node)) continue
      const members = stack.splice(stack.lastIndexOf(node))
      for (const member of members) onStack.delete(member)
      if (members.length > 1) found.push(members)
    }
  }
  return found
}
