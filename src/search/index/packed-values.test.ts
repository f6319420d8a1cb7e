import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MemorySink } from './index-sink.ts'
import { MemorySource } from './index-source.ts'
import { PackedValues, ValuesWriter } from './packed-values.ts'

function roundTrip(values: readonly number[]): { readonly packed: PackedValues; readonly bytes: number } {
  const sink = new MemorySink(64)
  sink.write(Buffer.from('odd'))
  const writer = new ValuesWriter(sink)
  for (const value of values) writer.add(value)
  const entry = writer.finish()
  return { packed: new PackedValues(new MemorySource(sink.finish()), entry), bytes: sink.position }
}

test('every number is read as it was written', () => {
  const number = fc.oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true }),
    fc.integer({ min: -1e6, max: 1e9 }).map((value) => value / 1000),
    fc.constantFrom(0, 0.1, 1e22, 2 ** 53, -(2 ** 31), 2 ** 32, 5e-324),
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(number, { maxLength: 30 }),
        // Nearly ascending, so that steps are stored; the last may be far away.
        fc
          .tuple(fc.array(fc.integer({ min: -3, max: 900 }), { maxLength: 40 }), number)
          .map(([steps, last]) => {
            let at = 1_700_000_000_000
            return [...steps.map((step) => (at += step)), last]
          }),
        fc.array(
          fc.integer({ min: 0, max: 5000 }).map((value) => value / 100),
          { maxLength: 30 },
        ),
      ),
      fc.constantFrom(1, 40, 100),
      (some, times) => {
        const values = Array.from({ length: times }, () => some).flat()
        const { packed } = roundTrip(values)
        const read = new Float64Array(values.length)
        packed.read(0, values.length, read, 0)
        // -0 is stored as 0.
        const expected = values.map((value) => value + 0)
        assert.deepEqual(
          [...read].map((value) => value + 0),
          expected,
        )
        for (let index = values.length - 1; index >= 0; index -= 7) {
          assert.equal(packed.peek(index) + 0, expected[index])
          assert.equal(packed.at(index) + 0, expected[index])
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('numbers in a narrow range and short decimals take few bits', () => {
  const many = (of: (index: number) => number): number =>
    roundTrip(Array.from({ length: 4096 }, (_, index) => of(index))).bytes
  assert.ok(many((index) => 1_700_000_000_000 + (index % 8)) < 4096 * 0.5)
  assert.ok(many((index) => (index % 1000) / 100) < 4096 * 1.5)
  assert.ok(many(() => 7) < 200)
  assert.ok(many((index) => 1_700_000_000_000 + index * 250 + ((index * 7919) % 200)) < 4096 * 1.3)
})
