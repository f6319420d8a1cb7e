import type { Prng } from '../../src/env/sim/prng.ts'
import type { FindingKind } from '../crash/compare.ts'
import { sleep } from '../crash/connect.ts'
import type { Defect } from '../crash/fault-plan.ts'
import { ServerProcess } from '../crash/server-process.ts'
import { type CheckResult, Workload } from '../crash/workload.ts'
import type { FileSystem, ImageStore, Mount } from './block-image.ts'
import type { PowerReport } from './power-report.ts'

type Settings = Readonly<Record<string, string | number>>

export interface Variant {
  readonly name: string
  readonly fileSystem: FileSystem
  readonly settings: Settings
  /** What a power cut may cost under these settings. */
  readonly allowed: ReadonlySet<FindingKind>
}

const small: Settings = {
  'wal.file.bytes': 1 << 20,
  'wal.group.max.bytes': 512 << 10,
  'wal.files.recycled.max': 2,
  'log.cache.bytes': 8 << 20,
  'disk.reserve.bytes': 64 << 20,
  'metadata.log.max.record.bytes.between.snapshots': 4096,
  'metadata.snapshots.kept': 2,
  'offsets.topic.num.partitions': 3,
  'log.level': 'info',
}

/** The tail may go, and with it what a consumer had read and what an idempotent producer had sent; nothing else. */
const tail: ReadonlySet<FindingKind> = new Set([
  'lost',
  'unread',
  'shortened',
  'sequence refused',
  'offsets lost',
])
const nothing: ReadonlySet<FindingKind> = new Set()

function variant(fileSystem: FileSystem, allowed: ReadonlySet<FindingKind>, settings: Settings): Variant {
  const name = [fileSystem, ...Object.entries(settings).map(([key, value]) => `${key}=${value}`)].join(' ')
  return { name, fileSystem, allowed, settings: { ...small, ...settings } }
}

/** What lives take turns with; most are of the default `wal.sync=commit`, which promises everything. */
export const variants: readonly Variant[] = [
  variant('ext4', nothing, { 'wal.sync': 'commit' }),
  variant('xfs', nothing, { 'wal.sync': 'commit' }),
  variant('ext4', tail, { 'wal.sync': 'interval' }),
  variant('xfs', nothing, { 'wal.sync': 'commit', 'wal.direct.min.bytes': 4096 }),
  variant('xfs', nothing, { 'wal.sync': 'commit', 'wal.files.recycled.max': 0 }),
  variant('ext4', nothing, { 'wal.sync': 'commit', 'wal.file.bytes': 8 << 20 }),
  variant('xfs', tail, { 'wal.sync': 'interval', 'wal.flush.interval.ms': 20 }),
  variant('ext4', nothing, {
    'wal.sync': 'commit',
    'wal.files.recycled.max': 4,
    'wal.direct.min.bytes': 16_384,
  }),
  variant('ext4', tail, { 'wal.sync': 'os' }),
]

const imageBytes = 2 ** 30
/** One in so many images is cut a second time, while the server recovers from the first cut. */
const secondCutChance = 0.3

export interface PowerLifeOptions {
  readonly store: ImageStore
  readonly variant: Variant
  readonly name: string
  readonly ports: { readonly live: number; readonly copy: number }
  readonly random: Prng
  readonly defect?: Defect
}

/** A server on an image, its load, and the power cuts that its image goes through. */
export class PowerLife implements AsyncDisposable {
  readonly #options: PowerLifeOptions
  readonly #report: PowerReport
  readonly #workload: Workload
  readonly #image: string
  readonly #mount: Mount
  readonly #server: ServerProcess
  #cuts = 0

  private constructor(
    options: PowerLifeOptions,
    report: PowerReport,
    image: string,
    mount: Mount,
    server: ServerProcess,
    workload: Workload,
  ) {
    this.#options = options
    this.#report = report
    this.#image = image
    this.#mount = mount
    this.#server = server
    this.#workload = workload
  }

  static async start(options: PowerLifeOptions, report: PowerReport): Promise<PowerLife> {
    const { store, variant, name, ports, random, defect } = options
    const image = await store.create(name, variant.fileSystem, imageBytes)
    const mount = await store.mount(image, variant.fileSystem)
    const { process: server, ready } = await ServerProcess.start({
      dataDirectory: `${mount.directory}/data`,
      port: ports.live,
      settings: variant.settings,
      ...(defect === undefined ? {} : { plan: { defect } }),
    })
    if (!ready) throw new Error(`the server did not start on a new image: ${server.output}`)
    const topicConfigs = { 'segment.bytes': String(1 << 20) }
    const workload = new Workload({ partitions: 3, pauseMs: 16, topicConfigs }, random.fork('workload'))
    if (!(await workload.prepare(ports.live))) throw new Error(`the server went away: ${server.output}`)
    return new PowerLife(options, report, image, mount, server, workload)
  }

  /** A while of load, the cut in the midst of it, and the look at what is left. */
  async cut(): Promise<void> {
    const { store, name, random, ports } = this.#options
    const done = Promise.withResolvers<void>()
    const load = this.#workload.load(ports.live, done.promise)
    await sleep(50 + random.below(900))
    const promised = this.#workload.fork()
    const copy = await store.cut(this.#image, `${name}-cut-${this.#cuts++}`)
    promised.allow(this.#workload)
    done.resolve()
    await load
    if (this.#server.exit !== null) throw new Error(`the server ended by itself: ${this.#server.output}`)
    await this.#examine(copy, promised, random.chance(secondCutChance))
    store.remove(copy)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.kill()
    await this.#server.exited
    await this.#mount[Symbol.asyncDispose]()
    this.#options.store.remove(this.#image)
  }

  /** Recovers a copy and holds it against what was promised; perhaps with another power cut during the recovery. */
  async #examine(image: string, promised: Workload, cutAgain: boolean): Promise<void> {
    const { store, variant, ports, random } = this.#options
    await using mount = await store.mount(image, variant.fileSystem)
    const again = cutAgain ? this.#cutLater(image, random.between(80, 450)) : null
    const started = performance.now()
    const { process: server, ready } = await ServerProcess.start({
      dataDirectory: `${mount.directory}/data`,
      port: ports.copy,
      settings: variant.settings,
    })
    this.#report.recovered(variant.name, performance.now() - started)
    if (!ready) {
      this.#report.add([{ kind: 'start failed', where: image, detail: server.output }])
    } else {
      // The second cut is to be over before anything new is sent to the server.
      await again
      const second = again === null ? null : promised.fork()
      await this.#check(promised)
      // What was in flight at the cut is sent again, as its producers would: it may neither be refused nor be there twice.
      if (variant.allowed.size === 0) {
        await promised.settle(ports.copy)
        await this.#check(promised)
      }
      if (second !== null) promised = second
    }
    server.kill()
    await server.exited
    if (again === null) return
    const copy = await again
    if (this.#report.findings === 0) {
      this.#report.cutAgain()
      await this.#examine(copy, promised, false)
    }
    store.remove(copy)
  }

  async #cutLater(image: string, ms: number): Promise<string> {
    await sleep(ms)
    return this.#options.store.cut(image, `${this.#options.name}-again-${this.#cuts}`)
  }

  async #check(promised: Workload): Promise<void> {
    const { ports, variant } = this.#options
    const result: CheckResult | null = await promised.check(ports.copy)
    if (result === null) {
      this.#report.add([{ kind: 'hang', where: variant.name, detail: 'the recovered server went away' }])
      return
    }
    const findings = result.findings.filter(({ kind }) => !variant.allowed.has(kind))
    this.#report.checked(variant.name, { ...result, findings }, result.findings.length - findings.length)
  }
}
