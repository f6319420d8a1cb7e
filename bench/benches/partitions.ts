import type { Bench, BenchContext } from '../bench.ts'
import { createTopic, type BenchTopic } from '../brokers/topic.ts'
import { contestAll, type Cell } from '../contest.ts'
import { chronikCommit, kafkaDefault } from '../contestant.ts'
import { runLoad } from '../load/load-process.ts'
import { processMemory } from '../machine/process-memory.ts'
import { produceJob, throughputMetrics, throughputSample, verifyCounts } from './produce-once.ts'

const LOADED = 1000
const MANY = 10_000
const TOPICS = 10
const FIRST_SECONDS = 15
const STEADY_SECONDS = 5

export const partitionsBench: Bench = {
  name: 'partitions',
  summary:
    'batches of 16 KB to 1,000 partitions, from their creation on; 10,000 partitions made and found again after kill -9',
  async run(context) {
    const found = await contestAll(context, [loadCell(context), manyCell(context)])
    return {
      name: 'partitions',
      metrics: [
        { key: 'first', title: 'first 15 s MB/s' },
        { key: 'firstCpu', title: 'CPU-s/GB' },
        ...throughputMetrics
          .filter(({ key }) => key !== 'written')
          .map((metric) => (metric.key === 'megabytes' ? { ...metric, title: 'then MB/s' } : metric)),
        { key: 'creation', title: 'creation s' },
        { key: 'recovery', title: 'ready after kill s' },
        { key: 'resident', title: 'memory MiB' },
      ],
      ...found,
      notes: [
        'The bars for 10,000 partitions: made in 20 s, ready 10 s after the start that follows a kill -9.',
      ],
    }
  },
}

function loadCell(context: BenchContext): Cell {
  const load = { partitions: LOADED, connections: 6, inFlight: 5, batchBytes: 16_384, recordBytes: 1000 }
  const pair = { ours: chronikCommit, theirs: kafkaDefault }
  return {
    label: '1,000 loaded',
    contestants: [chronikCommit, kafkaDefault],
    matches: [
      { ...pair, metric: 'first', atLeast: 3 },
      { ...pair, metric: 'megabytes', atLeast: 0.5 },
    ],
    run: async (broker, contestant) => {
      const topic = await createTopic(broker, LOADED, contestant.topicConfigs)
      const first = await runLoad(
        produceJob(broker, topic, { ...load, seconds: FIRST_SECONDS, warmUpSeconds: 0 }),
      )
      const steady = await runLoad(produceJob(broker, topic, { ...load, seconds: STEADY_SECONDS }))
      await verifyCounts(
        contestant.label,
        topic,
        first.acknowledged.map((count, partition) => count + steady.acknowledged[partition]!),
      )
      await context.topics.retire(topic, first.bytes + steady.bytes)
      const { megabytes, cpu } = throughputSample(first) as { megabytes: number; cpu: number }
      return { first: megabytes, firstCpu: cpu, ...throughputSample(steady) }
    },
  }
}

/** A fresh server each time. Ready means that every partition answers ListOffsets. */
function manyCell(context: BenchContext): Cell {
  return {
    label: '10,000 made',
    contestants: [chronikCommit, kafkaDefault],
    matches: [
      { ours: chronikCommit, theirs: kafkaDefault, metric: 'creation', atMost: 1 },
      { ours: chronikCommit, theirs: kafkaDefault, metric: 'recovery', atMost: 1 },
    ],
    withoutBroker: async (contestant) => {
      const directory = context.brokers.newDirectory(contestant)
      const broker = await context.brokers.start(contestant, directory)
      const creationAt = performance.now()
      const topics: BenchTopic[] = []
      for (let index = 0; index < TOPICS; index++) topics.push(await createTopic(broker, MANY / TOPICS))
      const creation = (performance.now() - creationAt) / 1000
      await broker.kill()
      const restarted = await context.brokers.start(contestant, directory)
      for (const topic of topics) await topic.counts()
      const recovery = (performance.now() - restarted.startedAt) / 1000
      const resident = processMemory(restarted.pid).resident / 2 ** 20
      await restarted.kill()
      return { creation, recovery, resident }
    },
  }
}
