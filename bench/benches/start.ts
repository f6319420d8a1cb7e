import { rmSync } from 'node:fs'
import type { Bench, BenchContext } from '../bench.ts'
import type { RunningBroker } from '../brokers/broker.ts'
import { createTopic, type BenchTopic } from '../brokers/topic.ts'
import { contestAll, type Cell } from '../contest.ts'
import { chronikCommit, kafkaDefault, type Contestant } from '../contestant.ts'
import { processMemory } from '../machine/process-memory.ts'
import { fillTopic } from './fill-topic.ts'

const PARTITIONS = 6
const FULL_BYTES = 5e9

export const startBench: Bench = {
  name: 'start',
  summary:
    'from the start of the process to the first acknowledged record: empty, and after kill -9 with 5 GB of log',
  async run(context) {
    const cells = [emptyCell(context), killedCell(context)]
    return {
      name: 'start',
      metrics: [
        { key: 'seconds', title: 'seconds' },
        { key: 'resident', title: 'memory MiB' },
      ],
      ...(await contestAll(context, cells)),
      notes: [
        'Empty: until a record is acknowledged by a topic that is created on the way. After kill -9: until each of 6 partitions has acknowledged one.',
      ],
    }
  },
}

const matches = [{ ours: chronikCommit, theirs: kafkaDefault, metric: 'seconds', atMost: 0.3 }]

/** A server of its own, with a new directory, in each run. */
function emptyCell(context: BenchContext): Cell {
  return {
    label: 'empty',
    contestants: [chronikCommit, kafkaDefault],
    matches,
    withoutBroker: async (contestant) => {
      const directory = context.brokers.newDirectory(contestant)
      const broker = await context.brokers.start(contestant, directory)
      const topic = await createTopic(broker, 1)
      await topic.produceRecord(0)
      const seconds = (performance.now() - broker.startedAt) / 1000
      const resident = processMemory(broker.pid).resident / 2 ** 20
      await topic[Symbol.asyncDispose]()
      await broker.kill()
      rmSync(directory, { recursive: true, force: true })
      return { seconds, resident }
    },
  }
}

/** The same directory in each run, filled before the first one. The page cache stays as the killed server left it. */
function killedCell(context: BenchContext): Cell {
  const topics = new Map<Contestant, BenchTopic>()
  return {
    label: `kill -9, ${FULL_BYTES / 1e9} GB`,
    contestants: [chronikCommit, kafkaDefault],
    matches,
    run: async (broker: RunningBroker, contestant) => {
      let topic = topics.get(contestant)
      if (topic === undefined) {
        topic = await fillTopic(broker, contestant, PARTITIONS, FULL_BYTES)
        topics.set(contestant, topic)
      }
      const before = await topic.counts()
      const restarted = await context.brokers.restart(contestant, 'kill')
      for (let partition = 0; partition < PARTITIONS; partition++) await topic.produceRecord(partition)
      const seconds = (performance.now() - restarted.startedAt) / 1000
      const after = await topic.counts()
      const lost = after.findIndex((count, partition) => count !== before[partition]! + 1)
      if (lost >= 0) {
        throw new Error(
          `${contestant.label}: partition ${lost} had ${before[lost]} records, ${after[lost]} with the new one`,
        )
      }
      return { seconds, resident: processMemory(restarted.pid).resident / 2 ** 20 }
    },
  }
}
