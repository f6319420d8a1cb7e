import assert from 'node:assert/strict'
import type { Prng } from '../../env/sim/prng.ts'
import type { LogRead } from '../log-reader.ts'
import type { PartitionLog } from '../partition-log.ts'
import { offsetForTimestamp, offsetOfMaxTimestamp } from '../timestamp-lookup.ts'
import type { PartitionModel } from './partition-model.ts'
import type { Life } from './sim-life.ts'

/** Reads at any offset with any limit, and takes its time before it gives the memory back. */
export class SimReader {
  readonly #random: Prng
  readonly #sleep: (ms: number) => Promise<void>

  constructor(random: Prng, sleep: (ms: number) => Promise<void>) {
    this.#random = random
    this.#sleep = sleep
  }

  async read(life: Life, log: PartitionLog, model: PartitionModel): Promise<void> {
    const low = Math.max(log.logStartOffset - 2, 0)
    const offset = low + this.#random.below(log.highWatermark - low + 2)
    const maxBytes = this.#random.below(3) === 0 ? this.#random.below(300) : this.#random.below(20_000)
    const whole = this.#random.chance(0.7)
    const start = log.logStartOffset
    const highWatermark = log.highWatermark
    const read = await log.read(offset, maxBytes, whole)
    if (life.dead) return
    const bytes = Buffer.concat(read.buffers)
    assert.equal(bytes.length, read.bytes)
    model.checkRead(bytes, offset, log.highWatermark)
    if (offset >= start && offset < highWatermark && whole)
      assert.ok(bytes.length > 0, `${model.name}: nothing came for ${offset} below ${highWatermark}`)
    await this.#hold(life, read, bytes, model)
  }

  /** A slow consumer: the bytes must stay what they are until they are released. */
  async #hold(life: Life, read: LogRead, bytes: Buffer, model: PartitionModel): Promise<void> {
    await this.#sleep(this.#random.chance(0.3) ? this.#random.between(0, 500) : 0)
    if (life.dead) return
    assert.ok(
      Buffer.concat(read.buffers).equals(bytes),
      `${model.name}: the bytes of a read changed before their release`,
    )
    read.release()
  }

  async lookUp(life: Life, log: PartitionLog, nowMs: number): Promise<void> {
    const highWatermark = log.highWatermark
    const found = this.#random.chance(0.5)
      ? await offsetForTimestamp(log, Math.floor(this.#random.between(0, nowMs)))
      : await offsetOfMaxTimestamp(log)
    if (found === null || life.dead) return
    assert.ok(
      found.offset < log.highWatermark,
      `offset ${found.offset} for a timestamp, high watermark ${highWatermark}`,
    )
  }
}
