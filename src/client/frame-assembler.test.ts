import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { FrameAssembler } from './frame-assembler.ts'

function feed(assembler: FrameAssembler, input: Buffer, piece: number): Buffer[] {
  const frames: Buffer[] = []
  for (let at = 0; at < input.length;) {
    const target = assembler.target()
    assert.ok(target.length > 0)
    const size = Math.min(piece, target.length, input.length - at)
    input.copy(target, 0, at, at + size)
    at += size
    const frame = assembler.received(size)
    if (frame !== null) frames.push(frame)
  }
  return frames
}

describe('FrameAssembler', () => {
  it('puts frames together from pieces of any size', () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 })
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 60 }), (bodies, piece) => {
        const input = bodies.flatMap((body) => {
          const size = Buffer.alloc(4)
          size.writeInt32BE(body.length)
          return [size, body]
        })
        const found = feed(new FrameAssembler(50), Buffer.concat(input), piece)
        assert.deepEqual(
          found.map((frame) => [...frame]),
          bodies.map((body) => [...body]),
        )
      }),
    )
  })

  for (const size of [-1, 51, 0x7fff_ffff]) {
    it(`refuses a frame of ${size} bytes`, () => {
      const input = Buffer.alloc(4)
      input.writeInt32BE(size)
      assert.throws(() => feed(new FrameAssembler(50), input, 4), {
        errorName: 'INVALID_REQUEST',
      })
    })
  }
})
