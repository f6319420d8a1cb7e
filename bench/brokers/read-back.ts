import type { ClusterClient } from '../../src/client/cluster-client.ts'
import { errorNameOf } from '../../src/protocol/errors.ts'
import {
  baseOffset,
  batchSize,
  computeCrc,
  crc,
  HEADER_SIZE,
  lastOffset,
} from '../../src/records/record-batch.ts'

/**
 * Reads records of a partition as any client does, checks the CRC of every batch and that no offset is missing, and returns
 * how many came: from the start up to `limitBytes`, or to the end of the partition, which is `complete` then.
 */
export async function readBack(
  client: ClusterClient,
  topic: { readonly name: string; readonly topicId: string },
  partition: number,
  limitBytes: number,
): Promise<{ records: number; complete: boolean }> {
  const leader = await client.leaderOf(topic.name, partition)
  let offset = 0
  let bytes = 0
  while (bytes < limitBytes) {
    const response = await client.node(leader, 'Fetch', {
      maxWaitMs: 0,
      minBytes: 0,
      topics: [
        {
          topic: topic.name,
          topicId: topic.topicId,
          partitions: [{ partition, fetchOffset: offset, partitionMaxBytes: 4 << 20 }],
        },
      ],
      forgottenTopicsData: [],
    })
    const found = response.responses[0]?.partitions[0]
    if (found === undefined || found.errorCode !== 0) {
      throw new Error(
        `partition ${partition} cannot be read back: ${errorNameOf(found?.errorCode ?? response.errorCode)}`,
      )
    }
    const { records } = found
    const next = records === null ? offset : checkBatches(records, offset, partition)
    if (next === offset) return { records: offset, complete: true }
    bytes += records?.length ?? 0
    offset = next
  }
  return { records: offset, complete: false }
}

/** Returns the offset behind the last whole batch. */
function checkBatches(records: Buffer, fetchOffset: number, partition: number): number {
  let expected = fetchOffset
  for (let at = 0; records.length - at >= HEADER_SIZE; at += batchSize(records, at)) {
    if (at + batchSize(records, at) > records.length) break
    const first = baseOffset(records, at)
    const where = `the batch at offset ${first} of partition ${partition}`
    if (first > expected || (first < expected && at > 0))
      throw new Error(`${where} came in place of ${expected}`)
    if (computeCrc(records, at) !== crc(records, at))
      throw new Error(`${where} has another CRC than its bytes`)
    expected = lastOffset(records, at) + 1
  }
  return expected
}
