import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import { SparseIndex } from './sparse-index.ts'

interface Batch {
  readonly records: number
  readonly bytes: number
  readonly timestamp: number
}

interface Placed extends Batch {
  readonly offset: number
  readonly position: number
  readonly newestBefore: number
}

const batches = fc.array(
  fc.record({
    records: fc.integer({ min: 1, max: 50 }),
    bytes: fc.integer({ min: 61, max: 9000 }),
    timestamp: fc.nat(1000),
  }),
  { maxLength: 80 },
)

function place(list: readonly Batch[]): Placed[] {
  let offset = 0
  let position = 0
  let newestBefore = -1
  return list.map((batch) => {
    const placed = { ...batch, offset, position, newestBefore }
    offset += batch.records
    position += batch.bytes
    newestBefore = Math.max(newestBefore, batch.timestamp)
    return placed
  })
}

function indexOf(placed: readonly Placed[]): SparseIndex {
  const index = new SparseIndex()
  for (const { offset, position, newestBefore } of placed) index.batch(offset, position, newestBefore)
  return index
}

function checkLookups(index: SparseIndex, placed: readonly Placed[]): void {
  for (const { offset, position, records } of placed) {
    for (const wanted of [offset, offset + records - 1]) {
      const floor = index.floorForOffset(wanted)
      assert.equal(floor.position, index.positionForOffset(wanted))
      const found = placed.find((batch) => batch.position === floor.position)
      assert.ok(found !== undefined && found.offset === floor.relativeOffset)
      assert.ok(found.position <= position && position - found.position < 4096 + 9000)
    }
  }
  for (const timestamp of [0, 1, 250, 500, 999, 1001]) {
    const floor = index.floorForTimestamp(timestamp)
    const first = placed.find((batch) => batch.timestamp >= timestamp)
    assert.ok(first === undefined || floor.position <= first.position, `timestamp ${timestamp}`)
  }
}

it('finds a batch at or before the wanted one, not far before it', () => {
  fc.assert(fc.property(batches, (list) => checkLookups(indexOf(place(list)), place(list))))
})

it('is the same after a round through a file, and after joining two parts', () => {
  fc.assert(
    fc.property(batches, fc.nat(80), (list, cut) => {
      const placed = place(list)
      const decoded = SparseIndex.decode(indexOf(placed).encode(77, 1234), 1234)
      assert.ok(decoded !== null)
      assert.equal(decoded.maxTimestamp, 77)
      checkLookups(decoded.index, placed)
      const joined = indexOf(placed.slice(0, cut))
      joined.append(indexOf(placed.slice(cut)))
      checkLookups(joined, placed)
    }),
  )
})

it('refuses a file that is damaged anywhere, cut off, or of a segment of another size', () => {
  const bytes = indexOf(
    place(Array.from({ length: 5 }, () => ({ records: 1, bytes: 5000, timestamp: 1 }))),
  ).encode(1, 25_000)
  assert.equal(SparseIndex.decode(bytes, 25_001), null)
  for (let i = 0; i < bytes.length; i++) {
    const damaged = Buffer.from(bytes)
    damaged[i] = (damaged[i] ?? 0) ^ 4
    assert.equal(SparseIndex.decode(damaged, 25_000), null, `byte ${i}`)
    assert.equal(SparseIndex.decode(bytes.subarray(0, i), 25_000), null, `cut at ${i}`)
  }
})
