import type { Bench, BenchContext } from '../bench.ts'
import type { RunningBroker } from '../brokers/broker.ts'
import { createTopic } from '../brokers/topic.ts'
import { contestAll, type Cell } from '../contest.ts'
import { chronikCommit, chronikOs, kafkaDefault, kafkaFlush, type Contestant } from '../contestant.ts'
import { prepareLoad, runLoad } from '../load/load-process.ts'
import type { Sample } from '../report/report.ts'
import { latencyMetrics } from './latency.ts'
import { produceJob, usageMetrics, usageSample, verifyCounts, WARM_UP_MS } from './produce-once.ts'

const RATE = 1000
const RECORD_BYTES = 1000
const BULK_BATCH_BYTES = 65_536
/** 64 records of 1 KB to a batch: this many requests are 100 MB a second. */
const BULK_RATE = 1562.5

export const endToEndBench: Bench = {
  name: 'end-to-end',
  summary:
    '1,000 records of 1 KB a second to a consumer that waits for them, alone and beside 100 MB/s of others',
  async run(context) {
    const cells = [false, true].map((bulk) => cellOf(context, bulk))
    return {
      name: 'end-to-end',
      metrics: [
        ...latencyMetrics,
        { key: 'acknowledgedP50', title: 'ack p50 ms' },
        { key: 'acknowledgedP99', title: 'ack p99 ms' },
        { key: 'bulk', title: 'bulk MB/s' },
        { key: 'late', title: 'sent late p99 ms' },
        { key: 'broker', title: 'broker cores' },
        ...usageMetrics,
      ],
      ...(await contestAll(context, cells)),
      notes: [
        'Latencies count from the time at which a record was due to be sent to its arrival at the consumer.',
      ],
    }
  },
}

function cellOf(context: BenchContext, bulk: boolean): Cell {
  return {
    label: bulk ? 'beside 100 MB/s' : 'alone',
    contestants: [chronikCommit, kafkaFlush, chronikOs, kafkaDefault],
    matches: ['p50', 'p99'].map((metric) => ({
      ours: chronikCommit,
      theirs: kafkaDefault,
      metric,
      atMost: 1,
    })),
    run: (broker, contestant) => runOnce(context, broker, contestant, bulk),
  }
}

async function runOnce(
  context: BenchContext,
  broker: RunningBroker,
  contestant: Contestant,
  bulk: boolean,
): Promise<Sample> {
  const seconds = context.options.seconds * 2.5
  const ended = bulk ? startBulk(context, broker, contestant, seconds) : Promise.resolve(0)
  const topic = await createTopic(broker, 1, contestant.topicConfigs)
  const result = await runLoad({
    kind: 'end-to-end',
    host: broker.host,
    port: broker.port,
    brokerPid: broker.pid,
    topic: topic.name,
    topicId: topic.topicId,
    versions: topic.versions,
    partition: 0,
    partitionMaxBytes: 1 << 20,
    maxWaitMs: 500,
    rate: RATE,
    recordBytes: RECORD_BYTES,
    warmUpMs: WARM_UP_MS,
    measureMs: seconds * 1000,
  })
  await context.topics.retire(topic, 0)
  const { received, acknowledged, lateness, usage } = result
  return {
    p50: received.p50,
    p99: received.p99,
    p999: received.p999,
    max: received.max,
    acknowledgedP50: acknowledged.p50,
    acknowledgedP99: acknowledged.p99,
    bulk: await ended,
    late: lateness.p99,
    ...usageSample(usage),
  }
}

/** The other load, in a process of its own, around the time that is measured; resolves with the MB/s that it reached. */
async function startBulk(
  context: BenchContext,
  broker: RunningBroker,
  contestant: Contestant,
  seconds: number,
): Promise<number> {
  const topic = await createTopic(broker, 6, contestant.topicConfigs)
  const load = await prepareLoad(
    produceJob(broker, topic, {
      partitions: 6,
      connections: 6,
      inFlight: 64,
      batchBytes: BULK_BATCH_BYTES,
      recordBytes: RECORD_BYTES,
      rate: BULK_RATE,
      seconds: seconds + 1,
      warmUpSeconds: 0.5,
    }),
  )
  const { acknowledged, bytes, usage } = await load.begin()
  await verifyCounts(contestant.label, topic, acknowledged)
  await context.topics.retire(topic, bytes)
  return bytes / 1e6 / usage.elapsed
}
