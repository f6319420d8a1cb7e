import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { BufferPool } from '../util/buffer-pool.ts'
import { FrameReader } from './frame-reader.ts'

const largest = 1 << 20

/** A reader, what came out of it, and whether it may take memory. */
class Bench {
  readonly frames: Buffer[] = []
  readonly reader: FrameReader
  admitting = true
  used = 0
  broken: string | null = null
  #target: Uint8Array

  constructor() {
    const sink = {
      frame: (buffer: Buffer, start: number, end: number) =>
        this.frames.push(Buffer.from(buffer.subarray(start, end))),
      frameBytesMax: () => largest,
      broken: (reason: string) => (this.broken = reason),
      admits: () => this.admitting,
      memory: (bytes: number) => (this.used += bytes),
    }
    this.reader = new FrameReader(sink, new BufferPool(0))
    this.#target = this.reader.target()
  }

  /** Delivers bytes as a socket does: into the target that it got after the read before. */
  receive(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const size = Math.min(this.#target.length, bytes.length - at)
      this.#target.set(bytes.subarray(at, at + size))
      this.reader.received(size)
      this.#target = this.reader.target()
      at += size
      if (this.reader.held !== null) {
        this.admitting = true
        this.reader.admit()
      }
    }
  }
}

function frameOf(size: number, fill: number): Buffer {
  const frame = Buffer.alloc(4 + size, fill)
  frame.writeInt32BE(size)
  return frame
}

describe('the frame reader', () => {
  it('gives the frames of any stream in any pieces, whether or not they had to wait for memory', () => {
    const sizes = fc.array(fc.oneof(fc.nat(50), fc.nat(600_000)), { maxLength: 6 })
    const cuts = fc.array(fc.record({ size: fc.nat(400_000), admitting: fc.boolean() }), { maxLength: 20 })
    const property = fc.property(sizes, cuts, (sizes, cuts) => {
      const bench = new Bench()
      const frames = sizes.map((size, index) => frameOf(size, index + 1))
      let rest = Buffer.concat(frames)
      for (const { size, admitting } of cuts) {
        bench.admitting = admitting
        bench.receive(rest.subarray(0, size))
        rest = rest.subarray(size)
      }
      bench.receive(rest)
      assert.equal(bench.frames.length, frames.length)
      for (const [index, frame] of frames.entries()) assert.ok(bench.frames[index]?.equals(frame.subarray(4)))
      assert.equal(bench.used, 0)
      assert.equal(bench.reader.partial, false)
    })
    fc.assert(property, { seed: 1, numRuns: 300 })
  })

  it('takes no memory before it is admitted, and gives it back when it is stopped', () => {
    const bench = new Bench()
    const frame = frameOf(100_000, 7)
    bench.admitting = false
    bench.reader.target().set(frame.subarray(0, 1000))
    bench.reader.received(1000)
    assert.deepEqual([bench.reader.held, bench.reader.filling, bench.used], [100_000, false, 0])
    bench.reader.admit()
    assert.deepEqual([bench.reader.held, bench.reader.filling, bench.used], [null, true, 131_072])
    bench.reader.stop()
    assert.equal(bench.used, 0)
  })

  it('refuses sizes that no frame has', () => {
    for (const [size, reason] of [
      [-1, 'negative_size'],
      [largest + 1, 'too_large'],
    ] as const) {
      const bench = new Bench()
      const head = Buffer.alloc(4)
      head.writeInt32BE(size)
      bench.receive(head)
      assert.equal(bench.broken, reason)
    }
  })
})
