import type { Bench, BenchContext } from '../bench.ts'
import { contestAll, type Cell, type Match } from '../contest.ts'
import { chronikCommit, chronikOs, kafkaDefault, kafkaFlush } from '../contestant.ts'
import type { BenchReport } from '../report/report.ts'
import { produceOnce, throughputMetrics, throughputSample } from './produce-once.ts'

interface Size {
  readonly label: string
  readonly batchBytes: number
  /** Least ratios of MB/s: both durable, and both to the page cache only. */
  readonly durable: number
  readonly cached: number
  /** Least ratio of ours, durable, to Kafka's default, which is not. */
  readonly across?: number
}

const sizes: readonly Size[] = [
  { label: '16 KB', batchBytes: 16_384, durable: 3, cached: 1, across: 0.5 },
  { label: '64 KB', batchBytes: 65_536, durable: 1.5, cached: 0.9 },
  { label: '1 MB', batchBytes: 1_000_000, durable: 1, cached: 0.8 },
]

export const produceBench: Bench = {
  name: 'produce',
  summary:
    'records of 1 KB to 6 partitions in batches of 16 KB, 64 KB and 1 MB, durable and to the page cache',
  async run(context: BenchContext): Promise<BenchReport> {
    const cells = sizes.map((size) => cellOf(size, context))
    return { name: 'produce', metrics: throughputMetrics, ...(await contestAll(context, cells)), notes: [] }
  },
}

function cellOf({ label, batchBytes, durable, cached, across }: Size, context: BenchContext): Cell {
  const matches: Match[] = [
    { ours: chronikCommit, theirs: kafkaFlush, metric: 'megabytes', atLeast: durable },
    { ours: chronikCommit, theirs: kafkaFlush, metric: 'cpu', atMost: 0.8 },
    { ours: chronikOs, theirs: kafkaDefault, metric: 'megabytes', atLeast: cached },
  ]
  if (across !== undefined) {
    matches.push({ ours: chronikCommit, theirs: kafkaDefault, metric: 'megabytes', atLeast: across })
  }
  return {
    label,
    contestants: [chronikCommit, kafkaFlush, chronikOs, kafkaDefault],
    matches,
    run: async (broker, contestant) => {
      const result = await produceOnce(context, broker, contestant, {
        partitions: 6,
        connections: 6,
        inFlight: 5,
        batchBytes,
        recordBytes: 1000,
        seconds: context.options.seconds,
      })
      return { ...throughputSample(result), written: result.writtenShare }
    },
  }
}
