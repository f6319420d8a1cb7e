import type { Bench, BenchContext } from '../bench.ts'
import type { RunningBroker } from '../brokers/broker.ts'
import { createTopic } from '../brokers/topic.ts'
import { contestAll, type Cell } from '../contest.ts'
import { chronikCommit, chronikOs, kafkaDefault, kafkaFlush, type Contestant } from '../contestant.ts'
import { beginUsage } from '../load/usage.ts'
import { parseConsumerSummary, parseProducerSummary, runTool } from '../peer/perf-tools.ts'
import type { Sample } from '../report/report.ts'
import { usageSample } from './produce-once.ts'

const PARTITIONS = 6
const RECORD_BYTES = 1024
/** Records for each second that a run should take, roughly; Java's producer reaches more with one broker than the other. */
const RECORDS_PER_SECOND = 100_000
/** Kafka takes several times as long when it flushes. */
const FLUSH_SHARE = 0.25

export const javaClientsBench: Bench = {
  name: 'java-clients',
  summary:
    "Kafka's own ProducerPerformance and ConsumerPerformance, 1 KB records, 6 partitions (needs Java and Maven)",
  async run(context) {
    const found = await contestAll(context, [
      cellOf(context, 'default batches', []),
      cellOf(context, '128 KB batches', ['batch.size=131072', 'linger.ms=10', 'buffer.memory=67108864']),
    ])
    return {
      name: 'java-clients',
      metrics: [
        { key: 'produced', title: 'produced MB/s' },
        { key: 'produceCpu', title: 'CPU-s/GB' },
        { key: 'p50', title: 'p50 ms' },
        { key: 'p99', title: 'p99 ms' },
        { key: 'consumed', title: 'consumed MB/s' },
        { key: 'consumeCpu', title: 'CPU-s/GB' },
        { key: 'broker', title: 'broker cores' },
        { key: 'others', title: 'other cores' },
      ],
      ...found,
      notes: [
        'The clients are Java programs that start with each run, so they pay for their own compiling; "other cores" is mostly theirs.',
      ],
    }
  },
}

function cellOf(context: BenchContext, label: string, clientSettings: readonly string[]): Cell {
  return {
    label,
    contestants: [chronikCommit, kafkaFlush, chronikOs, kafkaDefault],
    matches: [
      { ours: chronikCommit, theirs: kafkaFlush, metric: 'produced', atLeast: 1 },
      { ours: chronikOs, theirs: kafkaDefault, metric: 'produced', atLeast: 0.8 },
      { ours: chronikCommit, theirs: kafkaDefault, metric: 'consumed', atLeast: 0.8 },
    ],
    run: (broker, contestant) => runOnce(context, broker, contestant, clientSettings),
  }
}

async function runOnce(
  context: BenchContext,
  broker: RunningBroker,
  contestant: Contestant,
  clientSettings: readonly string[],
): Promise<Sample> {
  const topic = await createTopic(broker, PARTITIONS, contestant.topicConfigs)
  const share = contestant === kafkaFlush ? FLUSH_SHARE : 1
  const records = Math.round(context.options.seconds * RECORDS_PER_SECOND * share)
  const bootstrap = `bootstrap.servers=${broker.host}:${broker.port}`
  const gigabytes = (records * RECORD_BYTES) / 1e9
  const endProduce = beginUsage(broker.pid)
  const output = await runTool('ProducerPerformance', {
    topic: topic.name,
    'num-records': records,
    'record-size': RECORD_BYTES,
    throughput: -1,
    'producer-props': [bootstrap, 'acks=all', 'compression.type=none', ...clientSettings],
  })
  const produceUsage = endProduce()
  const produced = parseProducerSummary(output)
  const counted = (await topic.counts()).reduce((sum, count) => sum + count, 0)
  if (counted !== records) {
    throw new Error(`${contestant.label}: ${records} records were sent and ${counted} are there`)
  }
  const endConsume = beginUsage(broker.pid)
  const consumed = parseConsumerSummary(
    await runTool('ConsumerPerformance', {
      'bootstrap-server': `${broker.host}:${broker.port}`,
      topic: topic.name,
      'num-records': records,
      timeout: 60_000,
    }),
  )
  const consumeUsage = endConsume()
  if (consumed.records < records)
    throw new Error(`${contestant.label}: ${consumed.records} of ${records} records were consumed`)
  await context.topics.retire(topic, records * RECORD_BYTES)
  const { client, outside, broker: brokerCores } = usageSample(produceUsage)
  return {
    produced: produced.megabytesPerSecond,
    produceCpu: (produceUsage.brokerUser + produceUsage.brokerSystem) / gigabytes,
    p50: produced.p50,
    p99: produced.p99,
    consumed: consumed.megabytesPerSecond,
    consumeCpu: (consumeUsage.brokerUser + consumeUsage.brokerSystem) / gigabytes,
    broker: brokerCores!,
    others: client! + outside!,
  }
}
