import type { Bench } from './bench.ts'
import { endToEndBench } from './benches/end-to-end.ts'
import { fetchBench } from './benches/fetch.ts'
import { javaClientsBench } from './benches/java-clients.ts'
import { latencyBench } from './benches/latency.ts'
import { memoryBench } from './benches/memory.ts'
import { partitionsBench } from './benches/partitions.ts'
import { produceBench } from './benches/produce.ts'
import { smallRequestsBench } from './benches/small-requests.ts'
import { searchBench } from './benches/search.ts'
import { groupsBench } from './benches/groups.ts'
import { soakBench } from './benches/soak.ts'
import { startBench } from './benches/start.ts'
import { transactionsBench } from './benches/transactions.ts'

/** All benchmarks, in the order in which `all` runs them. */
export const benches: readonly Bench[] = [
  produceBench,
  smallRequestsBench,
  latencyBench,
  endToEndBench,
  fetchBench,
  partitionsBench,
  startBench,
  memoryBench,
  javaClientsBench,
  transactionsBench,
  groupsBench,
  searchBench,
  soakBench,
]
