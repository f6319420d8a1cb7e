import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import { VerifiedRanges } from './verified-ranges.ts'

it('covers what was added and nothing else', () => {
  const range = fc.tuple(fc.nat(100), fc.nat(20)).map(([from, length]) => [from, from + length] as const)
  fc.assert(
    fc.property(fc.array(range, { maxLength: 40 }), fc.array(range, { maxLength: 20 }), (added, asked) => {
      const ranges = new VerifiedRanges()
      const bytes = new Set<number>()
      for (const [from, to] of added) {
        ranges.add(from, to)
        for (let at = from; at < to; at++) bytes.add(at)
      }
      for (const [from, to] of asked) {
        if (from === to) continue
        const all = Array.from({ length: to - from }, (_, i) => from + i).every((at) => bytes.has(at))
        assert.equal(ranges.covers(from, to), all, `${from} to ${to}`)
      }
    }),
  )
})

it('forgets, rather than grows without end', () => {
  const ranges = new VerifiedRanges()
  for (let i = 0; i < 1000; i++) ranges.add(i * 10, i * 10 + 5)
  assert.ok(!ranges.covers(0, 5))
  assert.ok(ranges.covers(9990, 9995))
})
