import { fileFailure } from '../file-failure.ts'
import type { FileHandle, OpenMode } from '../files.ts'
import type { FileNode } from './directory-tree.ts'
import type { DiskWork, SimDisk } from './disk.ts'
import type { SimProcess } from './process.ts'

/** What an open file of the simulation stands on. */
export interface OpenFile {
  readonly disk: SimDisk
  readonly process: SimProcess
  readonly path: string
  readonly mode: OpenMode
  readonly node: FileNode
  /** The wall clock of the machine. */
  now(): number
}

export class SimFileHandle implements FileHandle {
  readonly path: string
  readonly #file: OpenFile
  readonly #pending = new Set<Promise<unknown>>()
  #closed: Promise<void> | null = null

  constructor(file: OpenFile) {
    this.path = file.path
    this.#file = file
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return this.#perform(this.#reading(target, position))
  }

  readSync(target: Uint8Array, position: number): number {
    return this.#performSync(this.#reading(target, position))
  }

  write(buffers: readonly Uint8Array[], position: number): Promise<void> {
    return this.#perform(this.#writing(buffers, position))
  }

  writeSync(buffer: Uint8Array, position: number): void {
    this.#performSync(this.#writing([buffer], position))
  }

  datasync(): Promise<void> {
    return this.#perform(this.#syncing('datasync'))
  }

  sync(): Promise<void> {
    return this.#perform(this.#syncing('sync'))
  }

  truncate(length: number): Promise<void> {
    const { mode, node, path } = this.#file
    return this.#perform({
      kind: 'truncate',
      path,
      length,
      effect: () => {
        if (mode === 'read') throw fileFailure('truncate', path, 'EINVAL')
        node.content.truncate(length)
        node.modifiedMs = this.#file.now()
      },
    })
  }

  size(): Promise<number> {
    const { node, path } = this.#file
    return this.#perform({ kind: 'size', path, effect: () => node.content.size })
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#pending)
    await this.#file.disk.perform(this.#file.process, { kind: 'close', path: this.path, effect: () => {} })
  }

  #reading(target: Uint8Array, position: number): DiskWork<number> {
    const { node, path } = this.#file
    const effect = (): number => node.content.read(target, position)
    return { kind: 'read', path, position, length: target.length, effect }
  }

  #writing(buffers: readonly Uint8Array[], position: number): DiskWork<void> {
    const { mode, path } = this.#file
    const length = totalLength(buffers)
    return {
      kind: 'write',
      path,
      position,
      length,
      bytes: buffers,
      effect: () => {
        if (mode === 'read') throw fileFailure('write', path, 'EBADF')
        // As the kernel does it: what fits is written, the rest fails.
        if (this.#store(buffers, position, length) < length) throw fileFailure('write', path, 'ENOSPC')
      },
      partly: (random) => {
        if (mode !== 'read') this.#store(buffers, position, random.below(length + 1))
      },
    }
  }

  /** Writes the first `limit` bytes, or as many as the disk has room for, and says how many. */
  #store(buffers: readonly Uint8Array[], position: number, limit: number): number {
    const { disk, node } = this.#file
    const growth = position + limit - node.content.size
    const missing = growth > 0 ? Math.max(0, growth - disk.freeBytes()) : 0
    let left = Math.max(0, limit - missing)
    let offset = position
    for (const buffer of buffers) {
      const piece = buffer.subarray(0, left)
      node.content.write(piece, offset)
      offset += piece.length
      left -= piece.length
    }
    node.modifiedMs = this.#file.now()
    return offset - position
  }

  #syncing(kind: 'datasync' | 'sync'): DiskWork<void> {
    const { node, path } = this.#file
    return {
      kind,
      path,
      effect: () => node.content.sync(),
      fail: (random) => node.content.failSync(random),
    }
  }

  #perform<T>(work: DiskWork<T>): Promise<T> {
    if (this.#closed !== null) return Promise.reject(fileFailure(work.kind, this.path, 'EBADF'))
    const promise = this.#file.disk.perform(this.#file.process, work)
    this.#pending.add(promise)
    const forget = (): void => {
      this.#pending.delete(promise)
    }
    promise.then(forget, forget)
    return promise
  }

  #performSync<T>(work: DiskWork<T>): T {
    if (this.#closed !== null) throw fileFailure(work.kind, this.path, 'EBADF')
    return this.#file.disk.performSync(this.#file.process, work)
  }
}

function totalLength(buffers: readonly Uint8Array[]): number {
  let total = 0
  for (const buffer of buffers) total += buffer.length
  return total
}
