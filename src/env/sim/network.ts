import type { Connection, Listener, ListenOptions, Network } from '../network.ts'
import type { BoundListener, SimFabric } from './fabric.ts'
import type { SimProcess } from './process.ts'

/** How long a kernel tries to connect when nobody answers (Linux: six retries). */
const connectTimeoutMs = 127_000
const retryMs = 1_000

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(`${message} (${code})`), { code })
}

/** A process's view of the simulated network. TLS is not simulated. */
export class SimNetwork implements Network {
  readonly #fabric: SimFabric
  readonly #process: SimProcess

  constructor(fabric: SimFabric, process: SimProcess) {
    this.#fabric = fabric
    this.#process = process
  }

  listen(options: ListenOptions, accept: (connection: Connection) => void): Promise<Listener> {
    return new Promise((resolve, reject) => {
      this.#soon('listen', () => {
        if (options.tls !== undefined) {
          reject(new Error('the simulated network has no TLS; listen without it'))
          return
        }
        const { host } = options
        const machine = this.#process.name
        const port = options.port === 0 ? this.#fabric.freePort(machine) : options.port
        const listener: BoundListener = { process: this.#process, machine, host, port, accept }
        if (this.#fabric.bind(listener)) resolve(this.#opened(listener))
        else reject(systemError('EADDRINUSE', `cannot listen on ${host}:${port}`))
      })
    })
  }

  connect(host: string, port: number, options?: { readonly timeoutMs?: number }): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const { kernel } = this.#fabric
      const deadlineMs = kernel.nowMs + (options?.timeoutMs ?? connectTimeoutMs)
      const attempt = (): void => {
        const machine = this.#fabric.resolve(this.#process.name, host)
        if (machine === null) {
          reject(systemError('ENOTFOUND', `no machine ${host}`))
        } else if (this.#reaches(machine)) {
          const listener = this.#fabric.listener(machine, host, port)
          if (listener === null) reject(systemError('ECONNREFUSED', `connect ${host}:${port}`))
          else resolve(this.#fabric.join(this.#process, host, listener))
        } else if (kernel.nowMs >= deadlineMs) {
          reject(systemError('ETIMEDOUT', `no connection to ${host}:${port}`))
        } else this.#after(Math.min(retryMs, deadlineMs - kernel.nowMs), 'connect again', attempt)
      }
      const { minLatencyMs, maxLatencyMs } = this.#fabric.options
      this.#after(2 * this.#fabric.random.between(minLatencyMs, maxLatencyMs), 'connect', attempt)
    })
  }

  #opened(listener: BoundListener): Listener {
    const close = (): Promise<void> => {
      this.#fabric.unbind(listener)
      return new Promise((resolve) => this.#soon('stop listening', resolve))
    }
    return { host: listener.host, port: listener.port, close, [Symbol.asyncDispose]: close }
  }

  /** A connection needs both directions. */
  #reaches(machine: string): boolean {
    const own = this.#process.name
    return this.#fabric.passes(own, machine) && this.#fabric.passes(machine, own)
  }

  #soon(label: string, work: () => void): void {
    this.#after(0, label, work)
  }

  #after(delayMs: number, label: string, work: () => void): void {
    this.#fabric.kernel.schedule(delayMs, `${this.#process.name} ${label}`, () => {
      if (this.#process.alive) work()
    })
  }
}
