import type { BrokerConnection } from '../../src/client/broker-connection.ts'
import { errorCode, errorNameOf } from '../../src/protocol/errors.ts'
import { buildBatch } from '../../src/records/build-batch.ts'
import type { Prng } from '../../src/env/sim/prng.ts'
import type { Finding } from './compare.ts'
import { isGone, Patience, sleep } from './connect.ts'
import type { PartitionLedger, Sent, WriterLedger } from './ledger.ts'
import { sampleValue } from './sample-value.ts'

export interface ProducerIdentity {
  readonly producerId: number
  readonly producerEpoch: number
}

interface Batch {
  readonly values: readonly Buffer[]
  readonly firstSequence: number
  readonly sent: readonly Sent[]
}

/** Five is what a broker remembers of an idempotent producer, so a client may have five unanswered (KIP-98). */
const inFlightMax = 5
const largeBatchChance = 0.02
const largeValueBytes = 200_000

/** What a repetition gets that the broker knows: with idempotence it means that the batch is in the log. */
const duplicateSequence = errorCode('DUPLICATE_SEQUENCE_NUMBER')

/** Refusals that no healthy log has for a producer that repeats its own batches in order. */
const refusals = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'INVALID_PRODUCER_EPOCH',
  'UNKNOWN_PRODUCER_ID',
  'CORRUPT_MESSAGE',
  'INVALID_RECORD',
])

/**
 * Writes samples to one partition and notes in the ledger what it sent and what was acknowledged. Batches without an answer are sent
 * again over the next connection, first to last and byte for byte: what an idempotent producer must do, and what a plain one may do.
 */
export class ProducerWriter {
  #nextKey = 0
  readonly #partition: PartitionLedger
  readonly #ledger: WriterLedger
  readonly #identity: ProducerIdentity | null
  readonly #random: Prng
  readonly #report: (finding: Finding) => void
  #inFlight: Batch[] = []
  #stopped = false
  /** The log has gone another way than this writer; there is nothing more to be had from it. */
  #refused = false
  /** A batch was refused for now: those behind it are out of order until it is sent again. */
  #stalled = false
  #lastRefusal = 'no answer'

  constructor(
    partition: PartitionLedger,
    ledger: WriterLedger,
    identity: ProducerIdentity | null,
    random: Prng,
    report: (finding: Finding) => void,
  ) {
    this.#partition = partition
    this.#ledger = ledger
    this.#identity = identity
    this.#random = random
    this.#report = report
  }

  get id(): number {
    return this.#ledger.id
  }

  /** The sequence after the last that this writer knows to have sent. */
  get nextSequence(): number {
    const last = this.#inFlight.at(-1)
    return last === undefined ? this.#ledger.sent.length : last.firstSequence + last.sent.length
  }

  /** Writes until the connection breaks or `stop`; resolves then. At most `pauseMs` pass between two batches. */
  async run(connection: BrokerConnection, pauseMs: number): Promise<void> {
    this.#stopped = false
    try {
      await this.settle(connection)
      const pending: Promise<void>[] = []
      while (!this.#stopped && !this.#refused) {
        while (this.#inFlight.length >= inFlightMax && pending.length > 0) await pending.shift()
        if (this.#stalled) {
          await Promise.all(pending.splice(0))
          this.#stalled = false
          await this.settle(connection)
          continue
        }
        const batch = this.#newBatch()
        this.#inFlight.push(batch)
        const sending = this.#send(connection, batch)
        // Whoever awaits it sees the failure; it must not be unhandled until then.
        sending.catch(() => {})
        pending.push(sending)
        if (pauseMs > 0) await sleep(this.#random.below(pauseMs + 1))
      }
      await Promise.all(pending)
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }

  /** Sends again what has no answer yet, until all of it has one. */
  async settle(connection: BrokerConnection): Promise<void> {
    const patience = new Patience()
    while (this.#inFlight.length > 0 && !this.#refused) {
      patience.check(`batches of writer ${this.id} are not taken (${this.#lastRefusal})`)
      const results = await Promise.allSettled(this.#inFlight.map((batch) => this.#send(connection, batch)))
      for (const result of results) if (result.status === 'rejected') throw result.reason
      if (this.#inFlight.length > 0) await sleep(50)
    }
  }

  stop(): void {
    this.#stopped = true
  }

  /** A writer that stands where this one stands now and notes what happens to it in another ledger: for a copy of the disk. */
  fork(partition: PartitionLedger, random: Prng, report: (finding: Finding) => void): ProducerWriter {
    const ledger = partition.writers.get(this.#ledger.id)
    if (ledger === undefined) throw new Error(`the copied ledger has no writer ${this.#ledger.id}`)
    const fork = new ProducerWriter(partition, ledger, this.#identity, random, report)
    fork.#inFlight = this.#inFlight.map((batch) => ({
      ...batch,
      sent: ledger.sent.slice(batch.firstSequence, batch.firstSequence + batch.sent.length),
    }))
    return fork
  }

  #newBatch(): Batch {
    const { id, sent } = this.#ledger
    const random = this.#random
    const large = random.chance(largeBatchChance)
    const count = large ? 2 : 1 + random.below(8)
    const firstSequence = sent.length
    const values: Buffer[] = []
    for (let i = 0; i < count; i++) {
      const size = 24 + random.below(large ? largeValueBytes : 2000)
      values.push(sampleValue({ writer: id, sequence: firstSequence + i }, size))
      sent.push({ attempts: 0, acknowledged: false, offset: -1 })
    }
    return { values, firstSequence, sent: sent.slice(firstSequence) }
  }

  /** Each key is there once, also when a batch is sent again: so compaction has nothing to remove, and the ledger knows all that is left. */
  #bytesOf({ values, firstSequence }: Batch): Buffer {
    const identity = this.#identity
    return buildBatch(
      identity === null ? {} : { ...identity, baseSequence: firstSequence },
      values.map((value) => ({
        timestamp: Date.now(),
        key: Buffer.from(`${this.#ledger.id}/${this.#nextKey++}`),
        value,
      })),
    )
  }

  /** Removes the batch from those in flight when it is acknowledged; refused ones stay and are sent again. */
  async #send(connection: BrokerConnection, batch: Batch): Promise<void> {
    const { topic, partition } = this.#partition
    for (const sent of batch.sent) sent.attempts += 1
    const response = await connection.request(
      'Produce',
      {
        transactionalId: null,
        acks: -1,
        timeoutMs: 30_000,
        topicData: [{ name: topic, partitionData: [{ index: partition, records: this.#bytesOf(batch) }] }],
      },
      { maxVersion: 12 },
    )
    const answer = response.responses[0]?.partitionResponses[0]
    if (answer === undefined)
      throw new Error(`the answer to a Produce to ${topic}-${partition} names no partition`)
    if (answer.errorCode === 0 || (answer.errorCode === duplicateSequence && this.#identity !== null)) {
      const known = answer.errorCode === 0 && answer.baseOffset >= 0
      for (const [index, sent] of batch.sent.entries()) {
        sent.acknowledged = true
        if (known && this.#identity !== null) sent.offset = answer.baseOffset + index
      }
      this.#inFlight = this.#inFlight.filter((other) => other !== batch)
      return
    }
    const name = errorNameOf(answer.errorCode)
    this.#stalled = true
    this.#lastRefusal = `${name} ${answer.errorMessage ?? ''}`
    if (!refusals.has(name)) return
    // A batch behind one that was refused for another reason is out of order, and rightly so.
    if (this.#inFlight[0] !== batch || this.#refused) return
    this.#refused = true
    this.#report({
      kind: 'sequence refused',
      where: `${topic}-${partition}`,
      detail: `writer ${this.#ledger.id} sequence ${batch.firstSequence}: ${name} ${answer.errorMessage ?? ''}`,
    })
  }
}
