import type { Bench, BenchContext } from '../bench.ts'
import { contestAll, type Cell } from '../contest.ts'
import { chronikCommit, kafkaDefault, type Contestant } from '../contestant.ts'
import { prepareLoad } from '../load/load-process.ts'
import { sleep } from '../load/sleep.ts'
import { processMemory } from '../machine/process-memory.ts'
import { produceOnce } from './produce-once.ts'

const CONNECTIONS = 10_000
const MIB = 2 ** 20

/** Room for the connections of the benchmark itself beside the 10,000, which are the default limit. */
const chronikMany: Contestant = {
  ...chronikCommit,
  label: 'chronik',
  settings: { ...chronikCommit.settings, 'max.connections': String(CONNECTIONS + 100) },
}

export const memoryBench: Bench = {
  name: 'memory',
  summary:
    'resident memory 10 s after the start, under load, and of each of 10,000 connections that do nothing',
  async run(context) {
    const found = await contestAll(context, [idleCell(context), loadCell(context), connectionsCell(context)])
    return {
      name: 'memory',
      metrics: [
        { key: 'resident', title: 'memory MiB' },
        { key: 'peak', title: 'peak MiB' },
        { key: 'perConnection', title: 'KiB per connection' },
      ],
      ...found,
      notes: [
        'Memory of connections in the kernel is not counted. The bar for a connection of ours is 12 KiB.',
      ],
    }
  },
}

function idleCell(context: BenchContext): Cell {
  return {
    label: 'idle',
    contestants: [chronikCommit, kafkaDefault],
    matches: [{ ours: chronikCommit, theirs: kafkaDefault, metric: 'resident', atMost: 0.5 }],
    withoutBroker: async (contestant) => {
      const broker = await context.brokers.start(contestant, context.brokers.newDirectory(contestant))
      await sleep(10_000)
      const { resident, peak } = processMemory(broker.pid)
      await broker.kill()
      return { resident: resident / MIB, peak: peak / MIB }
    },
  }
}

function loadCell(context: BenchContext): Cell {
  return {
    label: 'under load',
    contestants: [chronikCommit, kafkaDefault],
    matches: [{ ours: chronikCommit, theirs: kafkaDefault, metric: 'resident', atMost: 0.6 }],
    run: async (broker, contestant) => {
      const { usage } = await produceOnce(context, broker, contestant, {
        partitions: 6,
        connections: 6,
        inFlight: 5,
        batchBytes: 65_536,
        recordBytes: 1000,
        seconds: context.options.seconds,
      })
      return { resident: usage.brokerResident / MIB, peak: processMemory(broker.pid).peak / MIB }
    },
  }
}

/** A fresh server each time; the first connections pay for what is made once, so 100 are there before. */
function connectionsCell(context: BenchContext): Cell {
  return {
    label: '10,000 connections',
    contestants: [chronikMany, kafkaDefault],
    matches: [],
    withoutBroker: async (contestant) => {
      const broker = await context.brokers.start(contestant, context.brokers.newDirectory(contestant))
      const job = { kind: 'connections', host: broker.host, port: broker.port } as const
      const first = await prepareLoad({ ...job, connections: 100 })
      await sleep(5000)
      const before = processMemory(broker.pid).resident
      const load = await prepareLoad({ ...job, connections: CONNECTIONS - 100 })
      await sleep(3000)
      const { resident, peak } = processMemory(broker.pid)
      await first.begin()
      await load.begin()
      await broker.kill()
      return {
        resident: resident / MIB,
        peak: peak / MIB,
        perConnection: (resident - before) / 1024 / (CONNECTIONS - 100),
      }
    },
  }
}
