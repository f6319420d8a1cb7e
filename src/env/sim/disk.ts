import { crc32 } from 'node:zlib'
import { fileFailure } from '../file-failure.ts'
import { FileError } from '../files.ts'
import { DirectoryTree, newDirectory } from './directory-tree.ts'
import type { DirectoryNode, FileNode, TreeNode } from './directory-tree.ts'
import { drawSurvival } from './file-content.ts'
import type { Survival } from './file-content.ts'
import type { Kernel } from './kernel.ts'
import type { Prng } from './prng.ts'
import type { SimProcess } from './process.ts'

export type DiskOperationKind =
  | 'open'
  | 'read'
  | 'write'
  | 'datasync'
  | 'sync'
  | 'truncate'
  | 'size'
  | 'close'
  | 'make-directory'
  | 'list'
  | 'stat'
  | 'rename'
  | 'remove'
  | 'remove-tree'
  | 'sync-directory'
  | 'free-bytes'
  | 'total-bytes'
  | 'lock'

/** One operation at the moment when it takes effect. `before` and `after` of one operation have the same serial. */
export interface DiskOperation {
  readonly serial: number
  readonly phase: 'before' | 'after'
  readonly kind: DiskOperationKind
  readonly path: string
  /** The new path of a rename. */
  readonly target: string | null
  readonly position: number
  readonly length: number
}

export interface DiskLatency {
  readonly minMs: number
  readonly maxMs: number
  readonly spikeChance: number
  readonly spikeMs: number
}

export interface DiskOptions {
  /** Bytes that fit; unlimited by default. */
  readonly capacity?: number
  readonly latency?: DiskLatency
  /** How likely a datasync or sync fails with EIO, after writing only a part. */
  readonly syncErrorChance?: number
  /** How likely a read fails with EIO. */
  readonly readErrorChance?: number
  /** Directories that are there, durably, from the beginning. `/data` by default. */
  readonly directories?: readonly string[]
}

/** What an operation does. */
export interface DiskWork<T> {
  readonly kind: DiskOperationKind
  readonly path: string
  readonly target?: string
  readonly position?: number
  readonly length?: number
  readonly bytes?: readonly Uint8Array[]
  effect(): T
  /** What a failing operation leaves behind. */
  fail?(random: Prng): void
  /** Does a random part of the effect: the process dies, or the operation fails, in the middle. */
  partly?(random: Prng): void
}

const defaultLatency: DiskLatency = { minMs: 0.02, maxMs: 0.5, spikeChance: 0, spikeMs: 0 }
const unlimitedBytes = 2 ** 50

function isSync(kind: DiskOperationKind): boolean {
  return kind === 'datasync' || kind === 'sync'
}

/** A disk with its file system and the page cache above it. It outlives the processes of its machine. */
export class SimDisk {
  readonly name: string
  readonly tree = new DirectoryTree()
  /** Held locks, by path, as the kernel keeps them. */
  readonly locks = new Map<string, SimProcess>()
  /**
   * Called right before and right after every operation takes effect. It may kill the process or cut the power, and so
   * stop the world at exactly this place.
   */
  onOperation: ((operation: DiskOperation) => void) | null = null
  /** A plan of faults: the system code with which the operation shall fail (`EIO`, `ENOSPC`), or null. */
  fault: ((operation: DiskOperation) => string | null) | null = null
  readonly #kernel: Kernel
  readonly #random: Prng
  readonly #options: DiskOptions
  #serial = 0

  constructor(kernel: Kernel, name: string, options: DiskOptions) {
    this.name = name
    this.#kernel = kernel
    this.#random = kernel.random(`disk ${name}`)
    this.#options = options
    for (const path of options.directories ?? ['/data']) this.#addDurableDirectory(path)
  }

  /** Operations that have taken effect so far: the serial of the next one. */
  get operations(): number {
    return this.#serial
  }

  /** The disk's part of a power cut; the world calls it after the processes died. Without `survival` the seed decides. */
  crash(survival?: Survival): void {
    this.tree.crash(this.#random, () => survival ?? drawSurvival(this.#random))
    this.#kernel.trace(`disk ${this.name} crashed`)
  }

  /** Turns one bit of a file over, as media decay does. */
  corrupt(path: string, position: number): void {
    this.file(path, 'corrupt').content.flip(position, this.#random.below(8))
  }

  /** Drops clean pages from the cache: reads then see what the device has. */
  evict(): void {
    for (const node of this.tree.nodes()) if (node.kind === 'file') node.content.evict()
  }

  get totalBytes(): number {
    return this.#options.capacity ?? unlimitedBytes
  }

  freeBytes(): number {
    const { capacity } = this.#options
    if (capacity === undefined) return unlimitedBytes
    let used = 0
    for (const node of this.tree.nodes()) if (node.kind === 'file') used += node.content.size
    return Math.max(0, capacity - used)
  }

  /** Runs `work` at some moment within the latency of the disk, and settles some time after that. */
  perform<T>(process: SimProcess, work: DiskWork<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!process.alive) {
        reject(deadProcess(work, process))
        return
      }
      let isDone = false
      const forget = process.onDeath(() => {
        if (!isDone) work.partly?.(this.#random)
        reject(deadProcess(work, process))
      })
      const totalMs = this.#latencyMs()
      const untilEffectMs = this.#random.between(0, totalMs)
      const label = `${process.name} ${work.kind}`
      this.#kernel.schedule(untilEffectMs, label, () => {
        if (!process.alive) return
        let settle: () => void
        try {
          const value = this.#apply(process, work, () => (isDone = true))
          settle = () => resolve(value)
        } catch (error) {
          settle = () => reject(error)
        }
        this.#kernel.schedule(totalMs - untilEffectMs, `${label} done`, () => {
          forget()
          settle()
        })
      })
    })
  }

  /** As `perform`, at once. */
  performSync<T>(process: SimProcess, work: DiskWork<T>): T {
    if (!process.alive) throw deadProcess(work, process)
    return this.#apply(process, work, () => {})
  }

  /** What is at the path. */
  find(path: string): TreeNode | null {
    let node: TreeNode = this.tree.root
    for (const name of namesOf(path)) {
      if (node.kind !== 'directory') return null
      const next = node.entries.get(name)
      if (next === undefined) return null
      node = next
    }
    return node
  }

  file(path: string, operation: string): FileNode {
    const node = this.find(path)
    if (node === null) throw fileFailure(operation, path, 'ENOENT')
    if (node.kind === 'directory') throw fileFailure(operation, path, 'EISDIR')
    return node
  }

  directory(path: string, operation: string): DirectoryNode {
    const node = this.find(path)
    if (node === null) throw fileFailure(operation, path, 'ENOENT')
    if (node.kind === 'file') throw fileFailure(operation, path, 'ENOTDIR')
    return node
  }

  #apply<T>(process: SimProcess, work: DiskWork<T>, done: () => void): T {
    const { kind, path, target = null, position = 0, length = 0 } = work
    const serial = this.#serial++
    const before: DiskOperation = { serial, phase: 'before', kind, path, target, position, length }
    this.onOperation?.(before)
    if (!process.alive) throw deadProcess(work, process)
    done()
    const systemCode = this.fault?.(before) ?? this.#drawFault(kind)
    this.#kernel.trace(this.#describe(process, work, systemCode))
    if (systemCode !== null) {
      if (work.fail === undefined) work.partly?.(this.#random)
      else work.fail(this.#random)
      throw fileFailure(kind, path, systemCode)
    }
    const value = work.effect()
    this.onOperation?.({ ...before, phase: 'after' })
    if (!process.alive) throw deadProcess(work, process)
    return value
  }

  #describe<T>(process: SimProcess, work: DiskWork<T>, systemCode: string | null): string {
    const { kind, path, target = '', position = 0, length = 0, bytes = [] } = work
    let checksum = 0
    for (const buffer of bytes) checksum = crc32(buffer, checksum)
    return `${process.name} ${kind} ${path} ${target} ${position} ${length} ${checksum} ${systemCode ?? 'ok'}`
  }

  #drawFault(kind: DiskOperationKind): string | null {
    const { readErrorChance = 0, syncErrorChance = 0 } = this.#options
    const chance = kind === 'read' ? readErrorChance : isSync(kind) ? syncErrorChance : 0
    return this.#random.chance(chance) ? 'EIO' : null
  }

  #latencyMs(): number {
    const { minMs, maxMs, spikeChance, spikeMs } = this.#options.latency ?? defaultLatency
    return this.#random.between(minMs, maxMs) + (this.#random.chance(spikeChance) ? spikeMs : 0)
  }

  #addDurableDirectory(path: string): void {
    let directory = this.tree.root
    for (const name of namesOf(path)) {
      let next = directory.entries.get(name)
      if (next === undefined) {
        next = newDirectory(0)
        this.tree.change(null, { directory, name, node: next }, 0)
        this.tree.sync(directory)
      }
      if (next.kind !== 'directory') throw fileFailure('make directory', path, 'ENOTDIR')
      directory = next
    }
  }
}

function deadProcess<T>(work: DiskWork<T>, process: SimProcess): FileError {
  return new FileError('OTHER', work.path, `cannot ${work.kind} ${work.path}: ${process.name} is dead`)
}

/** The names on the way to an absolute path. */
export function namesOf(path: string): string[] {
  if (!path.startsWith('/')) throw new RangeError(`a path must be absolute, but is ${path}`)
  return path.split('/').filter((name) => name !== '' && name !== '.')
}
