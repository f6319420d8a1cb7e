import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { ProblemError } from '../problem.ts'
import { linesOf } from './line-splitter.ts'

async function split(chunks: readonly Buffer[], lineBytesMax = 1000): Promise<string[]> {
  async function* body(): AsyncGenerator<Buffer, void> {
    yield* chunks
  }
  return await Array.fromAsync(linesOf(body(), lineBytesMax), String)
}

describe('lines of a body', () => {
  it('are the same however the bytes arrive', async () => {
    const text = fc.array(fc.constantFrom('a', 'ü', '\n', '\r\n', '{"x":1}')).map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.integer({ min: 1, max: 7 })), async (text, sizes) => {
        const bytes = Buffer.from(text)
        const chunks: Buffer[] = []
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? bytes.length
          chunks.push(bytes.subarray(at, at + size))
          at += size
        }
        const expected = text.split('\n')
        if (expected.at(-1) === '') expected.pop()
        assert.deepEqual(await split(chunks), expected)
      }),
    )
  })

  it('are bounded, whether their end arrives or not', async () => {
    assert.deepEqual(await split([Buffer.from('12345\n12'), Buffer.from('345')], 5), ['12345', '12345'])
    for (const chunks of [['123456'], ['123456\n'], ['123', '456\n'], ['1\n123', '456']]) {
      await assert.rejects(
        split(
          chunks.map((chunk) => Buffer.from(chunk)),
          5,
        ),
        (error) => error instanceof ProblemError && error.problem.code === 'BODY_TOO_LARGE',
      )
    }
  })
})
