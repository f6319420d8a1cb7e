import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { addPartitions } from './add-partitions.ts'
import { abortByFence, completed, endTransaction } from './end-transaction.ts'
import { initProducerId } from './init-producer-id.ts'
import type { Identity, Outcome } from './outcome.ts'
import { isPreparing, type Transaction } from './transaction.ts'
import { decodeTransactionRecord, encodeTransactionRecord } from './transaction-record-codec.ts'

const partitions = new Map([['t', new Set([0])]])

/** One transactional id, to which requests come one after the other. */
class Id {
  known: Transaction | undefined
  #nextId = 100

  init(expected: Identity | null = null): string {
    return this.#apply((freshId) =>
      initProducerId(this.known, {
        transactionalId: 'tx',
        timeoutMs: 1,
        expected,
        freshId,
        version: 2,
        now: 1,
      }),
    )
  }

  add({ producerId, producerEpoch }: Identity, clientVersion = 2): string {
    return this.#apply(() =>
      addPartitions(this.known, { producerId, producerEpoch, partitions, clientVersion, now: 2 }),
    )
  }

  end({ producerId, producerEpoch }: Identity, committed: boolean, clientVersion = 2): string {
    return this.#apply((freshId) =>
      endTransaction(this.known, { producerId, producerEpoch, committed, clientVersion, freshId, now: 3 }),
    )
  }

  /** Markers are written. */
  complete(): void {
    if (this.known !== undefined && isPreparing(this.known)) this.known = completed(this.known, 4)
  }

  set(change: Partial<Transaction>): void {
    assert.ok(this.known !== undefined)
    this.known = { ...this.known, ...change }
  }

  get identity(): Identity {
    assert.ok(this.known !== undefined)
    return { producerId: this.known.producerId, producerEpoch: this.known.producerEpoch }
  }

  #apply(decide: (freshId: number | null) => Outcome): string {
    let outcome = decide(null)
    if (outcome.kind === 'needs-producer-id') outcome = decide(this.#nextId++)
    assert.ok(outcome.kind !== 'needs-producer-id')
    if (outcome.next !== null) this.known = outcome.next
    if (outcome.kind === 'error') return outcome.error
    const { producerId, producerEpoch } = outcome.identity
    return producerId < 0 ? 'NONE' : `${producerId}:${producerEpoch}`
  }
}

describe('epochs', () => {
  it('run out with InitProducerId, and a new producer id comes', () => {
    const id = new Id()
    assert.equal(id.init(), '100:0')
    id.set({ producerEpoch: 0x7ffd })
    assert.equal(id.init(), '100:32766')
    assert.equal(id.init(), '101:0')
    assert.equal(id.init({ producerId: 100, producerEpoch: 32_766 }), 'PRODUCER_FENCED')
  })

  it('run out with the end of a transaction, whose marker has the last one', () => {
    const id = new Id()
    id.init()
    id.set({ producerEpoch: 0x7ffe })
    const last = id.identity
    assert.equal(id.add(last), 'NONE')
    assert.equal(id.end(last, true), '101:0')
    assert.deepEqual([id.known?.producerId, id.known?.producerEpoch], [100, 0x7fff])
    assert.equal(id.end(last, true), 'CONCURRENT_TRANSACTIONS')
    id.complete()
    assert.deepEqual(id.identity, { producerId: 101, producerEpoch: 0 })
    assert.equal(id.end(last, true), '101:0')
    assert.equal(id.end(last, false), 'INVALID_TXN_STATE')
  })

  it('run out when an open transaction is fenced', () => {
    const id = new Id()
    id.init()
    id.set({ producerEpoch: 0x7ffe })
    id.add(id.identity)
    assert.equal(id.init(), 'CONCURRENT_TRANSACTIONS')
    assert.deepEqual(
      [id.known?.state, id.known?.producerEpoch, id.known?.nextProducerId],
      ['PrepareAbort', 0x7fff, 101],
    )
    id.complete()
    assert.equal(id.init(), '101:1')
  })
})

describe('EndTxn of a producer that gets an epoch with each', () => {
  const states = ['Empty', 'CompleteAbort', 'CompleteCommit'] as const
  /** Kafka's own table: by state, then abort and commit, each for the epoch before and for the current one. */
  const expected = {
    Empty: ['PRODUCER_FENCED', 'bump', 'PRODUCER_FENCED', 'INVALID_TXN_STATE'],
    CompleteAbort: ['same', 'bump', 'INVALID_TXN_STATE', 'INVALID_TXN_STATE'],
    CompleteCommit: ['INVALID_TXN_STATE', 'bump', 'same', 'INVALID_TXN_STATE'],
  }
  for (const state of states) {
    it(`is answered as in Kafka in state ${state}`, () => {
      const answers: string[] = []
      for (const committed of [false, true]) {
        for (const back of [1, 0]) {
          const id = new Id()
          id.init()
          id.set({ state, producerEpoch: 7 })
          const answer = id.end({ producerId: 100, producerEpoch: 7 - back }, committed)
          answers.push(answer === '100:8' ? 'bump' : answer === '100:7' ? 'same' : answer)
        }
      }
      assert.deepEqual(answers, expected[state])
    })
  }
})

describe('the record of a transactional id', () => {
  const transaction = fc.record<Transaction>({
    transactionalId: fc.string({ minLength: 1, maxLength: 20 }),
    producerId: fc.nat(),
    previousProducerId: fc.integer({ min: -1, max: 99 }),
    nextProducerId: fc.integer({ min: -1, max: 99 }),
    producerEpoch: fc.integer({ min: 0, max: 0x7fff }),
    lastProducerEpoch: fc.constant(-1),
    timeoutMs: fc.nat(),
    state: fc.constantFrom('Ongoing', 'PrepareCommit', 'PrepareAbort', 'CompleteCommit', 'CompleteAbort'),
    partitions: fc.constant(partitions),
    startMs: fc.integer({ min: -1 }),
    updateMs: fc.nat(),
    clientVersion: fc.constantFrom(0, 2),
  })

  it('brings the transaction back', () => {
    fc.assert(
      fc.property(transaction, (value) => {
        const record = { transactionalId: value.transactionalId, value: { ...value } }
        const { key, value: bytes } = encodeTransactionRecord(record, 1)
        assert.deepEqual(decodeTransactionRecord(key, bytes), record)
        assert.deepEqual(decodeTransactionRecord(key, null), { ...record, value: null })
      }),
    )
  })
})

describe('whatever comes in whatever order', () => {
  const step = fc.record({
    kind: fc.constantFrom('init', 'add', 'commit', 'abort', 'complete', 'fence'),
    who: fc.nat(3),
    clientVersion: fc.constantFrom(0, 2),
  })

  it('only the newest instance writes, and an epoch never comes twice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const id = new Id()
        const given: Identity[] = []
        const note = (answer: string): void => {
          const [producerId, producerEpoch] = answer.split(':').map(Number)
          if (producerId !== undefined && producerEpoch !== undefined)
            given.push({ producerId, producerEpoch })
        }
        for (const { kind, who, clientVersion } of steps) {
          const before = id.known
          const instance = given.at(-1 - who) ?? { producerId: 5, producerEpoch: 0 }
          if (kind === 'init') {
            const answer = id.init()
            if (answer.includes(':'))
              assert.ok(
                !given.some(({ producerId, producerEpoch }) => answer === `${producerId}:${producerEpoch}`),
              )
            note(answer)
          } else if (kind === 'complete') id.complete()
          else if (kind === 'fence') {
            if (id.known?.state === 'Ongoing')
              id.known = abortByFence(id.known, { version: 2, freshId: 999, now: 5 }) ?? id.known
          } else {
            const answer =
              kind === 'add'
                ? id.add(instance, clientVersion)
                : id.end(instance, kind === 'commit', clientVersion)
            const current =
              before?.producerId === instance.producerId && before.producerEpoch === instance.producerEpoch
            if (id.known !== before)
              assert.ok(current, `${answer} changed the state for an instance that is not the newest`)
            if (kind !== 'add') note(answer)
          }
          if (before !== undefined && id.known?.producerId === before.producerId)
            assert.ok(id.known.producerEpoch >= before.producerEpoch)
        }
      }),
      { numRuns: 500 },
    )
  })
})
