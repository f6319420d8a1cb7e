import type { Prng } from './prng.ts'

/** What a disk writes as a whole; a power cut can fall between any two of them. */
export const sectorBytes = 512

type Change =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Buffer; readonly sizeAfter: number }
  | { readonly kind: 'truncate'; readonly sizeBefore: number; readonly sizeAfter: number }

/**
 * How much of what was not synced survives. `none` and `all` are the extremes; `prefix` keeps the changes up to some point
 * in the order in which they were made, the last one torn; `torn` decides for every sector alone, in no order.
 */
export type Survival = 'none' | 'all' | 'prefix' | 'torn'

const survivals: readonly Survival[] = ['none', 'all', 'prefix', 'torn']

export function drawSurvival(random: Prng): Survival {
  return survivals[random.below(survivals.length)] ?? 'none'
}

/** A growing array of bytes. Bytes from `size` on are zero. */
class Bytes {
  data: Buffer = Buffer.alloc(0)
  size = 0

  reserve(capacity: number): void {
    if (capacity <= this.data.length) return
    const grown = Buffer.alloc(Math.max(capacity, this.data.length * 2, sectorBytes))
    this.data.copy(grown, 0, 0, this.size)
    this.data = grown
  }

  write(bytes: Uint8Array, position: number): void {
    this.reserve(position + bytes.length)
    this.data.set(bytes, position)
  }

  resize(size: number): void {
    this.reserve(size)
    if (size < this.size) this.data.fill(0, size, this.size)
    this.size = size
  }

  clone(): Bytes {
    const copy = new Bytes()
    copy.data = Buffer.from(this.data)
    copy.size = this.size
    return copy
  }
}

/**
 * The bytes of one file, twice: as the page cache has them, which is what every process reads and what survives the death
 * of a process, and as the device has them, with the ordered list of changes that lie between the two.
 *
 * After a power cut a sector holds what it held after some number of the unsynced changes to it, each sector for itself,
 * and the size is that after some number of the changes of the size. A truncation takes part in both: a sector has it
 * exactly when the size has it.
 */
export class FileContent {
  #cached = new Bytes()
  #durable = new Bytes()
  #changes: Change[] = []

  get size(): number {
    return this.#cached.size
  }

  get isClean(): boolean {
    return this.#changes.length === 0
  }

  read(target: Uint8Array, position: number): number {
    const available = this.#cached.data.subarray(
      position,
      Math.min(position + target.length, this.#cached.size),
    )
    target.set(available)
    return available.length
  }

  write(bytes: Uint8Array, position: number): void {
    if (bytes.length === 0) return
    const sizeAfter = Math.max(this.#cached.size, position + bytes.length)
    this.#changes.push({ kind: 'write', position, bytes: Buffer.from(bytes), sizeAfter })
    this.#cached.resize(sizeAfter)
    this.#cached.write(bytes, position)
  }

  truncate(size: number): void {
    const sizeBefore = this.#cached.size
    if (size === sizeBefore) return
    this.#changes.push({ kind: 'truncate', sizeBefore, sizeAfter: size })
    this.#cached.resize(size)
  }

  /** All changes reach the device. */
  sync(): void {
    this.#settle(this.#changes.length, () => Infinity)
    this.#changes = []
  }

  /**
   * The device fails while changes are written out. The kernel reports that once and then counts the pages as clean: the
   * cache still shows the new bytes, but nothing will ever write them again.
   */
  failSync(random: Prng): void {
    this.#lose(random, 'torn')
    this.#changes = []
  }

  /** The power is cut and comes back: the cache now holds what the device has. */
  crash(random: Prng, survival: Survival): void {
    this.#lose(random, survival)
    this.#changes = []
    this.#cached = this.#durable.clone()
  }

  /** The kernel drops the clean pages; after a failed sync this is when the old bytes come back. */
  evict(): void {
    if (this.isClean) this.#cached = this.#durable.clone()
  }

  /** Turns one bit over, in the cache and on the device. */
  flip(position: number, bit: number): void {
    if (position >= this.size)
      throw new RangeError(`there is no byte ${position} in a file of ${this.size} bytes`)
    for (const bytes of [this.#cached, this.#durable]) {
      if (position < bytes.size) bytes.data[position] = (bytes.data[position] ?? 0) ^ (1 << bit)
    }
  }

  #lose(random: Prng, survival: Survival): void {
    const count = this.#changes.length
    if (count === 0 || survival === 'none') return
    if (survival === 'all') {
      this.#settle(count, () => Infinity)
    } else if (survival === 'torn') {
      this.#settle(random.below(count + 1), (low, high) => low + random.below(high - low + 1))
    } else {
      const last = random.below(count)
      const sizeChanges = last + random.below(2)
      this.#settle(sizeChanges, (low, high, changes) => {
        const kept = changes.filter((change) => change < last).length
        const torn = changes.includes(last) && random.chance(0.5) ? 1 : 0
        return Math.min(Math.max(kept + torn, low), high)
      })
    }
  }

  /**
   * Brings the device to a legal state: the size after the first `sizeChanges` changes, and for every sector the first
   * few of the changes to it, as many as `choose` says between the two bounds that truncations leave.
   */
  #settle(
    sizeChanges: number,
    choose: (low: number, high: number, changes: readonly number[]) => number,
  ): void {
    const size = sizeChanges === 0 ? this.#durable.size : (this.#changes[sizeChanges - 1]?.sizeAfter ?? 0)
    let end = Math.max(size, this.#durable.size)
    for (const change of this.#changes) end = Math.max(end, change.sizeAfter)
    this.#durable.reserve(Math.ceil(end / sectorBytes) * sectorBytes)
    for (const [sector, changes] of this.#changesBySector()) {
      let low = 0
      let high = changes.length
      for (const [place, index] of changes.entries()) {
        if (this.#changes[index]?.kind !== 'truncate') continue
        if (index < sizeChanges) low = place + 1
        else high = Math.min(high, place)
      }
      this.#settleSector(sector, changes, Math.min(choose(low, high, changes), high))
    }
    this.#durable.data.fill(0, size)
    this.#durable.size = size
  }

  #settleSector(sector: number, changes: readonly number[], count: number): void {
    const start = sector * sectorBytes
    const end = start + sectorBytes
    const { data } = this.#durable
    if (count === changes.length) {
      // The whole sector is written from the cache, with bytes that an earlier failed sync left there.
      data.fill(0, start, end)
      this.#cached.data.copy(data, start, start, Math.min(end, this.#cached.size))
      return
    }
    for (const index of changes.slice(0, count)) {
      const change = this.#changes[index]
      if (change === undefined) continue
      if (change.kind === 'truncate') data.fill(0, Math.max(start, change.sizeAfter), end)
      else {
        const from = Math.max(start, change.position)
        const to = Math.min(end, change.position + change.bytes.length)
        change.bytes.copy(data, from, from - change.position, to - change.position)
      }
    }
  }

  /** For every sector that changes touch: their indexes, in order. */
  #changesBySector(): Map<number, number[]> {
    const sectors = new Map<number, number[]>()
    for (const [index, change] of this.#changes.entries()) {
      const [from, to] = touchedBytes(change)
      for (let sector = Math.floor(from / sectorBytes); sector * sectorBytes < to; sector++) {
        const list = sectors.get(sector)
        if (list === undefined) sectors.set(sector, [index])
        else list.push(index)
      }
    }
    return sectors
  }
}

function touchedBytes(change: Change): [number, number] {
  return change.kind === 'write'
    ? [change.position, change.position + change.bytes.length]
    : [change.sizeAfter, change.sizeBefore]
}
