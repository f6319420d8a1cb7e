import type { Env } from '../env.ts'
import { nodeClock } from './clock.ts'
import { nodeFiles } from './files.ts'
import { nodeNetwork } from './network.ts'
import { nodeRandom } from './random.ts'
import { nodeScheduler } from './scheduler.ts'

/** The real environment: this machine's clock, disk and network. */
export function nodeEnv(): Env {
  return {
    clock: nodeClock,
    random: nodeRandom,
    scheduler: nodeScheduler,
    files: nodeFiles,
    network: nodeNetwork,
  }
}
