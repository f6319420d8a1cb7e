import type { FileHandle, Files, OpenMode } from '../../src/env/files.ts'
import { Prng } from '../../src/env/sim/prng.ts'
import { type CrashPoint, crashPointNamed, type FileOperation, type Moment } from './crash-points.ts'
import type { Defect, FaultPlan } from './fault-plan.ts'

/** Ends the process so that nothing after it runs. */
export type Kill = () => never

interface Trigger {
  readonly point: CrashPoint
  readonly random: Prng
  armed: boolean
  left: number
}

/** What a call is, for matching: the operation, the path below the root, and the bytes and position of a write. */
interface Call {
  readonly operation: FileOperation
  readonly path: string
  readonly position?: number
  readonly buffers?: readonly Uint8Array[]
  /** For a sync: whether such a write has come since the last one. */
  readonly marked?: boolean
}

/**
 * A file system that does what the plan says: kills the process at a crash point, or has a planted bug. Everything else goes to
 * `files` as it is. `root` is the data directory.
 */
export class FaultyFiles {
  readonly #files: Files
  readonly #root: string
  readonly #kill: Kill
  readonly #trigger: Trigger | null
  readonly #defect: Defect | undefined

  constructor(files: Files, root: string, plan: FaultPlan, kill: Kill) {
    this.#files = files
    this.#root = root.endsWith('/') ? root : `${root}/`
    this.#kill = kill
    this.#defect = plan.defect
    const { crash } = plan
    if (crash === undefined) this.#trigger = null
    else {
      const point = crashPointNamed(crash.point)
      this.#trigger = {
        point,
        random: new Prng(`torn ${crash.seed}`),
        armed: crash.duringStop !== true,
        left: crash.hit,
      }
    }
  }

  get wrapped(): Files {
    const files = this.#files
    const around = (operation: FileOperation, path: string, work: () => Promise<void>): Promise<void> =>
      this.around({ operation, path }, work)
    return {
      open: (path, mode) => this.#open(path, mode),
      makeDirectory: (path) => files.makeDirectory(path),
      list: (path) => files.list(path),
      stat: (path) => files.stat(path),
      rename: (from, to) => around('rename', to, () => files.rename(from, to)),
      remove: (path) => around('remove', path, () => files.remove(path)),
      removeTree: (path) => files.removeTree(path),
      syncDirectory: (path) =>
        around('directory-sync', path, () =>
          this.#defect === 'no-sync' ? Promise.resolve() : files.syncDirectory(path),
        ),
      freeBytes: (path) => files.freeBytes(path),
      totalBytes: (path) => files.totalBytes(path),
      lock: (path) => files.lock(path),
    }
  }

  /** The server was told to stop: points that lie in the stop count from now on. */
  stopping(): void {
    if (this.#trigger !== null) this.#trigger.armed = true
  }

  /** Whether the plan's point lies in compaction. */
  get inCompaction(): boolean {
    return this.#trigger?.point.compaction === true
  }

  get defect(): Defect | undefined {
    return this.#defect
  }

  /** Whether the plan's point tells writes apart by their bytes, and these are such bytes. */
  marks(buffers: readonly Uint8Array[]): boolean {
    const writes = this.#trigger?.point.writes
    return writes !== undefined && writes(Buffer.concat(buffers))
  }

  relative(path: string): string {
    return path.startsWith(this.#root) ? path.slice(this.#root.length) : path
  }

  async around<T>(call: Call, work: () => Promise<T>): Promise<T> {
    if (this.reached(call, 'before')) this.#kill()
    const result = await work()
    if (this.reached(call, 'after')) this.#kill()
    return result
  }

  /** Counts the call when it is one of the plan's; true when it is the one to die at. */
  reached(call: Call, moment: Moment): boolean {
    const trigger = this.#trigger
    if (trigger === null || !trigger.armed || trigger.left === 0) return false
    const { point } = trigger
    if (point.operation !== call.operation || point.moment !== moment) return false
    if (!point.path.test(this.relative(call.path))) return false
    if (point.at !== undefined && (call.position === 0) !== (point.at === 'start')) return false
    if (point.writes !== undefined && !(call.marked ?? this.marks(call.buffers ?? []))) return false
    trigger.left -= 1
    return trigger.left === 0
  }

  /** Bytes of a torn write that reach the file: any number, but every other time a whole number of sectors. */
  tornBytes(length: number): number {
    const random = this.#trigger?.random ?? new Prng('')
    const bytes = random.below(length)
    return random.chance(0.5) ? bytes : bytes - (bytes % 512)
  }

  die(): never {
    return this.#kill()
  }

  async #open(path: string, mode: OpenMode): Promise<FileHandle> {
    const creates = mode === 'exclusive' || (mode === 'create' && (await this.#files.stat(path)) === null)
    if (!creates) return new FaultyHandle(this, await this.#files.open(path, mode))
    return this.around(
      { operation: 'create', path },
      async () => new FaultyHandle(this, await this.#files.open(path, mode)),
    )
  }
}

interface HeldWrite {
  readonly bytes: Buffer
  readonly position: number
}

class FaultyHandle implements FileHandle {
  readonly path: string
  readonly #faults: FaultyFiles
  readonly #handle: FileHandle
  readonly #lazy: boolean
  readonly #syncs: boolean
  #marked = false
  #held: HeldWrite | null = null

  constructor(faults: FaultyFiles, handle: FileHandle) {
    this.#faults = faults
    this.#handle = handle
    this.path = handle.path
    const { defect } = faults
    const isWal = /^wal\/wal-\d+\.log$/.test(faults.relative(handle.path))
    this.#lazy = defect === 'lazy-wal' && isWal
    this.#syncs = defect !== 'no-sync' && !(defect === 'no-wal-sync' && isWal)
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return this.#handle.read(target, position)
  }

  readSync(target: Uint8Array, position: number): number {
    return this.#handle.readSync(target, position)
  }

  async write(buffers: readonly Uint8Array[], position: number): Promise<void> {
    const call = { operation: 'write', path: this.path, buffers, position } as const
    if (this.#faults.reached(call, 'torn')) this.#tear(Buffer.concat(buffers), position)
    this.#note(buffers)
    await this.#faults.around(call, () =>
      this.#lazy && position > 0
        ? this.#hold(Buffer.concat(buffers), position)
        : this.#handle.write(buffers, position),
    )
  }

  writeSync(buffer: Uint8Array, position: number): void {
    const call = { operation: 'write', path: this.path, buffers: [buffer], position } as const
    if (this.#faults.reached(call, 'torn')) this.#tear(Buffer.from(buffer), position)
    this.#note([buffer])
    if (this.#faults.reached(call, 'before')) this.#faults.die()
    if (this.#lazy && position > 0) this.#holdSync(Buffer.from(buffer), position)
    else this.#handle.writeSync(buffer, position)
    if (this.#faults.reached(call, 'after')) this.#faults.die()
  }

  datasync(): Promise<void> {
    return this.#sync('datasync', () => this.#handle.datasync())
  }

  sync(): Promise<void> {
    return this.#sync('sync', () => this.#handle.sync())
  }

  truncate(length: number): Promise<void> {
    return this.#faults.around({ operation: 'truncate', path: this.path }, () =>
      this.#handle.truncate(length),
    )
  }

  size(): Promise<number> {
    return this.#handle.size()
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #sync(operation: 'datasync' | 'sync', work: () => Promise<void>): Promise<void> {
    const marked = this.#marked
    this.#marked = false
    const call = { operation, path: this.path, marked }
    return this.#faults.around(call, () => (this.#syncs ? work() : Promise.resolve()))
  }

  #note(buffers: readonly Uint8Array[]): void {
    if (!this.#marked) this.#marked = this.#faults.marks(buffers)
  }

  #tear(bytes: Buffer, position: number): never {
    this.#handle.writeSync(bytes.subarray(0, this.#faults.tornBytes(bytes.length)), position)
    return this.#faults.die()
  }

  async #hold(bytes: Buffer, position: number): Promise<void> {
    this.#holdSync(bytes, position)
  }

  #holdSync(bytes: Buffer, position: number): void {
    if (this.#held !== null) this.#handle.writeSync(this.#held.bytes, this.#held.position)
    this.#held = { bytes, position }
  }
}
