import { execFileSync } from 'node:child_process'
import type { BenchContext } from '../bench.ts'
import type { RunningBroker } from '../brokers/broker.ts'
import { type BenchTopic, createTopic } from '../brokers/topic.ts'
import type { Contestant } from '../contestant.ts'
import { runLoad } from '../load/load-process.ts'
import type { PayloadKind, ProduceJob, ProduceResult } from '../load/produce-job.ts'
import type { Usage } from '../load/usage.ts'
import { deviceBytesWritten } from '../machine/disk-writes.ts'
import type { Metric, Sample } from '../report/report.ts'

/** The load of one produce run; what is left out is the same in all of them. */
export interface ProduceLoad {
  readonly partitions: number
  readonly connections: number
  readonly inFlight: number
  readonly batchBytes: number
  readonly recordBytes: number
  readonly seconds: number
  /** Requests a second; without it, as many as the broker answers. */
  readonly rate?: number
  /** 1 s. */
  readonly warmUpSeconds?: number
  /** Random bytes. */
  readonly payload?: PayloadKind
}

export const WARM_UP_MS = 1000
/** What is read back of each run, with every CRC checked; all else is compared by offsets only. */
const READ_BACK_BYTES = 64 << 20

/** The job that puts a load on a topic. */
export function produceJob(broker: RunningBroker, topic: BenchTopic, load: ProduceLoad): ProduceJob {
  return {
    kind: 'produce',
    host: broker.host,
    port: broker.port,
    brokerPid: broker.pid,
    topic: topic.name,
    topicId: topic.topicId,
    version: topic.versions.produce,
    acks: -1,
    partitions: load.partitions,
    connections: load.connections,
    inFlight: load.inFlight,
    batchBytes: load.batchBytes,
    recordBytes: load.recordBytes,
    warmUpMs: load.warmUpSeconds === undefined ? WARM_UP_MS : load.warmUpSeconds * 1000,
    measureMs: load.seconds * 1000,
    rate: load.rate ?? null,
    payload: load.payload ?? 'random',
  }
}

/**
 * Throws unless a topic holds exactly the records that were acknowledged: by offsets for all partitions, and by reading some of
 * them back.
 */
export async function verifyCounts(
  label: string,
  topic: BenchTopic,
  acknowledged: readonly number[],
): Promise<void> {
  const counts = await topic.counts()
  const wrong = counts.findIndex((count, partition) => count !== acknowledged[partition])
  if (wrong >= 0) {
    throw new Error(
      `${label}: partition ${wrong} holds ${counts[wrong]} records and ${acknowledged[wrong]} were acknowledged`,
    )
  }
  const partition = Math.floor(Math.random() * topic.partitions)
  const read = await topic.readBack(partition, READ_BACK_BYTES)
  if (read.complete && read.records !== counts[partition]) {
    throw new Error(
      `${label}: ${read.records} of ${counts[partition]} records of partition ${partition} could be read`,
    )
  }
}

/**
 * Produces to a topic of its own and checks that the log holds exactly what was acknowledged. `writtenShare`: bytes written to
 * the disk, until nothing was dirty any more, for each byte of the records; others on the machine may have written some.
 */
export async function produceOnce(
  context: BenchContext,
  broker: RunningBroker,
  contestant: Contestant,
  load: ProduceLoad,
): Promise<ProduceResult & { readonly writtenShare: number }> {
  const topic = await createTopic(broker, load.partitions, contestant.topicConfigs)
  const writtenBefore = deviceBytesWritten(broker.dataDir)
  const result = await runLoad(produceJob(broker, topic, load))
  execFileSync('sync')
  const written = deviceBytesWritten(broker.dataDir) - writtenBefore
  await verifyCounts(contestant.label, topic, result.acknowledged)
  const bytes = result.acknowledged.reduce((sum, count) => sum + count, 0) * load.recordBytes
  await context.topics.retire(topic, bytes)
  return { ...result, writtenShare: written / bytes }
}

/** Who used the processors, in every table of a load. */
export const usageMetrics: readonly Metric[] = [
  { key: 'client', title: 'client cores' },
  { key: 'outside', title: 'outside cores' },
]

export function usageSample(usage: Usage): Sample {
  const { elapsed } = usage
  return {
    broker: (usage.brokerUser + usage.brokerSystem) / elapsed,
    client: usage.client / elapsed,
    outside: usage.outside / elapsed,
    stolen: usage.stolen / elapsed,
    resident: usage.brokerResident / 2 ** 20,
  }
}

export function throughputSample({ bytes, requests, records, usage, latency }: ProduceResult): Sample {
  const gigabytes = bytes / 1e9
  return {
    megabytes: bytes / 1e6 / usage.elapsed,
    requests: requests / usage.elapsed,
    records: records / usage.elapsed,
    cpu: (usage.brokerUser + usage.brokerSystem) / gigabytes,
    cpuSystem: usage.brokerSystem / gigabytes,
    p50: latency.p50,
    p99: latency.p99,
    p999: latency.p999,
    ...usageSample(usage),
  }
}

export const throughputMetrics: readonly Metric[] = [
  { key: 'megabytes', title: 'MB/s' },
  { key: 'cpu', title: 'CPU-s/GB' },
  { key: 'cpuSystem', title: 'of it system' },
  { key: 'broker', title: 'broker cores' },
  { key: 'written', title: 'B written/B' },
  { key: 'p50', title: 'p50 ms' },
  { key: 'p99', title: 'p99 ms' },
  ...usageMetrics,
]
