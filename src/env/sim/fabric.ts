import type { Connection } from '../network.ts'
import { SimConnection } from './connection.ts'
import type { SimEndpoint } from './connection.ts'
import type { Kernel } from './kernel.ts'
import type { Prng } from './prng.ts'
import type { SimProcess } from './process.ts'
import type { Wire, WireOptions, WireWorld } from './wire.ts'

const firstPort = 20_000
const lastPort = 32_767

const defaultOptions: WireOptions = {
  minLatencyMs: 0.05,
  maxLatencyMs: 1,
  maxPacketBytes: 64 * 1024,
  windowBytes: 256 * 1024,
  resetChance: 0,
}

export interface BoundListener {
  readonly process: SimProcess
  readonly machine: string
  readonly host: string
  readonly port: number
  readonly accept: (connection: Connection) => void
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/** The network between the machines of a simulation, with its faults. Machines are known by name and by address. */
export class SimFabric implements WireWorld {
  readonly kernel: Kernel
  readonly random: Prng
  readonly options: WireOptions
  readonly #addresses = new Map<string, string>()
  readonly #listeners = new Set<BoundListener>()
  readonly #connections = new Set<SimConnection>()
  readonly #cuts = new Set<string>()
  readonly #down = new Set<string>()
  readonly #nextPort = new Map<string, number>()
  #blockedWires: Wire[] = []

  constructor(kernel: Kernel, options: Partial<WireOptions> = {}) {
    this.kernel = kernel
    this.random = kernel.random('network')
    this.options = { ...defaultOptions, ...options }
  }

  addMachine(machine: string, address: string): void {
    this.#addresses.set(machine, address)
  }

  /** From now on nothing passes from one machine to the other, in this direction; what is under way waits. */
  cut(from: string, to: string): void {
    this.#cuts.add(`${from} ${to}`)
    this.kernel.trace(`cut ${from} ${to}`)
  }

  /** Ends all cuts. */
  heal(): void {
    this.#cuts.clear()
    this.kernel.trace('heal')
    this.#unblock()
  }

  /** Resets every connection that has an end at this machine. */
  reset(machine: string): void {
    this.kernel.trace(`reset ${machine}`)
    for (const connection of this.#connections) {
      if (connection.process.name === machine) connection.reset()
    }
  }

  /** A machine without power swallows everything; after its return it answers data of old connections with resets. */
  setPower(machine: string, isOn: boolean): void {
    if (!isOn) this.#down.add(machine)
    else if (this.#down.delete(machine)) this.#unblock()
  }

  passes(from: string, to: string): boolean {
    return !this.#cuts.has(`${from} ${to}`) && !this.#down.has(to)
  }

  block(wire: Wire): void {
    this.#blockedWires.push(wire)
  }

  bind(listener: BoundListener): boolean {
    const isTaken = [...this.#listeners].some(
      ({ machine, host, port }) =>
        machine === listener.machine &&
        port === listener.port &&
        (host === listener.host || isWildcard(host) || isWildcard(listener.host)),
    )
    if (isTaken) return false
    this.#listeners.add(listener)
    listener.process.onDeath(() => this.#listeners.delete(listener))
    return true
  }

  unbind(listener: BoundListener): void {
    this.#listeners.delete(listener)
  }

  /** A port that nobody on the machine listens on or was given lately. */
  freePort(machine: string): number {
    const port = this.#nextPort.get(machine) ?? firstPort
    this.#nextPort.set(machine, port === lastPort ? firstPort : port + 1)
    const isTaken = [...this.#listeners].some((other) => other.machine === machine && other.port === port)
    return isTaken ? this.freePort(machine) : port
  }

  /** The machine that `host` means when it is said on `machine`, or null. */
  resolve(machine: string, host: string): string | null {
    if (isLoopback(host)) return machine
    for (const [name, address] of this.#addresses) if (name === host || address === host) return name
    return null
  }

  listener(machine: string, host: string, port: number): BoundListener | null {
    for (const listener of this.#listeners) {
      if (listener.machine !== machine || listener.port !== port) continue
      if (isWildcard(listener.host) || isLoopback(listener.host) === isLoopback(host)) return listener
    }
    return null
  }

  /** Makes both ends of a connection, and hands the accepting one to the listener. */
  join(process: SimProcess, host: string, listener: BoundListener): SimConnection {
    const local = this.#endpoint(process.name, host, this.freePort(process.name))
    const remote = this.#endpoint(listener.machine, host, listener.port)
    const connecting = new SimConnection(this, process, local, remote)
    const accepting = new SimConnection(this, listener.process, remote, local)
    SimConnection.join(connecting, accepting)
    this.#remember(connecting)
    this.#remember(accepting)
    listener.accept(accepting)
    return connecting
  }

  #remember(connection: SimConnection): void {
    this.#connections.add(connection)
    connection.onGone = () => this.#connections.delete(connection)
  }

  #endpoint(machine: string, host: string, port: number): SimEndpoint {
    const address = isLoopback(host) ? '127.0.0.1' : this.#addresses.get(machine)
    if (address === undefined) throw new Error(`there is no machine ${machine} in this simulation`)
    return { machine, address, port }
  }

  #unblock(): void {
    const wires = this.#blockedWires
    this.#blockedWires = []
    for (const wire of wires) wire.unblock()
  }
}
