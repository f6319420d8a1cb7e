import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { indexFileName, parseIndexName, withoutOverlaps } from './index-names.ts'

test('a name says what it was made of', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 1e9 }),
      fc.constantFrom('', '0badcafe'),
      (base, size, stamp) => {
        const name = { baseOffset: base, endOffset: base + size, stamp }
        assert.deepEqual(parseIndexName(indexFileName(name)), name)
      },
    ),
  )
})

test('other names are none', () => {
  const good = indexFileName({ baseOffset: 5, endOffset: 9, stamp: '' })
  for (const name of [`${good}.tmp`, good.slice(1), 'x', '00000000000000000009-00000000000000000009.index'])
    assert.equal(parseIndexName(name), null, name)
})

test('of ranges that overlap the largest stay, and none is lost or doubled', () => {
  const range = fc
    .tuple(fc.nat({ max: 40 }), fc.integer({ min: 1, max: 20 }))
    .map(([base, size]) => ({ baseOffset: base, endOffset: base + size }))
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
      const { kept, superseded } = withoutOverlaps(ranges)
      assert.equal(kept.length + superseded.length, ranges.length)
      for (const [index, each] of kept.entries()) {
        const next = kept[index + 1]
        assert.ok(next === undefined || each.endOffset <= next.baseOffset)
      }
      for (const gone of superseded)
        assert.ok(
          kept.some(
            (other) =>
              gone.baseOffset < other.endOffset &&
              other.baseOffset < gone.endOffset &&
              other.endOffset - other.baseOffset >= gone.endOffset - gone.baseOffset,
          ),
        )
    }),
  )
})

test('a merged file supersedes those that went into it', () => {
  const parts = [0, 10, 20].map((base) => ({ baseOffset: base, endOffset: base + 10 }))
  const merged = { baseOffset: 0, endOffset: 30 }
  assert.deepEqual(withoutOverlaps([...parts, merged]), { kept: [merged], superseded: parts })
})
