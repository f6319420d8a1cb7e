import { readdirSync, readlinkSync } from 'node:fs'
import type { MemoryUsage, ServerProcess } from '../crash/server-process.ts'
import { connect, sleep } from '../crash/connect.ts'

export interface Sample {
  readonly memory: MemoryUsage
  /** Open ones, without those of segment files, of which the server keeps a bounded number open. */
  readonly descriptors: number
}

/** Looks after the server while it is under attack: an honest client must be served in time, all the time. */
export class Health {
  readonly #server: ServerProcess
  readonly #report: (what: string) => void
  #stopped = false
  checks = 0
  slowestMs = 0

  constructor(server: ServerProcess, report: (what: string) => void) {
    this.#server = server
    this.#report = report
  }

  /** A new connection that asks for versions and metadata, every quarter of a second, until `stop`. */
  async watch(limitMs: number): Promise<void> {
    while (!this.#stopped && this.#server.exit === null) {
      const started = performance.now()
      try {
        const connection = await connect(this.#server.port)
        await using _ = connection
        await connection.request('Metadata', { topics: [], allowAutoTopicCreation: false })
      } catch (error) {
        if (this.#server.exit === null) this.#report(`an honest client was not served: ${String(error)}`)
      }
      const ms = performance.now() - started
      this.checks += 1
      this.slowestMs = Math.max(this.slowestMs, ms)
      if (ms > limitMs) this.#report(`an honest client waited ${Math.round(ms)} ms`)
      await sleep(250)
    }
    if (this.#server.exit !== null)
      this.#report(
        `the server ended, code ${this.#server.exit.code} signal ${this.#server.exit.signal}:\n${this.#server.output}`,
      )
  }

  stop(): void {
    this.#stopped = true
  }

  /** Memory after a collection, and open file descriptors. */
  async sample(): Promise<Sample> {
    const memory = await this.#server.memory()
    return { memory, descriptors: this.#descriptors() }
  }

  #descriptors(): number {
    const directory = `/proc/${this.#server.pid}/fd`
    return readdirSync(directory).filter((name) => {
      const target = linkOf(`${directory}/${name}`)
      return target !== null && !/\/log\/[^/]+\/\d+\.log$/.test(target)
    }).length
  }
}

/** Null when the descriptor was closed since it was listed. */
function linkOf(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
