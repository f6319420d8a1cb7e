import fs from 'node:fs'
import { fileFailure } from '../file-failure.ts'
import type { FileHandle } from '../files.ts'
import { systemCodeOf } from './system-code.ts'

type Resolve<T> = (value: T) => void
type Reject = (systemCode: string, cause?: unknown) => void

/** What is left of `buffers` after their first `size` bytes were written; no empty buffers. */
export function unwritten(buffers: readonly Uint8Array[], size: number): Uint8Array[] {
  const left: Uint8Array[] = []
  let skip = size
  for (const buffer of buffers) {
    if (skip >= buffer.length) skip -= buffer.length
    else {
      left.push(skip === 0 ? buffer : buffer.subarray(skip))
      skip = 0
    }
  }
  return left
}

/** A file of the operating system. Calls go to the thread pool, so calls in flight at the same time run in any order. */
export class NodeFileHandle implements FileHandle {
  readonly path: string
  readonly #fd: number
  /** Calls in the thread pool. The descriptor is closed after the last one, because its number may be reused at once. */
  #pending = 0
  #closed: Promise<void> | null = null
  #onIdle: (() => void) | null = null

  constructor(path: string, fd: number) {
    this.path = path
    this.#fd = fd
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return this.#call('read', (resolve, reject) => {
      let done = 0
      const step = (): void => {
        fs.read(this.#fd, target, done, target.length - done, position + done, (error, size) => {
          if (error !== null) return reject(systemCodeOf(error), error)
          done += size
          // A short read means the end of the file or a signal; only a read of nothing tells the two apart.
          if (size === 0 || done === target.length) return resolve(done)
          step()
        })
      }
      if (target.length === 0) resolve(0)
      else step()
    })
  }

  readSync(target: Uint8Array, position: number): number {
    this.#requireOpen('read')
    let done = 0
    try {
      while (done < target.length) {
        const size = fs.readSync(this.#fd, target, done, target.length - done, position + done)
        if (size === 0) break
        done += size
      }
    } catch (error) {
      throw fileFailure('read', this.path, systemCodeOf(error), error)
    }
    return done
  }

  write(buffers: readonly Uint8Array[], position: number): Promise<void> {
    return this.#call('write', (resolve, reject) => {
      let left = unwritten(buffers, 0)
      let offset = position
      const written = (error: NodeJS.ErrnoException | null, size: number): void => {
        if (error !== null) return reject(systemCodeOf(error), error)
        if (size === 0) return reject('EIO')
        offset += size
        left = unwritten(left, size)
        step()
      }
      // libuv splits what is more than one system call takes (IOV_MAX buffers); a short write comes back to here.
      const step = (): void => {
        const first = left[0]
        if (first === undefined) return resolve()
        if (left.length === 1) fs.write(this.#fd, first, 0, first.length, offset, written)
        else fs.writev(this.#fd, left, offset, written)
      }
      step()
    })
  }

  writeSync(buffer: Uint8Array, position: number): void {
    this.#requireOpen('write')
    let done = 0
    try {
      while (done < buffer.length) {
        done += fs.writeSync(this.#fd, buffer, done, buffer.length - done, position + done)
      }
    } catch (error) {
      throw fileFailure('write', this.path, systemCodeOf(error), error)
    }
  }

  datasync(): Promise<void> {
    return this.#plainCall('sync', (done) => fs.fdatasync(this.#fd, done))
  }

  sync(): Promise<void> {
    return this.#plainCall('sync', (done) => fs.fsync(this.#fd, done))
  }

  truncate(length: number): Promise<void> {
    return this.#plainCall('truncate', (done) => fs.ftruncate(this.#fd, length, done))
  }

  size(): Promise<number> {
    return this.#call('stat', (resolve, reject) => {
      fs.fstat(this.#fd, (error, stats) => {
        if (error === null) resolve(stats.size)
        else reject(systemCodeOf(error), error)
      })
    })
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    if (this.#pending > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve))
    await new Promise<void>((resolve, reject) => {
      fs.close(this.#fd, (error) => {
        if (error === null || error === undefined) resolve()
        else reject(fileFailure('close', this.path, systemCodeOf(error), error))
      })
    })
  }

  #plainCall(operation: string, start: (done: fs.NoParamCallback) => void): Promise<void> {
    return this.#call(operation, (resolve, reject) => {
      start((error) => {
        if (error === null || error === undefined) resolve()
        else reject(systemCodeOf(error), error)
      })
    })
  }

  #call<T>(operation: string, start: (resolve: Resolve<T>, reject: Reject) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#requireOpen(operation)
      this.#pending++
      const finish = (): void => {
        this.#pending--
        if (this.#pending === 0) this.#onIdle?.()
      }
      start(
        (value) => {
          finish()
          resolve(value)
        },
        (systemCode, cause) => {
          finish()
          reject(fileFailure(operation, this.path, systemCode, cause))
        },
      )
    })
  }

  #requireOpen(operation: string): void {
    if (this.#closed !== null) throw fileFailure(operation, this.path, 'EBADF')
  }
}
