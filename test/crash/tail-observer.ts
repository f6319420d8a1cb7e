import type { BrokerConnection } from '../../src/client/broker-connection.ts'
import { KafkaError } from '../../src/protocol/errors.ts'
import { isGone } from './connect.ts'
import { type PartitionLedger, sampleKey } from './ledger.ts'
import { fetchPartition, samplesIn } from './partition-reader.ts'

const waitMs = 200

/** A consumer at the end of one partition. Whatever it has read must still be there after any crash. */
export class TailObserver {
  readonly #ledger: PartitionLedger
  #stopped = false

  constructor(ledger: PartitionLedger) {
    this.#ledger = ledger
  }

  async run(connection: BrokerConnection): Promise<void> {
    this.#stopped = false
    const { topic, partition, seen } = this.#ledger
    try {
      while (!this.#stopped) {
        const { records, highWatermark } = await fetchPartition(
          connection,
          topic,
          partition,
          seen.length,
          waitMs,
        )
        this.#ledger.highWatermark = Math.max(this.#ledger.highWatermark, highWatermark)
        for (const { offset, id } of samplesIn(records ?? Buffer.alloc(0), seen.length)) {
          if (id !== null) seen[offset] = sampleKey(id.writer, id.sequence)
        }
      }
    } catch (error) {
      // A log that ends before what was read is what the next check reports; here it only ends the reading.
      const shortened = error instanceof KafkaError && error.errorName === 'OFFSET_OUT_OF_RANGE'
      if (!isGone(error) && !shortened) throw error
    }
  }

  stop(): void {
    this.#stopped = true
  }
}
