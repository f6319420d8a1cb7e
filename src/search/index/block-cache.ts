import { PAGE_BYTES } from './index-layout.ts'

/** A page in memory. Readers may hold on to its bytes after it was let go. */
export interface CachedPage {
  readonly bytes: Buffer<ArrayBuffer>
  /** Where the cache finds it again: the page table of an open file. */
  readonly table: (CachedPage | undefined)[]
  readonly page: number
  /** Set when it is used, cleared when the cache passes it by. */
  isUsed: boolean
}

/** Pages of all open index files of a thread, up to a number of bytes; the ones not used of late go first (second chance). */
export class BlockCache {
  readonly #pagesMax: number
  readonly #ring: CachedPage[] = []
  #hand = 0

  constructor(bytesMax: number) {
    this.#pagesMax = Math.max(4, Math.floor(bytesMax / PAGE_BYTES))
  }

  get bytes(): number {
    return this.#ring.length * PAGE_BYTES
  }

  admit(page: CachedPage): void {
    page.table[page.page] = page
    if (this.#ring.length < this.#pagesMax) {
      this.#ring.push(page)
      return
    }
    // Each turn clears a mark, so the second round finds a victim.
    for (;;) {
      const candidate = this.#ring[this.#hand]!
      if (!candidate.isUsed) {
        candidate.table[candidate.page] = undefined
        this.#ring[this.#hand] = page
        this.#hand = (this.#hand + 1) % this.#pagesMax
        return
      }
      candidate.isUsed = false
      this.#hand = (this.#hand + 1) % this.#pagesMax
    }
  }

  /** Lets go of the pages of a file that was closed. */
  drop(table: readonly (CachedPage | undefined)[]): void {
    for (const page of table) if (page !== undefined) page.isUsed = false
  }
}
