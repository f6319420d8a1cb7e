import type { DocAddress } from '../index/index-reader.ts'
import type { PlainDocument } from './document-reader.ts'
import type { SearchWork } from './messages.ts'
import type { PartitionIndex } from './partition-index.ts'
import type { WorkerContext } from './worker-context.ts'

/**
 * The records at these addresses, in their order; null for those that are not in partitions of this worker, or not in the log any
 * more.
 */
export async function readRecords(
  work: SearchWork,
  addresses: readonly DocAddress[],
  context: WorkerContext,
): Promise<(PlainDocument | null)[]> {
  const partitions = new Map<string, PartitionIndex>()
  for (const { key } of work.partitions) {
    const partition = context.partitions.get(key)
    if (partition !== undefined) partitions.set(placeOf(partition.spec), partition)
  }
  const wanted = new Map<string, number[]>()
  for (const address of addresses) {
    const offsets = wanted.get(placeOf(address)) ?? []
    wanted.set(placeOf(address), offsets)
    offsets.push(address.offset)
  }
  const found = new Map<string, ReadonlyMap<number, PlainDocument>>()
  for (const [place, offsets] of wanted) {
    const partition = partitions.get(place)
    if (partition !== undefined) found.set(place, await context.documents.read(partition, offsets))
  }
  return addresses.map((address) => found.get(placeOf(address))?.get(address.offset) ?? null)
}

export function placeOf({ topic, partition }: Omit<DocAddress, 'offset'>): string {
  return `${topic}/${partition}`
}
