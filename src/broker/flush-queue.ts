import type { Scheduler } from '../env/scheduler.ts'

/** Something with answers to send. */
export interface Flushable {
  /** It is in a queue already. */
  flushQueued: boolean
  flush(): void
}

/** Connections with answers to send: all are flushed once, at the end of the event-loop turn, with one write each. */
export class FlushQueue {
  readonly #scheduler: Scheduler
  #connections: Flushable[] = []

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  add(connection: Flushable): void {
    if (connection.flushQueued) return
    connection.flushQueued = true
    this.#connections.push(connection)
    if (this.#connections.length === 1) this.#scheduler.endOfTurn(() => this.#flush())
  }

  #flush(): void {
    const connections = this.#connections
    this.#connections = []
    for (const connection of connections) connection.flush()
  }
}
