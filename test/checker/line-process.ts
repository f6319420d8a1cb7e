import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A program that takes one request per line of JSON on stdin and gives one answer per line on stdout, in that order. */
export class LineProcess {
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  #waiting: PromiseWithResolvers<unknown>[] = []
  #errors = ''

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const end = (): void => void this.#child.kill('SIGKILL')
    process.once('exit', end)
    this.#exited = once(this.#child, 'exit').then(() => {
      process.off('exit', end)
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`the client ended: ${this.#errors}`))
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-500)
    })
    // Of a process that was killed; the requests are rejected by its exit.
    this.#child.stdin?.on('error', () => {})
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        const answer = JSON.parse(line) as { result?: unknown; error?: string }
        const waiting = this.#waiting.shift()
        if (answer.error === undefined) waiting?.resolve(answer.result)
        else waiting?.reject(new Error(answer.error))
      })
    }
  }

  /** The caller knows what the method gives. */
  async ask<T>(method: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<T> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      throw new Error('the client has ended')
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.push(waiting)
    this.#child.stdin?.write(`${JSON.stringify({ method, ...parameters })}\n`)
    return (await waiting.promise) as T
  }

  async pause(ms: number): Promise<void> {
    this.#child.kill('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, ms))
    this.#child.kill('SIGCONT')
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }
}
