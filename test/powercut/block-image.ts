import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

export type FileSystem = 'ext4' | 'xfs'

const run = promisify(execFile)
const outerBytes = 16 * 2 ** 30

/** What stands in the way of power cuts on this machine, or null. Installs what can be installed. */
export function missingForPowerCuts(): string | null {
  if (process.platform !== 'linux') return 'power cuts need Linux (loop devices, XFS with reflinks)'
  if (process.getuid?.() !== 0) return 'power cuts need root, to mount images'
  try {
    execFileSync('losetup', ['--find'], { stdio: 'pipe' })
  } catch (error) {
    return `there is no free loop device (${String(error)})`
  }
  if (!has('mkfs.xfs')) {
    process.stdout.write('installing xfsprogs …\n')
    try {
      execFileSync('apt-get', ['install', '-y', 'xfsprogs'], { stdio: 'pipe' })
    } catch (error) {
      return `mkfs.xfs is missing and apt-get could not install xfsprogs (${String(error)})`
    }
  }
  return has('mkfs.ext4') ? null : 'mkfs.ext4 is missing; install e2fsprogs'
}

function has(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
}

/** A mounted image. Disposing of it unmounts. */
export interface Mount extends AsyncDisposable {
  readonly directory: string
}

/**
 * A file system with reflinks that holds images of other file systems. An image is mounted and written to; a copy of it, made at
 * once by `cut`, is what a disk has at that moment when the power fails: all that the file system of the image has sent to its
 * device, and nothing that only its page cache or the process had.
 */
export class ImageStore implements AsyncDisposable {
  readonly #base: string
  readonly #mounted: string[] = []

  private constructor(base: string) {
    this.#base = base
  }

  static async open(base: string): Promise<ImageStore> {
    const store = new ImageStore(base)
    const image = join(base, 'outer.img')
    sparseFile(image, outerBytes)
    await run('mkfs.xfs', ['-q', '-m', 'reflink=1', image])
    await store.#mount(image, store.#outer, [])
    return store
  }

  /** A new, empty image. */
  async create(name: string, fileSystem: FileSystem, bytes: number): Promise<string> {
    const image = join(this.#outer, `${name}.img`)
    sparseFile(image, bytes)
    await (fileSystem === 'ext4'
      ? run('mkfs.ext4', ['-q', '-F', image])
      : run('mkfs.xfs', ['-q', '-f', image]))
    return image
  }

  async mount(image: string, fileSystem: FileSystem): Promise<Mount> {
    const directory = image.replace(/\.img$/, '')
    // A copy has the identity of its original, which XFS does not mount twice unless told to.
    await this.#mount(image, directory, fileSystem === 'xfs' ? ['nouuid'] : [])
    return { directory, [Symbol.asyncDispose]: () => this.#unmount(directory) }
  }

  /** The power cut: the image as it is at one instant. */
  async cut(image: string, name: string): Promise<string> {
    const copy = join(this.#outer, `${name}.img`)
    await run('cp', ['--reflink=always', image, copy])
    return copy
  }

  remove(image: string): void {
    rmSync(image)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const directory of this.#mounted.toReversed()) await this.#unmount(directory)
    rmSync(join(this.#base, 'outer.img'), { force: true })
  }

  get #outer(): string {
    return join(this.#base, 'outer')
  }

  async #mount(image: string, directory: string, options: readonly string[]): Promise<void> {
    mkdirSync(directory, { recursive: true })
    await run('mount', ['-o', ['loop', ...options].join(','), image, directory])
    this.#mounted.push(directory)
  }

  async #unmount(directory: string): Promise<void> {
    const at = this.#mounted.indexOf(directory)
    if (at === -1) return
    await run('umount', [directory])
    this.#mounted.splice(at, 1)
  }
}

function sparseFile(path: string, bytes: number): void {
  writeFileSync(path, '')
  truncateSync(path, bytes)
}
