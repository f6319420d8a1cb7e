import type { Prng } from '../../env/sim/prng.ts'
import { addSequence } from '../../records/record-batch.ts'
import type { PartitionModel, SentBatch } from './partition-model.ts'
import { testBatch, type TestKey } from './test-batch.ts'

/** An idempotent producer with one partition, at most five batches without an answer, and retries in order. */
export class SimProducer {
  readonly model: PartitionModel
  #id: number
  #epoch = 0
  #nextSequence: number
  /** Oldest first. */
  unacked: SentBatch[] = []
  /** The last five of this epoch, answered or not. */
  recent: SentBatch[] = []
  /** The process that knew of the unanswered ones is gone. */
  needsResend = false

  constructor(model: PartitionModel, id: number, firstSequence: number) {
    this.model = model
    this.#id = id
    this.#nextSequence = firstSequence
  }

  static plainBatch(id: number, random: Prng, nowMs: number, compacted: boolean): SentBatch {
    const shape = drawShape(random, nowMs, compacted)
    const bytes = testBatch({ id, ...shape })
    return { bytes, id, records: shape.records, producerId: -1, producerEpoch: -1, baseSequence: -1 }
  }

  next(id: number, random: Prng, nowMs: number): SentBatch {
    const shape = drawShape(random, nowMs, this.model.compacted)
    const identity = { producerId: this.#id, producerEpoch: this.#epoch, baseSequence: this.#nextSequence }
    const sent = { bytes: testBatch({ id, ...shape, ...identity }), id, records: shape.records, ...identity }
    this.#nextSequence = addSequence(this.#nextSequence, shape.records)
    this.unacked.push(sent)
    this.recent.push(sent)
    if (this.recent.length > 5) this.recent.shift()
    return sent
  }

  /** The log refused the batch: it will be the next one again. */
  takeBack(sent: SentBatch): void {
    this.unacked = this.unacked.filter((batch) => batch !== sent)
    this.recent = this.recent.filter((batch) => batch !== sent)
    this.#nextSequence = sent.baseSequence
  }

  acknowledge(sent: SentBatch): void {
    this.unacked = this.unacked.filter((batch) => batch !== sent)
  }

  /** A new instance with the same id; what the old one got no answer for is nobody's business any more. */
  bumpEpoch(): void {
    this.#epoch += 1
    this.#nextSequence = 0
    this.unacked = []
    this.recent = []
  }

  /** A new process answers. When acknowledged batches may be lost the sequence has a gap, so the producer starts anew. */
  restarted(mayHaveLost: boolean): void {
    if (mayHaveLost) this.bumpEpoch()
    else if (this.unacked.length > 0) this.needsResend = true
  }

  abandon(): void {
    this.unacked = []
    this.recent = []
    this.needsResend = false
  }
}

interface Shape {
  readonly records: number
  readonly valueBytes: number
  readonly timestamp: number
  readonly keys?: readonly TestKey[]
}

/** So few that most records are overtaken. */
const keys = 15

function drawShape(random: Prng, nowMs: number, compacted: boolean): Shape {
  const large = random.chance(0.06)
  const records = 1 + random.below(4)
  const drawKey = (): TestKey => ({ key: `key ${random.below(keys)}`, tombstone: random.chance(0.15) })
  return {
    records,
    ...(compacted ? { keys: Array.from({ length: records }, drawKey) } : {}),
    valueBytes: large ? random.below(9000) : random.below(400),
    timestamp: Math.floor(nowMs) - random.below(1000) + 500,
  }
}
