import type { RunningBroker } from '../brokers/broker.ts'
import { createTopic } from '../brokers/topic.ts'
import type { Contestant } from '../contestant.ts'
import { runLoad } from '../load/load-process.ts'
import type { ProduceResult } from '../load/produce-job.ts'
import type { Usage } from '../load/usage.ts'
import type { Metric, Sample } from '../report/report.ts'

/** The load of one produce run; what is left out is the same in all of them. */
export interface ProduceLoad {
  readonly partitions: number
  readonly connections: number
  readonly inFlight: number
  readonly batchBytes: number
  readonly recordBytes: number
  readonly seconds: number
  readonly rate?: number
}

export const WARM_UP_MS = 1000

/** Who used the processors, in every table of a load. */
export const usageMetrics: readonly Metric[] = [
  { key: 'client', title: 'client cores' },
  { key: 'outside', title: 'outside cores' },
]

export function usageSample({ elapsed, brokerUser, brokerSystem, client, outside, stolen }: Usage): Sample {
  return {
    broker: (brokerUser + brokerSystem) / elapsed,
    client: client / elapsed,
    outside: outside / elapsed,
    stolen: stolen / elapsed,
  }
}

/** Produces to a topic of its own, checks that the log holds exactly what was acknowledged, and deletes the topic. */
export async function produceOnce(
  broker: RunningBroker,
  contestant: Contestant,
  load: ProduceLoad,
): Promise<ProduceResult> {
  await using topic = await createTopic(broker, load.partitions, contestant.topicConfigs)
  const result = await runLoad({
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
    warmUpMs: WARM_UP_MS,
    measureMs: load.seconds * 1000,
    rate: load.rate ?? null,
  })
  const counts = await topic.counts()
  const wrong = counts.findIndex((count, partition) => count !== result.acknowledged[partition])
  if (wrong >= 0) {
    throw new Error(
      `${contestant.label}: partition ${wrong} holds ${counts[wrong]} records and ${result.acknowledged[wrong]} were acknowledged`,
    )
  }
  return result
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
    ...usageSample(usage),
  }
}

export const throughputMetrics: readonly Metric[] = [
  { key: 'megabytes', title: 'MB/s' },
  { key: 'cpu', title: 'CPU-s/GB' },
  { key: 'cpuSystem', title: 'of it system' },
  { key: 'broker', title: 'broker cores' },
  { key: 'p50', title: 'p50 ms' },
  { key: 'p99', title: 'p99 ms' },
  ...usageMetrics,
]
