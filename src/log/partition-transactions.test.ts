import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { buildBatch } from '../records/build-batch.ts'
import { transactionMarker } from '../records/control-record.ts'
import * as header from '../records/record-batch.ts'
import { ProducerState, producerBatch } from './producer-state.ts'

/** A log of transactional batches and markers, as a partition keeps it. */
class Log {
  state = new ProducerState()
  readonly batches: Buffer[] = []
  end = 0
  committed = 0
  readonly #sequences = new Map<number, number>()

  data(producerId: number, records = 1, producerEpoch = 0): number {
    const key = producerId * 1000 + producerEpoch
    const baseSequence = this.#sequences.get(key) ?? 0
    this.#sequences.set(key, baseSequence + records)
    return this.#append(
      buildBatch(
        { producerId, producerEpoch, baseSequence, transactional: true },
        Array.from({ length: records }, () => ({ timestamp: 1, key: null, value: Buffer.from('v') })),
      ),
    )
  }

  plain(): number {
    return this.#append(buildBatch({}, [{ timestamp: 1, key: null, value: null }]))
  }

  marker(outcome: 'commit' | 'abort', producerId: number, producerEpoch = 0, coordinatorEpoch = 1): number {
    return this.#append(
      transactionMarker(outcome, { producerId, producerEpoch, coordinatorEpoch, timestamp: 2 }),
    )
  }

  stable(): number {
    return this.state.transactions.lastStableOffset(this.committed)
  }

  commit(): void {
    this.committed = this.end
  }

  aborted(from = 0, to = this.stable()): [number, number][] {
    return this.state.transactions
      .abortedTransactions(from, to)
      .map(({ producerId, firstOffset }) => [producerId, firstOffset])
  }

  #append(batch: Buffer): number {
    const base = this.end
    header.setBaseOffset(batch, 0, base)
    this.batches.push(batch)
    this.state.observe(batch, 0, base, this.committed)
    this.end += header.lastOffsetDelta(batch, 0) + 1
    return base
  }
}

describe('the last stable offset', () => {
  it('is where the first open transaction begins, and the high watermark without one', () => {
    const log = new Log()
    log.plain()
    log.data(1, 3)
    log.data(2)
    log.commit()
    assert.equal(log.stable(), 1)
    log.marker('commit', 1)
    log.commit()
    assert.equal(log.stable(), 4)
    log.marker('abort', 2)
    log.commit()
    assert.equal(log.stable(), log.end)
  })

  it('does not move for a marker that a crash could still take away', () => {
    const log = new Log()
    log.data(1)
    log.commit()
    log.marker('commit', 1)
    assert.equal(log.stable(), 0)
    log.commit()
    assert.equal(log.stable(), 2)
  })
})

describe('aborted transactions', () => {
  it('are found by every range that has one of their records', () => {
    const log = new Log()
    log.data(1)
    log.data(2)
    log.data(1, 4)
    log.marker('abort', 1)
    log.marker('commit', 2)
    log.data(1)
    log.marker('abort', 1)
    log.commit()
    assert.deepEqual(log.aborted(), [
      [1, 0],
      [1, 8],
    ])
    assert.deepEqual(log.aborted(3, 5), [[1, 0]])
    assert.deepEqual(log.aborted(7), [[1, 8]])
    assert.deepEqual(log.aborted(0, 8), [[1, 0]])
    log.state.transactions.forgetBefore(7)
    assert.deepEqual(log.aborted(), [[1, 8]])
  })

  it('a marker without records is none', () => {
    const log = new Log()
    log.marker('abort', 1)
    log.commit()
    assert.deepEqual(log.aborted(), [])
    assert.equal(log.stable(), 1)
  })
})

describe('who may write', () => {
  const sent = (log: Log, transactional: boolean, producerEpoch = 0, baseSequence = 0) => {
    const batch = buildBatch({ producerId: 1, producerEpoch, baseSequence, transactional }, [
      { timestamp: 1, key: null, value: null },
    ])
    return { batch: producerBatch(batch, 0, 1), state: log.state }
  }

  it('begins a transaction only with the guard of its own verification', () => {
    const { batch, state } = sent(new Log(), true)
    assert.throws(() => state.check(batch), { errorName: 'INVALID_TXN_STATE' })
    const guard = state.startVerification(batch, true, 0)
    assert.throws(() => state.check(batch, {}), { errorName: 'INVALID_TXN_STATE' })
    assert.equal(state.check(batch, guard), null)
  })

  it('does not begin one that a marker has ended since', () => {
    const log = new Log()
    const { batch, state } = sent(log, true)
    const guard = state.startVerification(batch, false, 0)
    log.marker('abort', 1)
    assert.throws(() => state.check(batch, guard), { errorName: 'INVALID_TXN_STATE' })
  })

  it('needs no guard while the transaction is open, and a new one in the next epoch', () => {
    const log = new Log()
    log.data(1)
    assert.equal(log.state.check(sent(log, true, 0, 1).batch), null)
    assert.throws(() => log.state.check(sent(log, false, 0, 1).batch), { errorName: 'INVALID_TXN_STATE' })
    log.marker('commit', 1, 1)
    assert.throws(() => log.state.check(sent(log, true, 0, 1).batch), { errorName: 'INVALID_PRODUCER_EPOCH' })
    assert.throws(() => log.state.check(sent(log, true, 1, 0).batch), { errorName: 'INVALID_TXN_STATE' })
    const next = sent(log, true, 1, 5)
    const guard = log.state.startVerification(next.batch, true, 0)
    assert.throws(() => log.state.check(next.batch, guard), { errorName: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
  })

  it('a marker of an old coordinator or epoch is refused, one that repeats the last is not', () => {
    const log = new Log()
    log.data(1, 1, 3)
    const marker = (producerEpoch: number, coordinatorEpoch: number, transactionVersion: number) => ({
      producerId: 1,
      producerEpoch,
      coordinatorEpoch,
      outcome: 'commit' as const,
      transactionVersion,
    })
    assert.throws(() => log.state.checkMarker(marker(2, 1, 0)), { errorName: 'INVALID_PRODUCER_EPOCH' })
    assert.throws(() => log.state.checkMarker(marker(3, 1, 2)), { errorName: 'INVALID_PRODUCER_EPOCH' })
    log.state.checkMarker(marker(3, 1, 0))
    log.state.checkMarker(marker(4, 1, 2))
    log.marker('commit', 1, 4, 5)
    log.state.checkMarker(marker(4, 5, 2))
    assert.throws(() => log.state.checkMarker(marker(4, 4, 2)), {
      errorName: 'TRANSACTION_COORDINATOR_FENCED',
    })
  })
})

describe('what a checkpoint keeps', () => {
  const step = fc.record({
    kind: fc.constantFrom('data', 'data', 'commit', 'abort', 'plain', 'durable'),
    producerId: fc.integer({ min: 1, max: 3 }),
  })

  it('the state as of the committed end, with the log from there, is the state of the whole log', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const log = new Log()
        const epochs = new Map<number, number>()
        for (const { kind, producerId } of steps) {
          const epoch = epochs.get(producerId) ?? 0
          if (kind === 'data') log.data(producerId, 2, epoch)
          else if (kind === 'plain') log.plain()
          else if (kind === 'durable') log.commit()
          else {
            epochs.set(producerId, epoch + 1)
            log.marker(kind, producerId, epoch + 1)
          }
        }
        const { state } = ProducerState.decode(log.state.encode(log.committed), 0)
        for (const batch of log.batches) {
          const base = header.baseOffset(batch, 0)
          if (base >= log.committed) state.observe(batch, 0, base, base)
        }
        assert.deepEqual(state.encode(Infinity), log.state.encode(Infinity))
        assert.equal(
          state.transactions.lastStableOffset(log.end),
          log.state.transactions.lastStableOffset(log.end),
        )
      }),
      { numRuns: 300 },
    )
  })
})
