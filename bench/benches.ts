import type { Bench } from './bench.ts'
import { endToEndBench } from './benches/end-to-end.ts'
import { latencyBench } from './benches/latency.ts'
import { produceBench } from './benches/produce.ts'
import { smallRequestsBench } from './benches/small-requests.ts'

/** All benchmarks, in the order in which `all` runs them. */
export const benches: readonly Bench[] = [produceBench, smallRequestsBench, latencyBench, endToEndBench]
