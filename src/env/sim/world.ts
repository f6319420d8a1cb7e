import { SimDisk } from './disk.ts'
import type { DiskOptions } from './disk.ts'
import { SimFabric } from './fabric.ts'
import { Kernel } from './kernel.ts'
import type { KernelOptions } from './kernel.ts'
import { SimNode } from './node.ts'
import type { WireOptions } from './wire.ts'

export interface WorldOptions extends KernelOptions {
  readonly network?: Partial<WireOptions>
}

/** A simulated world: one kernel, one network, any number of machines. The seed decides everything that is left open. */
export class SimWorld {
  readonly kernel: Kernel
  readonly fabric: SimFabric
  readonly #nodes = new Map<string, SimNode>()

  constructor(seed: number, options: WorldOptions = {}) {
    this.kernel = new Kernel(seed, options)
    this.fabric = new SimFabric(this.kernel, options.network)
  }

  /** The machine of this name, made at the first call. Others reach it by its name or its address, 10.0.0.1 and up. */
  node(name: string, disk: DiskOptions = {}): SimNode {
    let node = this.#nodes.get(name)
    if (node === undefined) {
      const address = `10.0.0.${this.#nodes.size + 1}`
      this.fabric.addMachine(name, address)
      node = new SimNode(this.kernel, this.fabric, new SimDisk(this.kernel, name, disk), name, address)
      this.#nodes.set(name, node)
    }
    return node
  }
}
