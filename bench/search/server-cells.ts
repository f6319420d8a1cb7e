import type { BenchContext } from '../bench.ts'
import { produceOnce } from '../benches/produce-once.ts'
import { chronikCommit, type Contestant } from '../contestant.ts'
import type { Sample } from '../report/report.ts'
import { freshMillis } from './fresh-search.ts'
import { percentiles } from './percentiles.ts'
import type { EngineCell } from './search-contest.ts'

const searching: Contestant = {
  ...chronikCommit,
  settings: { ...chronikCommit.settings, 'search.enable': 'true' },
}
const plain: Contestant = {
  ...chronikCommit,
  settings: { ...chronikCommit.settings, 'search.enable': 'false' },
}
/** As long as the log records of the other measures. */
const RECORD_BYTES = 300

/** What is measured of a whole server. */
export function serverCells(context: BenchContext): EngineCell[] {
  const { seconds } = context.options
  return [
    {
      label: 'acknowledged to found, 20 MB/s',
      engines: ['chronik'],
      bars: [],
      run: async () => percentiles(await freshMillis(await context.brokers.of(searching), seconds * 2)),
    },
    {
      label: 'produce 64 KB, with search',
      engines: ['chronik'],
      bars: [],
      run: async (): Promise<Sample> => {
        const without = await produceLogs(context, plain)
        const megabytes = await produceLogs(context, searching)
        return { megabytes, without, share: (megabytes / without) * 100 }
      },
    },
  ]
}

/** MB/s at full speed. What is behind with indexing goes with the server. */
async function produceLogs(context: BenchContext, contestant: Contestant): Promise<number> {
  const { bytes, usage } = await produceOnce(context, await context.brokers.of(contestant), contestant, {
    partitions: 6,
    connections: 6,
    inFlight: 5,
    batchBytes: 65_536,
    recordBytes: RECORD_BYTES,
    seconds: context.options.seconds,
    payload: 'logs',
  })
  await context.brokers.discard(contestant)
  return bytes / 1e6 / usage.elapsed
}
