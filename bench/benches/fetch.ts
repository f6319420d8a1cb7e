import type { Bench, BenchContext } from '../bench.ts'
import type { RunningBroker } from '../brokers/broker.ts'
import type { BenchTopic } from '../brokers/topic.ts'
import { contestAll, type Cell, type Match } from '../contest.ts'
import { chronikCommit, kafkaDefault, type Contestant } from '../contestant.ts'
import type { FetchJob, FetchResult } from '../load/fetch-job.ts'
import { runLoad } from '../load/load-process.ts'
import { evictFromPageCache } from '../machine/page-cache.ts'
import type { Metric, Sample } from '../report/report.ts'
import { fillTopic } from './fill-topic.ts'
import { usageMetrics, usageSample, WARM_UP_MS } from './produce-once.ts'

const PARTITIONS = 6
/** Enough that most of it is no longer in the memory of the servers, only in the page cache. */
const TOPIC_BYTES = 1.2e9

const metrics: readonly Metric[] = [
  { key: 'megabytes', title: 'MB/s' },
  { key: 'cpu', title: 'CPU-s/GB' },
  { key: 'cpuSystem', title: 'of it system' },
  { key: 'broker', title: 'broker cores' },
  { key: 'records', title: 'records/s' },
  ...usageMetrics,
]

export const fetchBench: Bench = {
  name: 'fetch',
  summary:
    'reading 1.2 GB that is in memory, over one connection and over six, and from the disk after a restart',
  async run(context) {
    const topics = new Map<Contestant, BenchTopic>()
    const filled = async (broker: RunningBroker, contestant: Contestant): Promise<BenchTopic> => {
      const known = topics.get(contestant)
      if (known !== undefined) return known
      const topic = await fillTopic(broker, contestant, PARTITIONS, TOPIC_BYTES)
      topics.set(contestant, topic)
      return topic
    }
    const cells = [
      hotCell(context, '1 partition, hot', 1, 1, filled),
      hotCell(context, '6 partitions, hot', PARTITIONS, 0.5, filled),
      diskCell(context, filled),
    ]
    const found = await contestAll(context, cells)
    return { name: 'fetch', metrics, ...found, notes: ['MB are bytes of record batches, headers included.'] }
  },
}

type Filled = (broker: RunningBroker, contestant: Contestant) => Promise<BenchTopic>

function matchesOf(least: number): Match[] {
  const pair = { ours: chronikCommit, theirs: kafkaDefault }
  return [
    { ...pair, metric: 'megabytes', atLeast: least },
    { ...pair, metric: 'cpu', atMost: 1.2 },
  ]
}

function hotCell(
  context: BenchContext,
  label: string,
  partitions: number,
  least: number,
  filled: Filled,
): Cell {
  return {
    label,
    contestants: [chronikCommit, kafkaDefault],
    matches: matchesOf(least),
    run: async (broker, contestant) => {
      const topic = await filled(broker, contestant)
      return sampleOf(await runLoad(fetchJob(broker, topic, partitions, context.options.seconds * 1000)))
    },
  }
}

/** Each run restarts the server and reads everything once, when nothing of it is in memory. */
function diskCell(context: BenchContext, filled: Filled): Cell {
  return {
    label: 'after a restart',
    contestants: [chronikCommit, kafkaDefault],
    matches: matchesOf(0.8),
    run: async (broker, contestant) => {
      const topic = await filled(broker, contestant)
      const restarted = await context.brokers.restart(contestant, 'stop')
      const counts = await topic.counts()
      evictFromPageCache(restarted.dataDir)
      const result = await runLoad(fetchJob(restarted, topic, PARTITIONS, null))
      const expected = counts.reduce((sum, count) => sum + count, 0)
      if (result.records !== expected) {
        throw new Error(
          `${contestant.label}: ${result.records} of ${expected} records came back after the restart`,
        )
      }
      return sampleOf(result)
    },
  }
}

function fetchJob(
  broker: RunningBroker,
  topic: BenchTopic,
  partitions: number,
  measureMs: number | null,
): FetchJob {
  return {
    kind: 'fetch',
    host: broker.host,
    port: broker.port,
    brokerPid: broker.pid,
    topic: topic.name,
    topicId: topic.topicId,
    version: topic.versions.fetch,
    partitions,
    partitionMaxBytes: 1 << 20,
    maxWaitMs: 500,
    warmUpMs: WARM_UP_MS,
    measureMs,
  }
}

function sampleOf({ bytes, records, usage }: FetchResult): Sample {
  const gigabytes = bytes / 1e9
  return {
    megabytes: bytes / 1e6 / usage.elapsed,
    records: records / usage.elapsed,
    cpu: (usage.brokerUser + usage.brokerSystem) / gigabytes,
    cpuSystem: usage.brokerSystem / gigabytes,
    ...usageSample(usage),
  }
}
