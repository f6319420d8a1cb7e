import type { Prng } from '../../src/env/sim/prng.ts'
import { sleep } from './connect.ts'
import type { CrashPoint } from './crash-points.ts'
import type { Defect, FaultPlan } from './fault-plan.ts'
import type { CrashReport } from './report.ts'
import { ServerProcess } from './server-process.ts'
import { topicConfigsOf } from './topic-configs.ts'
import { Workload } from './workload.ts'

export interface LifeOptions {
  readonly directory: string
  readonly port: number
  readonly random: Prng
  readonly index: number
  readonly defect?: Defect
}

type Settings = Readonly<Record<string, string | number>>

/** Small files and caches, so that a second of load goes through rolls, recycling, checkpoints and evictions. */
const small: Settings = {
  'wal.file.bytes': 1 << 20,
  'wal.group.max.bytes': 512 << 10,
  'log.cache.bytes': 4 << 20,
  'metadata.log.max.record.bytes.between.snapshots': 4096,
  'metadata.snapshots.kept': 2,
  'offsets.topic.num.partitions': 3,
  'transaction.state.log.num.partitions': 3,
  'group.initial.rebalance.delay.ms': 0,
  'log.cleaner.backoff.ms': 200,
  'log.level': 'warn',
}

/** The settings that lives take turns with. A kill must never cost anything under any of them. */
const variants: readonly Settings[] = [
  { 'wal.sync': 'commit', 'wal.files.recycled.max': 2 },
  { 'wal.sync': 'commit', 'wal.files.recycled.max': 0, 'log.cache.bytes': 64 << 20 },
  { 'wal.sync': 'commit', 'wal.files.recycled.max': 4, 'wal.file.bytes': 4 << 20 },
  { 'wal.sync': 'commit', 'wal.files.recycled.max': 2, 'wal.direct.min.bytes': 4096 },
  { 'wal.sync': 'interval', 'wal.files.recycled.max': 2 },
  { 'wal.sync': 'commit', 'wal.files.recycled.max': 1, 'log.write.behind.bytes': 65_536 },
  { 'wal.sync': 'os' },
]

/** A point that a second and a half of load does not reach is given up, and the server is killed at that moment instead. */
const loadMsMax = 2500

/** One data directory and the runs of the server on it. */
export class Life {
  readonly #options: LifeOptions
  readonly #report: CrashReport
  readonly #random: Prng
  readonly #workload: Workload
  readonly #settings: Settings

  constructor(options: LifeOptions, report: CrashReport) {
    this.#options = options
    this.#report = report
    this.#random = options.random
    this.#settings = { ...small, ...variants[options.index % variants.length] }
    this.#workload = new Workload(
      { partitions: 3, pauseMs: 14, topicConfigs: topicConfigsOf(options.index) },
      options.random.fork('workload'),
    )
  }

  /** One start, check, load and death: at the point, or at a random moment. */
  async cycle(point: CrashPoint | null): Promise<void> {
    const server = await this.#start(point)
    if (server === null) return
    const killed = await this.#loadAndKill(server, point)
    const exit = await server.exited
    if (exit.signal === 'SIGKILL') this.#report.died(point, killed ? 'timer' : 'load')
    else if (point?.duringStop === true && exit.code === 0) this.#report.died(point, 'timer')
    else {
      this.#report.add([
        { kind: 'hang', where: 'server', detail: `it ended by itself, code ${exit.code}:\n${server.output}` },
      ])
    }
  }

  /** The last run: no crash. Then an orderly stop, a start from that, and one more look. */
  async end(): Promise<void> {
    if (this.#report.findings > 0) return
    for (let pass = 0; pass < 2; pass++) {
      const server = await this.#start(null)
      if (server === null) return
      await this.#workload.settle(this.#options.port)
      await this.#check(server)
      if (this.#report.findings > 0) return
      server.stop()
      const exit = await Promise.race([server.exited, sleep(30_000)])
      if (exit === undefined || exit.code !== 0) {
        server.kill()
        this.#report.add([
          { kind: 'hang', where: 'server', detail: `an orderly stop did not end well:\n${server.output}` },
        ])
        return
      }
    }
    this.#report.promised(this.#workload.promises)
  }

  /** Null when the server died at its crash point before it could be used. */
  async #start(point: CrashPoint | null): Promise<ServerProcess | null> {
    const { directory, port, defect } = this.#options
    const plan: FaultPlan = {
      ...(point === null ? {} : { crash: crashAt(point, this.#random) }),
      ...(defect === undefined ? {} : { defect }),
    }
    const { process: server, ready } = await ServerProcess.start({
      dataDirectory: directory,
      port,
      settings: { ...this.#settings, ...point?.needs },
      plan,
    })
    if (!ready) {
      if (point !== null && server.exit?.signal === 'SIGKILL') this.#report.died(point, 'start')
      else {
        const detail = `code ${server.exit?.code}, signal ${server.exit?.signal}:\n${server.output}`
        this.#report.add([{ kind: 'start failed', where: directory, detail }])
      }
      return null
    }
    this.#report.started()
    const alive = (await this.#workload.prepare(port)) && (await this.#check(server))
    if (alive && this.#report.findings === 0) return server
    if (alive) {
      server.kill()
      await server.exited
      return null
    }
    await server.exited
    this.#report.died(point, 'check')
    return null
  }

  async #check(server: ServerProcess): Promise<boolean> {
    const result = await this.#workload.check(server.port)
    if (result === null) return false
    this.#report.checked(result)
    return true
  }

  /** True when the timer killed it, and not the crash point. */
  async #loadAndKill(server: ServerProcess, point: CrashPoint | null): Promise<boolean> {
    const orderly = point?.duringStop === true
    const ms = point === null || orderly ? 20 + this.#random.below(1500) : loadMsMax
    let killed = false
    const timer = sleep(ms).then(() => {
      if (server.exit !== null) return
      killed = !orderly
      if (orderly) server.stop()
      else server.kill()
    })
    await this.#workload.load(server.port, Promise.race([timer, server.exited]))
    if (orderly) await timer
    await Promise.race([server.exited, sleep(35_000).then(() => server.kill())])
    return killed
  }
}

function crashAt(point: CrashPoint, random: Prng): NonNullable<FaultPlan['crash']> {
  const { name, spread, duringStop = false } = point
  return { point: name, hit: 1 + random.below(spread), seed: random.next(), duringStop }
}
