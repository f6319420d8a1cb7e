import type { Clock } from './clock.ts'
import type { Files } from './files.ts'
import type { Network } from './network.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** Everything that the product takes from outside itself. `node/` has the real one, `sim/` the deterministic one. */
export interface Env {
  readonly clock: Clock
  readonly random: Random
  readonly scheduler: Scheduler
  readonly files: Files
  readonly network: Network
}
