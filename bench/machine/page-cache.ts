import { execFileSync } from 'node:child_process'
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statfsSync,
} from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'

/**
 * Fills memory that is free with page cache, by reading a file that is one hole and so needs no disk. A virtual machine may have
 * given free memory back to its host, and then the first write into each page costs microseconds in the host: the noise would be
 * larger than what is measured. Pages of this cache are taken for other files when they are needed, without going to the host.
 */
export class PageCacheFill implements Disposable {
  readonly #path: string
  readonly #bytes: number

  /** Leaves `reserve` bytes of the free memory free. */
  constructor(directory: string, bytes: number, reserve: number) {
    mkdirSync(directory, { recursive: true })
    this.#path = join(directory, 'page-cache-fill')
    this.#bytes = Math.max(0, Math.min(bytes, freemem() - reserve))
    const fd = openSync(this.#path, 'w')
    ftruncateSync(fd, this.#bytes)
    closeSync(fd)
  }

  /** Reads the file, and with it whatever part of memory was freed since the last time. */
  fill(): void {
    const block = Buffer.allocUnsafe(4 << 20)
    const fd = openSync(this.#path, 'r')
    try {
      while (readSync(fd, block) > 0);
    } finally {
      closeSync(fd)
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#path, { force: true })
  }
}

/** Bytes that are free on the disk of a directory. */
export function diskFree(directory: string): number {
  const { bavail, bsize } = statfsSync(directory)
  return bavail * bsize
}

/**
 * Drops what the page cache holds of all files in a directory, so that they are read from the disk the next time. What is dirty
 * or mapped by a process stays; the caller syncs before.
 */
export function evictFromPageCache(directory: string): void {
  execFileSync('sync')
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
  for (const file of files) {
    if (!file.isFile()) continue
    // Reading nothing with this flag advises the kernel that the whole file is not needed.
    execFileSync('dd', [`if=${join(file.parentPath, file.name)}`, 'iflag=nocache', 'count=0'], {
      stdio: 'ignore',
    })
  }
}
