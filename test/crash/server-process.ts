import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FaultPlan } from './fault-plan.ts'
import { encodeFaultPlan } from './fault-plan.ts'

export interface ServerOptions {
  readonly dataDirectory: string
  readonly port: number
  readonly settings: Readonly<Record<string, string | number>>
  readonly plan?: FaultPlan
  readonly nodeArguments?: readonly string[]
}

export type ServerExit = { readonly signal: NodeJS.Signals | null; readonly code: number | null }

const readyMs = 180_000
/** The last lines of output, for the report when something goes wrong. */
const outputLines = 200

export interface MemoryUsage {
  readonly rss: number
  readonly heapUsed: number
  readonly external: number
  readonly arrayBuffers: number
}

/** One run of the server in a process of its own. */
export class ServerProcess {
  readonly pid: number
  readonly port: number
  readonly exited: Promise<ServerExit>
  readonly #child: ChildProcess
  readonly #output: string[] = []
  #exit: ServerExit | null = null
  #ready = Promise.withResolvers<void>()
  #httpPort = 0
  #memory: PromiseWithResolvers<MemoryUsage> | null = null

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.pid = child.pid ?? -1
    this.port = port
    this.exited = once(child, 'exit').then(([code, signal]) => (this.#exit = { code, signal }))
    let rest = ''
    const take = (text: string): void => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#line(line)
    }
    child.stdout?.setEncoding('utf8').on('data', take)
    child.stderr?.setEncoding('utf8').on('data', take)
  }

  /** Starts it and waits until clients can connect; null when the process ended before that, as a crash point may have it. */
  static async start(options: ServerOptions): Promise<{ process: ServerProcess; ready: boolean }> {
    const cache = join(tmpdir(), 'chronik-test-compile-cache')
    mkdirSync(cache, { recursive: true })
    const settings = Object.entries({
      'data.dir': options.dataDirectory,
      'kafka.listen': `127.0.0.1:${options.port}`,
      'http.listen': '127.0.0.1:0',
      ...options.settings,
    }).map(([name, value]) => `${name}=${value}`)
    const child = spawn(
      process.execPath,
      [...(options.nodeArguments ?? []), join(import.meta.dirname, 'server.ts'), ...settings],
      {
        env: { ...process.env, NODE_COMPILE_CACHE: cache, ...encodeFaultPlan(options.plan ?? {}) },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    // A suite that fails must not leave servers behind.
    const end = (): void => void child.kill('SIGKILL')
    process.once('exit', end)
    child.once('exit', () => process.off('exit', end))
    const server = new ServerProcess(child, options.port)
    const timer = setTimeout(() => {
      server.#output.push(`not ready within ${readyMs} ms`)
      server.kill()
    }, readyMs)
    const ready = await Promise.race([
      server.#ready.promise.then(() => true),
      server.exited.then(() => false),
    ])
    clearTimeout(timer)
    return { process: server, ready }
  }

  get exit(): ServerExit | null {
    return this.#exit
  }

  get httpPort(): number {
    return this.#httpPort
  }

  get output(): string {
    return this.#output.join('\n')
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Asks for an orderly stop. */
  stop(): void {
    this.#child.kill('SIGTERM')
  }

  pause(): void {
    this.#child.kill('SIGSTOP')
  }

  resume(): void {
    this.#child.kill('SIGCONT')
  }

  /** Memory after a garbage collection; needs `--expose-gc` in the arguments for Node. */
  async memory(): Promise<MemoryUsage> {
    this.#memory ??= Promise.withResolvers()
    const { promise } = this.#memory
    this.#child.kill('SIGUSR2')
    const ended = this.exited.then(() => {
      throw new Error('the server ended while its memory was looked at')
    })
    return Promise.race([promise, ended])
  }

  #line(line: string): void {
    if (line.startsWith('ready ')) {
      // This is what server.ts prints.
      const { http } = JSON.parse(line.slice(6)) as { http: { port: number } }
      this.#httpPort = http.port
      this.#ready.resolve()
      return
    }
    if (line.startsWith('memory ') && this.#memory !== null) {
      // This is what server.ts prints.
      this.#memory.resolve(JSON.parse(line.slice(7)) as MemoryUsage)
      this.#memory = null
      return
    }
    this.#output.push(line)
    if (this.#output.length > outputLines) this.#output.shift()
  }
}

/**
 * A port below the ephemeral range that nobody listens on now; a server can be restarted on it again and again. Between two servers it
 * is free again, so suites that run at once each search a range of their own.
 */
export async function freePort(from: number): Promise<number> {
  for (let port = from + (process.pid % 100) * 9; port < 32_000; port++) {
    const server = net.createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!free) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
  throw new Error(`no port from ${from} to 32000 is free`)
}
