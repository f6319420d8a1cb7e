import { dirname, relative } from 'node:path'
import type { Env } from '../../env/env.ts'

const COPY_BYTES = 4 * 1024 * 1024

/** The directory in which a repair keeps what it replaces: `damaged/<time>` in the data directory. */
export class AsideDirectory {
  readonly path: string
  readonly #env: Env
  readonly #root: string

  constructor(env: Env, root: string) {
    this.#env = env
    this.#root = root
    this.path = `${root}/damaged/${new Date(env.clock.now()).toISOString().replaceAll(':', '-')}`
  }

  /** Copies a file, durably, to the same place below the aside directory. */
  async copy(path: string): Promise<void> {
    const { files } = this.#env
    const target = await this.#targetOf(path)
    await using source = await files.open(path, 'read')
    await using copy = await files.open(target, 'exclusive')
    const size = await source.size()
    const block = Buffer.allocUnsafe(Math.min(COPY_BYTES, Math.max(size, 1)))
    for (let at = 0; at < size;) {
      const read = await source.read(block, at)
      if (read === 0) break
      await copy.write([block.subarray(0, read)], at)
      at += read
    }
    await copy.sync()
    await files.syncDirectory(dirname(target))
  }

  /** Moves a file to the same place below the aside directory. */
  async move(path: string): Promise<void> {
    const target = await this.#targetOf(path)
    await this.#env.files.rename(path, target)
    await this.#env.files.syncDirectory(dirname(target))
    await this.#env.files.syncDirectory(dirname(path))
  }

  async #targetOf(path: string): Promise<string> {
    const target = `${this.path}/${relative(this.#root, path)}`
    await this.#env.files.makeDirectory(dirname(target))
    return target
  }
}
