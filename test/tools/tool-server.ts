import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('ToolServer.java', import.meta.url))
const LOGGING = fileURLToPath(new URL('log4j2.properties', import.meta.url))
const TIMEOUT_MS = 120_000

export interface ToolAnswer {
  readonly code: number
  readonly text: string
}

/** A Java machine that runs tool after tool, in the order in which they are asked for; see ToolServer.java. */
export class ToolServer implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #answer: ((answer: ToolAnswer) => void) | null = null
  #fail: (error: Error) => void = () => {}
  #printed = ''

  constructor(classPath: string) {
    const flags = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
    this.#child = spawn('java', [
      ...flags,
      `-Dlog4j2.configurationFile=${LOGGING}`,
      '-cp',
      classPath,
      PROGRAM,
    ])
    this.#ended = once(this.#child, 'close')
    this.#child.on('error', (error) => this.#fail(error))
    this.#child.on('close', (code) => this.#fail(new Error(`java ended with ${code}: ${this.#printed}`)))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#printed += text))
    if (this.#child.stdout === null) throw new Error('java has no output')
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#answer?.(JSON.parse(line) as ToolAnswer)
    })
  }

  /** One request at a time. */
  async ask(request: object): Promise<ToolAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<ToolAnswer>()
    this.#answer = resolve
    this.#fail = reject
    const timer = setTimeout(() => {
      reject(new Error(`no answer in ${TIMEOUT_MS / 1000} s: ${JSON.stringify(request)}`))
      this.#child.kill('SIGKILL')
    }, TIMEOUT_MS)
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`)
    return await promise.finally(() => clearTimeout(timer))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail = () => {}
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
