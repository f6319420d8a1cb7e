import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const STDERR_CHARS_MAX = 20_000
/** These programs are many and short: their JVM is to start quickly and to stay small. */
const JVM_FLAGS = [
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
]

export interface JavaCommand {
  readonly classPath: string
  /** A class, or the path of a source file of which it is the first. */
  readonly mainClass: string
  readonly args: readonly string[]
  /** Given to the JVM, after the flags that all have. */
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Called with each line that it prints to its standard output. */
  readonly onLine?: (line: string) => void
}

/** A Java program in a process of its own; disposing of it kills it. */
export class JavaProgram implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #name: string
  #stderr = ''
  /** Resolves with the exit code, null after a signal, when all its output has been read. */
  readonly ended: Promise<number | null>

  constructor({ classPath, mainClass, args, flags = [], environment = {}, onLine }: JavaCommand) {
    this.#name = mainClass.replace(/\.java$/, '').replace(/^.*[./]/, '')
    const heap = flags.some((flag) => flag.startsWith('-Xmx')) ? [] : ['-Xmx256m']
    const child = spawn('java', [...heap, ...JVM_FLAGS, ...flags, '-cp', classPath, mainClass, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    })
    this.#child = child
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARS_MAX)
    })
    if (onLine === undefined) child.stdout.resume()
    else createInterface({ input: child.stdout }).on('line', onLine)
    this.ended = once(child, 'close').then(([code]) => code as number | null)
    // Whoever waits for the end hears of it; nobody has to.
    this.ended.catch(() => undefined)
    const killOnExit = (): void => void child.kill('SIGKILL')
    process.once('exit', killOnExit)
    void this.ended.finally(() => process.off('exit', killOnExit)).catch(() => undefined)
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** The end of what it wrote to its standard error. */
  get errors(): string {
    return this.#stderr
  }

  /** SIGTERM: Kafka's programs close their clients then. */
  async stop(): Promise<number | null> {
    if (this.isRunning) this.#child.kill('SIGTERM')
    return await this.ended
  }

  async kill(): Promise<void> {
    if (this.isRunning) this.#child.kill('SIGKILL')
    await this.ended
  }

  /** What to throw when it ended otherwise than it should have. */
  failure(what: string): Error {
    return new Error(`${this.#name} ${what}; it wrote:\n${this.#stderr.slice(-4000)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }
}

/** Runs a program to its end and gives its output; rejects when it fails. */
export async function runJava(command: Omit<JavaCommand, 'onLine'>, timeoutMs: number): Promise<string[]> {
  const lines: string[] = []
  await using program = new JavaProgram({ ...command, onLine: (line) => void lines.push(line) })
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    void program.kill()
  }, timeoutMs)
  const code = await program.ended
  clearTimeout(timer)
  if (code !== 0)
    throw program.failure(
      `${isLate ? `did not end in ${timeoutMs / 1000} s` : `ended with ${code}`} and printed ${lines.slice(-10).join(' | ')}`,
    )
  return lines
}
