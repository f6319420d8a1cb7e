import type { Bench, BenchContext } from '../bench.ts'
import type { RunningBroker } from '../brokers/broker.ts'
import { createTopic } from '../brokers/topic.ts'
import { contestAll } from '../contest.ts'
import { chronikCommit, kafkaDefault, type Contestant } from '../contestant.ts'
import { prepareLoad } from '../load/load-process.ts'
import { processMemory } from '../machine/process-memory.ts'
import { spread } from '../report/statistics.ts'
import type { Sample } from '../report/report.ts'
import { produceJob, throughputSample } from './produce-once.ts'

const PARTITIONS = 6
const CONSUMERS = 50
const MIB = 2 ** 20

/** Retention looks often, so that the disk holds the log of a long run. */
const chronikSoak: Contestant = {
  ...chronikCommit,
  settings: { ...chronikCommit.settings, 'log.retention.check.interval.ms': '5000' },
  topicConfigs: { 'retention.bytes': String(400 * MIB), 'segment.bytes': String(100 * MIB) },
}

const kafkaSoak: Contestant = {
  ...kafkaDefault,
  settings: { 'log.retention.check.interval.ms': '5000' },
  topicConfigs: chronikSoak.topicConfigs,
}

export const soakBench: Bench = {
  name: 'soak',
  summary: `full load for 150 times --seconds (10 minutes) with ${CONSUMERS} consumers that read slowly; memory must stay flat`,
  async run(context) {
    const found = await contestAll(context, [
      {
        label: '64 KB',
        contestants: [chronikSoak, kafkaSoak],
        matches: [],
        once: true,
        run: (broker, contestant) => soak(context, broker, contestant),
      },
    ])
    return {
      name: 'soak',
      metrics: [
        { key: 'megabytes', title: 'MB/s' },
        { key: 'early', title: 'memory of 2nd fifth MiB' },
        { key: 'late', title: 'of last fifth MiB' },
        { key: 'growth', title: 'growth' },
        { key: 'peak', title: 'peak MiB' },
        { key: 'p99', title: 'p99 ms' },
        { key: 'consumed', title: 'consumed MB/s' },
      ],
      ...found,
      notes: [],
    }
  },
}

async function soak(context: BenchContext, broker: RunningBroker, contestant: Contestant): Promise<Sample> {
  const seconds = context.options.seconds * 150
  const topic = await createTopic(broker, PARTITIONS, contestant.topicConfigs)
  const consumers = await prepareLoad({
    kind: 'slow-consumers',
    host: broker.host,
    port: broker.port,
    topic: topic.name,
    topicId: topic.topicId,
    version: topic.versions.fetch,
    partitions: PARTITIONS,
    partitionMaxBytes: 4 * MIB,
    maxWaitMs: 500,
    consumers: CONSUMERS,
    pauseMs: 1000,
    durationMs: (seconds + 1) * 1000,
  })
  const producer = await prepareLoad(
    produceJob(broker, topic, {
      partitions: PARTITIONS,
      connections: PARTITIONS,
      inFlight: 5,
      batchBytes: 65_536,
      recordBytes: 1000,
      seconds,
    }),
  )
  const sampling = sampleMemory(broker.pid)
  const consumed = consumers.begin()
  const produced = await producer.begin()
  const memory = sampling.stop()
  const { bytes } = await consumed
  await topic[Symbol.asyncDispose]()
  const fifth = Math.floor(memory.length / 5)
  const early = spread(memory.slice(fifth, 2 * fifth)).median
  const late = spread(memory.slice(-fifth)).median
  const { megabytes, p99 } = throughputSample(produced)
  return {
    megabytes: megabytes!,
    early,
    late,
    growth: late / early,
    peak: processMemory(broker.pid).peak / MIB,
    p99: p99!,
    consumed: bytes / 1e6 / seconds,
  }
}

/** Looks at a process's memory every half second until it is stopped; MiB. */
function sampleMemory(pid: number): { stop: () => number[] } {
  const samples: number[] = []
  const timer = setInterval(() => samples.push(processMemory(pid).resident / MIB), 500)
  return {
    stop: () => {
      clearInterval(timer)
      return samples
    },
  }
}
