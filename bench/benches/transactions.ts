import { fileURLToPath } from 'node:url'
import type { Bench, BenchContext } from '../bench.ts'
import type { RunningBroker } from '../brokers/broker.ts'
import { createTopic } from '../brokers/topic.ts'
import { contestAll } from '../contest.ts'
import { chronikCommit, chronikOs, kafkaDefault, type Contestant } from '../contestant.ts'
import { beginUsage } from '../load/usage.ts'
import { runJava } from '../peer/perf-tools.ts'
import type { Sample } from '../report/report.ts'

const LOAD = fileURLToPath(new URL('../peer/TransactionLoad.java', import.meta.url))
const PARTITIONS = 6
const RECORDS_PER_TRANSACTION = 100
const TRANSACTIONS_PER_SECOND = 150
const WARM_UP = 100

export const transactionsBench: Bench = {
  name: 'transactions',
  summary:
    'transactions of 100 records of 1 KB, one after the other, and a copy that reads and writes exactly once (needs Java and Maven)',
  async run(context) {
    const found = await contestAll(context, [
      {
        label: '100 records each',
        contestants: [chronikCommit, chronikOs, kafkaDefault],
        matches: [
          { ours: chronikCommit, theirs: kafkaDefault, metric: 'written', atLeast: 1 },
          { ours: chronikCommit, theirs: kafkaDefault, metric: 'copied', atLeast: 1 },
          { ours: chronikOs, theirs: kafkaDefault, metric: 'written', atLeast: 1 },
          { ours: chronikOs, theirs: kafkaDefault, metric: 'copied', atLeast: 1 },
        ],
        run: (broker, contestant) => runOnce(context, broker, contestant),
      },
    ])
    return {
      name: 'transactions',
      metrics: [
        { key: 'written', title: 'written records/s' },
        { key: 'copied', title: 'copied records/s' },
        { key: 'cpu', title: 'CPU-s/million' },
      ],
      ...found,
      notes: ['Kafka does not wait for the disk here, "chronik commit" does. Java’s clients on both sides.'],
    }
  },
}

async function runOnce(
  context: BenchContext,
  broker: RunningBroker,
  contestant: Contestant,
): Promise<Sample> {
  const topic = await createTopic(broker, PARTITIONS, contestant.topicConfigs)
  const copy = await createTopic(broker, PARTITIONS, contestant.topicConfigs)
  const transactions = Math.round(context.options.seconds * TRANSACTIONS_PER_SECOND)
  const end = beginUsage(broker.pid)
  const output = await runJava(
    [LOAD, `${broker.host}:${broker.port}`, topic.name, copy.name, String(transactions), String(WARM_UP)],
    'TransactionLoad',
  )
  const usage = end()
  const [written = Number.NaN, copied = Number.NaN] = output.trim().split(' ').map(Number)
  const records = (transactions + WARM_UP) * RECORDS_PER_TRANSACTION
  for (const side of [topic, copy]) {
    // Each transaction leaves a marker in every partition that it wrote to.
    const counted = (await side.counts()).reduce((sum, count) => sum + count, 0)
    if (counted <= records)
      throw new Error(`${contestant.label}: ${counted} offsets of ${records} records in ${side.name}`)
  }
  const cpu = (usage.brokerUser + usage.brokerSystem) / ((2 * records) / 1e6)
  await context.topics.retire(topic, records * 1000)
  await context.topics.retire(copy, records * 1000)
  return { written, copied, cpu }
}
