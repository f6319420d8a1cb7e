import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IndexPart } from './index-part.ts'
import { partsToMerge } from './merge-choice.ts'

function parts(sizes: readonly number[], inMemory: readonly number[] = []): IndexPart[] {
  return sizes.map((bytes, index) => ({
    baseOffset: index * 10,
    endOffset: index * 10 + 10,
    stamp: '',
    indexes: [],
    docCount: 10,
    path: inMemory.includes(index) ? null : `${index}`,
    bytes,
    close: async () => {},
  }))
}

test('eight neighbours of about the same size are merged, the newest first', () => {
  const chosen = partsToMerge(parts(Array.from({ length: 10 }, () => 50)), 100, 1e9)
  assert.deepEqual(
    chosen?.map(({ baseOffset }) => baseOffset),
    [20, 30, 40, 50, 60, 70, 80, 90],
  )
})

test('files of another size, in memory, or apart are not part of a run', () => {
  const seven = Array.from({ length: 7 }, () => 50)
  assert.equal(partsToMerge(parts(seven), 100, 1e9), null)
  assert.equal(partsToMerge(parts([...seven, 100_000]), 100, 1e9), null)
  assert.equal(partsToMerge(parts([...seven, 50], [7]), 100, 1e9), null)
  const apart = parts([...seven, 50, 50]).filter((_, index) => index !== 4)
  assert.equal(partsToMerge(apart, 100, 1e9), null)
})

test('nothing becomes larger than allowed, and smaller runs before it are still merged', () => {
  const large = Array.from({ length: 8 }, () => 90)
  assert.equal(partsToMerge(parts(large), 100, 8 * 90 - 1), null)
  assert.equal(partsToMerge(parts(large), 100, 8 * 90)?.length, 8)
})

test('merging again and again ends, with few files', () => {
  let files = parts(Array.from({ length: 200 }, () => 100))
  let written = 0
  for (;;) {
    const chosen = partsToMerge(files, 100, 1e9)
    const [first] = chosen ?? []
    const last = chosen?.at(-1)
    if (chosen === null || first === undefined || last === undefined) break
    const bytes = chosen.reduce((sum, part) => sum + part.bytes, 0)
    written += bytes
    files = [
      ...files.filter((part) => !chosen.includes(part)),
      { ...first, endOffset: last.endOffset, bytes },
    ]
    files.sort((a, b) => a.baseOffset - b.baseOffset)
  }
  assert.ok(files.length <= 24, `${files.length} files are left`)
  assert.ok(written <= 200 * 100 * 3, `${written} bytes were written`)
})
