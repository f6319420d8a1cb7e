import type { Env } from '../env.ts'
import type { DiskOptions } from './disk.ts'
import type { Kernel } from './kernel.ts'
import type { SimNode } from './node.ts'
import { SimWorld } from './world.ts'
import type { WorldOptions } from './world.ts'

export interface SimEnvOptions extends WorldOptions {
  readonly disk?: DiskOptions
}

/** A booted machine in a world of its own. Await what runs on it with `kernel.settle`. */
export interface SimEnv extends Env {
  readonly world: SimWorld
  readonly kernel: Kernel
  readonly node: SimNode
}

/**
 * One simulated machine, for tests that need no second one. After `node.kill()` or `node.crash()`, `node.boot()` gives the
 * environment of its next process.
 */
export function simEnv(seed: number, options: SimEnvOptions = {}): SimEnv {
  const world = new SimWorld(seed, options)
  const node = world.node('node', options.disk)
  return { ...node.boot(), world, kernel: world.kernel, node }
}
