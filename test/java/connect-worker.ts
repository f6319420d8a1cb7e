import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keptPorts } from '../../bench/brokers/ports.ts'
import { connectClassPath } from './jars.ts'
import { JavaProgram } from './java-program.ts'
import { until } from './wait.ts'

const START_MS = 180_000

/** A Connect worker that can be killed, and its REST API. */
export class ConnectWorker implements AsyncDisposable {
  readonly #start: () => JavaProgram
  readonly #url: string
  #program: JavaProgram
  #kills = 0
  #restartedTasks = 0

  private constructor(start: () => JavaProgram, url: string) {
    this.#start = start
    this.#url = url
    this.#program = start()
  }

  static async start(folder: string, brokers: string): Promise<ConnectWorker> {
    const [port = 0] = await keptPorts(folder, 1)
    const files = { worker: join(folder, 'worker.properties'), logging: join(folder, 'log4j2.properties') }
    writeFileSync(files.worker, lines(workerSettings(brokers, port)))
    writeFileSync(files.logging, lines(loggingToStderr))
    const classPath = await connectClassPath()
    const start = (): JavaProgram =>
      new JavaProgram({
        classPath,
        mainClass: 'org.apache.kafka.connect.cli.ConnectDistributed',
        args: [files.worker],
        flags: ['-Xmx384m', `-Dlog4j2.configurationFile=${files.logging}`],
      })
    const worker = new ConnectWorker(start, `http://127.0.0.1:${port}`)
    await worker.#answers()
    return worker
  }

  get kills(): number {
    return this.#kills
  }

  /** How often a failed task was started again, as an operator would. */
  get restartedTasks(): number {
    return this.#restartedTasks
  }

  /** SIGKILL, and a new process in its place. */
  async killAndRestart(): Promise<void> {
    await this.#program.kill()
    this.#kills++
    this.#program = this.#start()
    await this.#answers()
  }

  async createConnector(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    const init = {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(config),
    }
    const response = await fetch(`${this.#url}/connectors/${name}/config`, init)
    if (!response.ok) throw this.failure(`refused the connector ${name}: ${await response.text()}`)
  }

  /** Starts failed tasks of a connector again. */
  async restartFailed(name: string): Promise<void> {
    const response = await fetch(`${this.#url}/connectors/${name}/status`)
    // 404 until its status has been read from the topic, 500 and 409 while the workers rebalance.
    if (!response.ok) return
    const { tasks } = (await response.json()) as { readonly tasks: readonly { readonly state: string }[] }
    if (!tasks.some(({ state }) => state === 'FAILED')) return
    const restart = `${this.#url}/connectors/${name}/restart?includeTasks=true&onlyFailed=true`
    if ((await fetch(restart, { method: 'POST' })).ok) this.#restartedTasks++
  }

  failure(what: string): Error {
    return this.#program.failure(what)
  }

  async #answers(): Promise<void> {
    const isUp = async (): Promise<boolean> => {
      if (!this.#program.isRunning) throw this.failure('ended at its start')
      const response = await fetch(`${this.#url}/connectors`).catch((error: unknown) => {
        // It does not listen yet.
        if (error instanceof TypeError) return null
        throw error
      })
      return response?.ok === true
    }
    await until(isUp, START_MS, () => this.failure(`does not answer in ${START_MS / 1000} s`))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.kill()
  }
}

function workerSettings(brokers: string, port: number): Record<string, string> {
  const topics = ['config', 'offset', 'status'].flatMap((kind) => [
    [`${kind}.storage.topic`, `connect-${kind}s`],
    [`${kind}.storage.replication.factor`, '1'],
  ])
  return {
    'bootstrap.servers': brokers,
    'group.id': 'connect',
    ...Object.fromEntries(topics),
    'offset.storage.partitions': '2',
    'status.storage.partitions': '2',
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    listeners: `http://127.0.0.1:${port}`,
    'plugin.discovery': 'service_load',
    'exactly.once.source.support': 'enabled',
    'consumer.isolation.level': 'read_committed',
    'offset.flush.interval.ms': '1000',
    'session.timeout.ms': '10000',
    'heartbeat.interval.ms': '3000',
    // There is no other worker that could come back with its tasks.
    'scheduled.rebalance.max.delay.ms': '0',
  }
}

const loggingToStderr = {
  status: 'error',
  'appender.console.type': 'Console',
  'appender.console.name': 'console',
  'appender.console.target': 'SYSTEM_ERR',
  'appender.console.layout.type': 'PatternLayout',
  'appender.console.layout.pattern': '%d %p %c: %m%n',
  'rootLogger.level': 'warn',
  'rootLogger.appenderRef.console.ref': 'console',
}

function lines(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}
