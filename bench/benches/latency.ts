import type { Bench, BenchContext } from '../bench.ts'
import { contestAll, type Cell, type Match } from '../contest.ts'
import { chronikCommit, chronikOs, kafkaDefault, kafkaFlush } from '../contestant.ts'
import type { Metric } from '../report/report.ts'
import { produceOnce, usageMetrics, usageSample } from './produce-once.ts'

/** Tails need more samples than throughput needs time. */
const LONGER = 2.5

export const latencyMetrics: readonly Metric[] = [
  { key: 'p50', title: 'p50 ms' },
  { key: 'p99', title: 'p99 ms' },
  { key: 'p999', title: 'p99.9 ms' },
  { key: 'max', title: 'max ms' },
]

export const latencyBench: Bench = {
  name: 'latency',
  summary: 'acknowledgement of single records of 1 KB, one after the other and at 1,000 a second',
  async run(context) {
    const cells = [
      cellOf(context, 'one in flight', null, [
        { ours: chronikCommit, theirs: kafkaFlush, metric: 'p50', atMost: 1 },
      ]),
      cellOf(context, '1,000/s', 1000, [
        { ours: chronikCommit, theirs: kafkaDefault, metric: 'p99', atMost: 1 },
        { ours: chronikCommit, theirs: kafkaDefault, metric: 'p999', atMost: 1 },
      ]),
    ]
    return {
      name: 'latency',
      metrics: [
        ...latencyMetrics,
        { key: 'requests', title: 'requests/s' },
        { key: 'late', title: 'sent late p99 ms' },
        { key: 'broker', title: 'broker cores' },
        ...usageMetrics,
      ],
      ...(await contestAll(context, cells)),
      notes: [
        'At 1,000/s a latency counts from the time at which its request was due, so "sent late" is the generator\'s share in it.',
      ],
    }
  },
}

function cellOf(context: BenchContext, label: string, rate: number | null, matches: readonly Match[]): Cell {
  return {
    label,
    contestants: [chronikCommit, kafkaFlush, chronikOs, kafkaDefault],
    matches,
    run: async (broker, contestant) => {
      const { latency, lateness, requests, usage } = await produceOnce(context, broker, contestant, {
        partitions: 1,
        connections: 1,
        inFlight: rate === null ? 1 : 1000,
        batchBytes: 0,
        recordBytes: 1000,
        seconds: context.options.seconds * LONGER,
        ...(rate === null ? {} : { rate }),
      })
      const { p50, p99, p999, max } = latency
      return {
        p50,
        p99,
        p999,
        max,
        requests: requests / usage.elapsed,
        late: lateness.p99,
        ...usageSample(usage),
      }
    },
  }
}
