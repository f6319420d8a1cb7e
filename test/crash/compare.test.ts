import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compare, type FindingKind, type PartitionRead } from './compare.ts'
import {
  addWriter,
  allowSent,
  copyLedger,
  newPartitionLedger,
  type PartitionLedger,
  sampleKey,
  type Sent,
} from './ledger.ts'
import { readSample, sampleValue } from './sample-value.ts'

function sent(offset: number | null, attempts = 1): Sent {
  return { attempts, acknowledged: offset !== null, offset: offset ?? -1 }
}

/** Writer 1 is idempotent, writer 2 is not. */
function ledgerOf(first: readonly Sent[], second: readonly Sent[] = []): PartitionLedger {
  const ledger = newPartitionLedger('t', 0)
  addWriter(ledger, 1, true).sent.push(...first)
  addWriter(ledger, 2, false).sent.push(...second)
  return ledger
}

/** Records from offset 0, each `[writer, sequence]`. */
function readOf(...ids: (readonly [number, number] | null)[]): PartitionRead {
  const records = ids.map((id, offset) => ({
    offset,
    id: id === null ? null : { writer: id[0], sequence: id[1] },
  }))
  return { logStart: 0, highWatermark: records.length, records }
}

function kinds(ledger: PartitionLedger, read: PartitionRead): FindingKind[] {
  return compare(ledger, read).findings.map(({ kind }) => kind)
}

describe('compare', () => {
  it('finds nothing where all that was acknowledged is there once', () => {
    const ledger = ledgerOf([sent(0), sent(2), sent(null)], [sent(1, 3)])
    ledger.seen[1] = sampleKey(2, 0)
    const { findings, acknowledged, read, repeated } = compare(ledger, readOf([1, 0], [2, 0], [1, 1], [2, 0]))
    assert.deepEqual(
      { findings, acknowledged, read, repeated },
      { findings: [], acknowledged: 3, read: 4, repeated: 1 },
    )
  })

  it('finds a lost value', () =>
    assert.deepEqual(kinds(ledgerOf([sent(0), sent(1)]), readOf([1, 0])), ['lost']))

  it('finds an invented value, of a known and of an unknown writer', () => {
    assert.deepEqual(kinds(ledgerOf([sent(0)]), readOf([1, 0], [1, 1], [7, 0])), ['invented', 'invented'])
  })

  it('finds a duplicate of an idempotent writer, however often it was sent', () => {
    assert.deepEqual(kinds(ledgerOf([sent(0, 9)]), readOf([1, 0], [1, 0])), ['duplicated'])
  })

  it('finds more copies than another writer sent', () => {
    assert.deepEqual(kinds(ledgerOf([], [sent(0, 2)]), readOf([2, 0], [2, 0], [2, 0])), ['duplicated'])
  })

  it('finds damage', () => assert.deepEqual(kinds(ledgerOf([]), readOf(null)), ['damaged']))

  it('finds a value that stands elsewhere', () => {
    assert.deepEqual(kinds(ledgerOf([sent(1), sent(null)]), readOf([1, 0], [1, 1])), ['moved'])
  })

  it('finds values of an idempotent writer out of order', () => {
    assert.deepEqual(kinds(ledgerOf([sent(1), sent(0)]), readOf([1, 1], [1, 0])), ['reordered'])
  })

  it('finds what a consumer had read and is not there any more', () => {
    const other = ledgerOf([sent(null), sent(null)])
    other.seen[0] = sampleKey(1, 1)
    assert.deepEqual(kinds(other, readOf([1, 0])), ['unread'])
    const shorter = ledgerOf([sent(null), sent(null)])
    shorter.seen[1] = sampleKey(1, 1)
    assert.deepEqual(kinds(shorter, readOf([1, 0])), ['unread'])
  })

  it('finds missing offsets and a high watermark that fell', () => {
    const ledger = ledgerOf([sent(null)])
    ledger.highWatermark = 3
    const read = { logStart: 0, highWatermark: 2, records: [{ offset: 1, id: { writer: 1, sequence: 0 } }] }
    assert.deepEqual(kinds(ledger, read), ['gap', 'shortened'])
    assert.deepEqual(kinds(ledgerOf([sent(null)]), { ...readOf([1, 0]), highWatermark: 2 }), ['gap'])
  })

  it('takes a copy as of its moment, and allows what was sent later', () => {
    const ledger = ledgerOf([sent(0)])
    const copy = copyLedger(ledger)
    ledger.writers.get(1)?.sent.push(sent(1))
    assert.deepEqual(kinds(copy, readOf([1, 0], [1, 1])), ['invented'])
    allowSent(copy, ledger)
    assert.deepEqual(kinds(copy, readOf([1, 0], [1, 1])), [])
    assert.deepEqual(kinds(copy, readOf([1, 0])), [])
  })
})

describe('a sample value', () => {
  it('says whose it is, and nothing once a bit has changed', () => {
    const value = sampleValue({ writer: 3, sequence: 70_000 }, 500)
    assert.deepEqual(readSample(value), { writer: 3, sequence: 70_000 })
    for (const at of [0, 5, 17, 499]) {
      const damaged = Buffer.from(value)
      damaged[at] = (damaged[at] ?? 0) ^ 4
      assert.equal(readSample(damaged), null)
    }
    assert.equal(readSample(value.subarray(0, 499)), null)
    assert.equal(readSample(null), null)
  })
})
