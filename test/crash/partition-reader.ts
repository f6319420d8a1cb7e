import type { BrokerConnection } from '../../src/client/broker-connection.ts'
import { errorNameOf, KafkaError } from '../../src/protocol/errors.ts'
import { batchPositions } from '../../src/records/batch-iterator.ts'
import { computeCrc, crc } from '../../src/records/record-batch.ts'
import { readRecords } from '../../src/records/read-records.ts'
import type { PartitionRead } from './compare.ts'
import { readSample, type SampleId } from './sample-value.ts'

/** Versions from 13 on name topics by id. */
const byName = 12
const fetchBytes = 8 << 20
const decompressedMax = 64 << 20

interface Fetched {
  readonly highWatermark: number
  readonly records: Buffer | null
}

/** One Fetch of one partition; waits up to `waitMs` for data. */
export async function fetchPartition(
  connection: BrokerConnection,
  topic: string,
  partition: number,
  offset: number,
  waitMs: number,
): Promise<Fetched> {
  const body = {
    replicaId: -1,
    maxWaitMs: waitMs,
    minBytes: waitMs === 0 ? 0 : 1,
    maxBytes: fetchBytes,
    isolationLevel: 0,
    sessionId: 0,
    sessionEpoch: -1,
    topics: [{ topic, partitions: [{ partition, fetchOffset: offset, partitionMaxBytes: fetchBytes }] }],
    forgottenTopicsData: [],
    rackId: '',
  }
  const response = await connection.request('Fetch', body, { maxVersion: byName })
  const answer = response.responses[0]?.partitions[0]
  const code = response.errorCode !== 0 ? response.errorCode : (answer?.errorCode ?? 0)
  if (code !== 0 || answer === undefined) {
    throw new KafkaError(
      errorNameOf(code),
      `fetch of ${topic}-${partition} from offset ${offset}: ${errorNameOf(code)}`,
    )
  }
  return { highWatermark: answer.highWatermark, records: answer.records }
}

/** The samples in fetched records, from `offset` on; whole batches only, each with a CRC that fits. */
export function* samplesIn(
  records: Buffer,
  offset: number,
): Generator<{ offset: number; id: SampleId | null }> {
  for (const at of batchPositions(records)) {
    const good = crc(records, at) === computeCrc(records, at)
    for (const record of readRecords(records, at, decompressedMax)) {
      if (record.offset >= offset) yield { offset: record.offset, id: good ? readSample(record.value) : null }
    }
  }
}

/** Everything that the partition has. */
export async function readPartition(
  connection: BrokerConnection,
  topic: string,
  partition: number,
): Promise<PartitionRead> {
  const records: { offset: number; id: SampleId | null }[] = []
  let offset = 0
  for (;;) {
    const fetched = await fetchPartition(connection, topic, partition, offset, 0)
    const before = offset
    for (const record of samplesIn(fetched.records ?? Buffer.alloc(0), offset)) {
      records.push(record)
      offset = record.offset + 1
    }
    if (offset >= fetched.highWatermark || offset === before) {
      return { logStart: 0, highWatermark: fetched.highWatermark, records }
    }
  }
}
