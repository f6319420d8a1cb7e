import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { addSequence } from '../records/record-batch.ts'
import { type ProducerBatch, ProducerState } from './producer-state.ts'

const batch = (baseSequence: number, records = 1, producerEpoch = 0, producerId = 1): ProducerBatch => ({
  producerId,
  producerEpoch,
  baseSequence,
  lastOffsetDelta: records - 1,
  maxTimestamp: 5,
  transactional: false,
})

/** Appends at the log end, as a partition does; returns the base offset, or that of the batch it repeats. */
class Log {
  readonly state = new ProducerState()
  end = 0
  committed = 0

  append(sent: ProducerBatch): number {
    const known = this.state.check(sent)
    if (known !== null) return known.baseOffset
    const base = this.end
    this.end += sent.lastOffsetDelta + 1
    this.state.replay(sent, base, this.end - 1, this.committed)
    return base
  }
}

describe('duplicates and gaps', () => {
  it('knows the last five batches and no more', () => {
    const log = new Log()
    for (let i = 0; i < 7; i++) assert.equal(log.append(batch(i)), i)
    for (let i = 2; i < 7; i++) assert.equal(log.append(batch(i)), i, `sequence ${i}`)
    assert.throws(() => log.append(batch(1)), { errorName: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    assert.equal(log.end, 7)
  })

  it('takes a batch for a duplicate only when first and last sequence are the same', () => {
    const log = new Log()
    log.append(batch(0, 3))
    assert.throws(() => log.append(batch(0, 2)), { errorName: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    assert.throws(() => log.append(batch(4)), { errorName: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    assert.equal(log.append(batch(0, 3)), 0)
  })

  it('goes on with 0 after 2^31 - 1, also within a batch', () => {
    const log = new Log()
    log.append(batch(0x7fff_fffe))
    assert.equal(log.append(batch(0x7fff_ffff, 3)), 1)
    assert.throws(() => log.append(batch(0x7fff_ffff)), { errorName: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    assert.equal(log.append(batch(2)), 4)
    assert.equal(log.append(batch(0x7fff_ffff, 3)), 1)
  })

  it('starts a new epoch with 0, and refuses the old one from then on', () => {
    const log = new Log()
    log.append(batch(9, 1, 3))
    assert.throws(() => log.append(batch(1, 1, 4)), { errorName: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    log.append(batch(0, 1, 4))
    assert.throws(() => log.append(batch(10, 1, 3)), { errorName: 'INVALID_PRODUCER_EPOCH' })
    assert.equal(log.append(batch(0, 1, 4)), 1)
  })

  it('takes any sequence from a producer that it does not know, or has forgotten', () => {
    const log = new Log()
    assert.equal(log.append(batch(100)), 0)
    log.state.expire(6)
    assert.equal(log.state.size, 0)
    assert.equal(log.append(batch(50)), 1)
    log.state.expire(5)
    assert.equal(log.state.size, 1)
  })
})

describe('what a checkpoint says', () => {
  const described = (state: ProducerState): unknown => [...state.entries]

  /** The state that the log below `end` gives. */
  function rebuilt(all: readonly { sent: ProducerBatch; base: number }[], end: number): ProducerState {
    const state = new ProducerState()
    for (const { sent, base } of all) {
      if (base + sent.lastOffsetDelta < end) state.replay(sent, base, base + sent.lastOffsetDelta, Infinity)
    }
    return ProducerState.decode(state.encode(Infinity), 0).state
  }

  it('is exactly the state of the committed log, whatever is on its way', () => {
    const step = fc.record({ producer: fc.nat(2), records: fc.integer({ min: 1, max: 3 }), kind: fc.nat(9) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const log = new Log()
        const all: { sent: ProducerBatch; base: number }[] = []
        const next = new Map<number, { epoch: number; sequence: number }>()
        for (const { producer, records, kind } of steps) {
          const at = next.get(producer) ?? { epoch: 0, sequence: 0 }
          if (kind === 0) Object.assign(at, { epoch: at.epoch + 1, sequence: 0 })
          if (kind === 1) log.committed = log.end
          const sent = batch(at.sequence, records, at.epoch, producer)
          all.push({ sent, base: log.append(sent) })
          next.set(producer, { epoch: at.epoch, sequence: addSequence(at.sequence, records) })
          const { state } = ProducerState.decode(log.state.encode(log.committed), 0)
          assert.deepEqual(described(state), described(rebuilt(all, log.committed)))
        }
      }),
    )
  })

  it('holds what a batch in flight has pushed out of memory, and not the epoch of a lost one', () => {
    const log = new Log()
    for (let i = 0; i < 5; i++) log.append(batch(i))
    log.committed = 5
    for (let i = 5; i < 10; i++) log.append(batch(i))
    log.append(batch(0, 1, 1))
    const { state } = ProducerState.decode(log.state.encode(5), 0)
    assert.equal(state.check(batch(5)), null)
    assert.equal(state.check(batch(0))?.baseOffset, 0)
    assert.throws(() => state.check(batch(6)), { errorName: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
  })
})
