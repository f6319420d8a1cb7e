import { execFileSync } from 'node:child_process'
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'

/**
 * Fills memory that is free with page cache, by reading a file that is one hole and so needs no disk. A virtual machine may have
 * given free memory back to its host, and then the first write into each page costs microseconds in the host: the noise would be
 * larger than what is measured. Pages of this cache are taken for other files when they are needed, without going to the host.
 * Some kernels give away page cache that nobody reads for a while (DAMON), so it is filled again before each run.
 */
export class PageCacheFill implements Disposable {
  readonly #path: string
  readonly #bytes: number

  /** Leaves `reserve` bytes of the free memory free. */
  constructor(directory: string, reserve: number) {
    mkdirSync(directory, { recursive: true })
    this.#path = join(directory, 'page-cache-fill')
    this.#bytes = Math.max(0, memoryFree() - reserve)
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

/** Bytes of memory that nothing is in; what `os.freemem` says includes page cache. */
function memoryFree(): number {
  const found = /^MemFree:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'latin1'))
  return Number(found?.[1] ?? 0) * 1024
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
