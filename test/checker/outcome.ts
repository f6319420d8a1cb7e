import { committedReadsOf, type History, type Operation } from './history.ts'

export type CommittedValues = ReadonlyMap<string, ReadonlySet<number>>

/** The values, by key, that readers of committed records have seen. */
export function committedValues(history: History): CommittedValues {
  const read = new Map<string, Set<number>>()
  for (const { key, value } of committedReadsOf(history)) {
    const values = read.get(key)
    if (values === undefined) read.set(key, new Set([value]))
    else values.add(value)
  }
  return read
}

/**
 * Whether it happened: somebody was told, or nobody knows and one of its values was read. A plain send of several values is not
 * atomic, so of that one value says nothing about the others.
 */
export function isCommitted({ f, type, steps }: Operation, read: CommittedValues): boolean {
  if (type !== 'info') return type === 'ok'
  return (
    f === 'txn' && steps.some((step) => step.kind === 'send' && read.get(step.key)?.has(step.value) === true)
  )
}
