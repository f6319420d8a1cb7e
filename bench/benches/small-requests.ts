import type { Bench } from '../bench.ts'
import { contestAll } from '../contest.ts'
import { chronikCommit, chronikOs, kafkaDefault } from '../contestant.ts'
import { produceOnce, throughputSample, usageMetrics } from './produce-once.ts'

export const smallRequestsBench: Bench = {
  name: 'small-requests',
  summary: 'requests of a single record of 100 B over 8 connections',
  async run(context) {
    const load = {
      partitions: 8,
      connections: 8,
      inFlight: 5,
      batchBytes: 0,
      recordBytes: 100,
      seconds: context.options.seconds,
    }
    const found = await contestAll(context, [
      {
        label: '100 B',
        contestants: [chronikCommit, chronikOs, kafkaDefault],
        matches: [chronikCommit, chronikOs].map((ours) => ({
          ours,
          theirs: kafkaDefault,
          metric: 'requests',
          atLeast: 1,
        })),
        run: async (broker, contestant) =>
          throughputSample(await produceOnce(context, broker, contestant, load)),
      },
    ])
    return {
      name: 'small-requests',
      metrics: [
        { key: 'requests', title: 'requests/s' },
        { key: 'broker', title: 'broker cores' },
        { key: 'p50', title: 'p50 ms' },
        { key: 'p99', title: 'p99 ms' },
        ...usageMetrics,
      ],
      ...found,
      notes: [],
    }
  },
}
