import type { Assignment } from '../assignor/assignor.ts'

/** Partitions of a member by topic id, each with the member epoch in which it was assigned. No inner map is empty. */
export type PartitionEpochs = ReadonlyMap<string, ReadonlyMap<number, number>>

export const NO_PARTITIONS: PartitionEpochs = new Map()

export interface OwnedPartitions {
  readonly topicId: string
  readonly partitions: readonly number[]
}

export function equalPartitionEpochs(a: PartitionEpochs, b: PartitionEpochs): boolean {
  return (
    a === b || (a.size === b.size && [...a].every(([topicId, epochs]) => equalEpochs(epochs, b.get(topicId))))
  )
}

function equalEpochs(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number> | undefined): boolean {
  if (b === undefined || a.size !== b.size) return false
  for (const [partition, epoch] of a) if (b.get(partition) !== epoch) return false
  return true
}

/** Whether all the partitions are among those assigned. */
export function ownsOnly(owned: readonly OwnedPartitions[] | null, assigned: PartitionEpochs): boolean {
  if (owned === null) return false
  return owned.every(({ topicId, partitions }) => {
    const epochs = assigned.get(topicId)
    return epochs !== undefined && partitions.every((partition) => epochs.has(partition))
  })
}

export function withEpoch(assignment: Assignment, epoch: number): PartitionEpochs {
  return new Map(
    [...assignment].map(([topicId, partitions]) => [
      topicId,
      new Map(partitions.map((partition) => [partition, epoch])),
    ]),
  )
}

export function withoutEpochs(partitions: PartitionEpochs): Assignment {
  return new Map(
    [...partitions].map(([topicId, epochs]) => [topicId, [...epochs.keys()].sort((a, b) => a - b)]),
  )
}

/** As the protocol's messages have it. */
export function topicPartitions(assignment: Assignment): { topicId: string; partitions: number[] }[] {
  return [...assignment].map(([topicId, partitions]) => ({ topicId, partitions: [...partitions] }))
}

/** Whether both have the same partitions. Both are ascending. */
export function equalAssignments(a: Assignment, b: Assignment): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  for (const [topicId, partitions] of a) {
    const other = b.get(topicId)
    if (other?.length !== partitions.length) return false
    if (partitions.some((partition, index) => partition !== other[index])) return false
  }
  return true
}
