import { fileFailure, lockHeld } from '../file-failure.ts'
import type { Clock } from '../clock.ts'
import type { FileHandle, FileLock, Files, FileStat, OpenMode } from '../files.ts'
import { newDirectory, newFile } from './directory-tree.ts'
import type { DirectoryNode, FileNode } from './directory-tree.ts'
import { namesOf } from './disk.ts'
import type { DiskOperationKind, SimDisk } from './disk.ts'
import { SimFileHandle } from './file-handle.ts'
import type { SimProcess } from './process.ts'

interface Place {
  readonly directory: DirectoryNode
  readonly name: string
}

/** A process's view of a simulated disk. When the process dies, everything rejects. */
export class SimFiles implements Files {
  readonly #disk: SimDisk
  readonly #process: SimProcess
  readonly #clock: Clock

  constructor(disk: SimDisk, process: SimProcess, clock: Clock) {
    this.#disk = disk
    this.#process = process
    this.#clock = clock
  }

  open(path: string, mode: OpenMode): Promise<FileHandle> {
    return this.#perform('open', path, () => {
      const node = this.#openNode(path, mode)
      const file = {
        disk: this.#disk,
        process: this.#process,
        path,
        mode,
        node,
        now: () => this.#clock.now(),
      }
      return new SimFileHandle(file)
    })
  }

  makeDirectory(path: string): Promise<void> {
    return this.#perform('make-directory', path, () => {
      let directory = this.#disk.tree.root
      for (const [index, name] of namesOf(path).entries()) {
        let node = directory.entries.get(name)
        if (node === undefined) {
          node = newDirectory(this.#clock.now())
          this.#disk.tree.change(null, { directory, name, node }, this.#clock.now())
        }
        if (node.kind === 'file') {
          throw fileFailure('make directory', path, index === namesOf(path).length - 1 ? 'EEXIST' : 'ENOTDIR')
        }
        directory = node
      }
    })
  }

  list(path: string): Promise<string[]> {
    return this.#perform('list', path, () => [...this.#disk.directory(path, 'list').entries.keys()].sort())
  }

  stat(path: string): Promise<FileStat | null> {
    return this.#perform('stat', path, () => {
      const node = this.#disk.find(path)
      if (node === null) return null
      const size = node.kind === 'file' ? node.content.size : 0
      return { kind: node.kind, size, modifiedMs: node.modifiedMs }
    })
  }

  rename(from: string, to: string): Promise<void> {
    const effect = (): void => {
      const node = this.#disk.find(from)
      const target = this.#disk.find(to)
      if (node === null) throw fileFailure(`rename to ${to}`, from, 'ENOENT')
      if (node === target) return
      if (node.kind === 'directory' && `${to}/`.startsWith(`${from}/`)) {
        throw fileFailure(`rename to ${to}`, from, 'EINVAL')
      }
      if (target?.kind === 'directory') {
        if (node.kind === 'file') throw fileFailure(`rename to ${to}`, from, 'EISDIR')
        if (target.entries.size > 0) throw fileFailure(`rename to ${to}`, from, 'ENOTEMPTY')
      } else if (target !== null && node.kind === 'directory') {
        throw fileFailure(`rename to ${to}`, from, 'ENOTDIR')
      }
      const removed = { ...this.#place(from), node }
      const added = { ...this.#place(to), node }
      this.#disk.tree.change(removed, added, this.#clock.now())
    }
    return this.#disk.perform(this.#process, { kind: 'rename', path: from, target: to, effect })
  }

  remove(path: string): Promise<void> {
    return this.#perform('remove', path, () => {
      const node = this.#disk.find(path)
      if (node === null) return
      if (node.kind === 'directory') throw fileFailure('remove', path, 'EISDIR')
      this.#disk.tree.change({ ...this.#place(path), node }, null, this.#clock.now())
    })
  }

  removeTree(path: string): Promise<void> {
    return this.#perform('remove-tree', path, () => {
      const node = this.#disk.find(path)
      if (node === null) return
      if (node.kind === 'directory') this.#removeBelow(node)
      this.#disk.tree.change({ ...this.#place(path), node }, null, this.#clock.now())
    })
  }

  syncDirectory(path: string): Promise<void> {
    return this.#perform('sync-directory', path, () => {
      this.#disk.tree.sync(this.#disk.directory(path, 'sync directory'))
    })
  }

  freeBytes(path: string): Promise<number> {
    return this.#perform('free-bytes', path, () => {
      if (this.#disk.find(path) === null) throw fileFailure('look at free space of', path, 'ENOENT')
      return this.#disk.freeBytes()
    })
  }

  totalBytes(path: string): Promise<number> {
    return this.#perform('total-bytes', path, () => {
      if (this.#disk.find(path) === null) throw fileFailure('look at the size of', path, 'ENOENT')
      return this.#disk.totalBytes
    })
  }

  async lock(path: string): Promise<FileLock> {
    const { locks } = this.#disk
    const release = await this.#perform('lock', path, () => {
      if (locks.has(path)) throw lockHeld(path)
      this.#openNode(path, 'create')
      locks.set(path, this.#process)
      let held = true
      const unlock = (): void => {
        if (held) locks.delete(path)
        held = false
      }
      this.#process.onDeath(unlock)
      return unlock
    })
    const releaseOnce = (): Promise<void> => {
      release()
      return Promise.resolve()
    }
    return { release: releaseOnce, [Symbol.asyncDispose]: releaseOnce }
  }

  #perform<T>(kind: DiskOperationKind, path: string, effect: () => T): Promise<T> {
    return this.#disk.perform(this.#process, { kind, path, effect })
  }

  #openNode(path: string, mode: OpenMode): FileNode {
    if (this.#disk.find(path) === null && (mode === 'create' || mode === 'exclusive')) {
      const node = newFile(this.#clock.now())
      this.#disk.tree.change(null, { ...this.#place(path), node }, this.#clock.now())
      return node
    }
    if (mode === 'exclusive') throw fileFailure('open', path, 'EEXIST')
    return this.#disk.file(path, 'open')
  }

  #place(path: string): Place {
    const names = namesOf(path)
    const name = names.pop()
    if (name === undefined) throw fileFailure('change', path, 'EBUSY')
    return { directory: this.#disk.directory(`/${names.join('/')}`, 'find the parent of'), name }
  }

  #removeBelow(directory: DirectoryNode): void {
    for (const [name, node] of directory.entries) {
      if (node.kind === 'directory') this.#removeBelow(node)
      this.#disk.tree.change({ directory, name, node }, null, this.#clock.now())
    }
  }
}
