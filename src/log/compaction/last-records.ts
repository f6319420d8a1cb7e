import type { PartitionLog } from '../partition-log.ts'
import type { LastRecord } from './clean-job.ts'

/**
 * The last committed batch of each producer that the log remembers. Compaction keeps it, without its records if need be: a restart that
 * has only the log must know the producer's last sequence (Kafka's ProducerStateManager.lastRecordsOfActiveProducers).
 */
export function lastRecordsOf(log: Pick<PartitionLog, 'producers' | 'highWatermark'>): LastRecord[] {
  const all: LastRecord[] = []
  for (const { producerId, batches, marks } of log.producers.entries) {
    const committed = batches.filter((batch) => batch.lastOffset < log.highWatermark)
    const mark = marks.findLast(({ offset }) => offset < log.highWatermark)
    const producerEpoch = Math.max(committed.at(-1)?.epoch ?? -1, mark?.epoch ?? -1)
    // Nothing that may be cleaned tells of it.
    if (producerEpoch < 0) continue
    const last = committed.findLast((batch) => batch.epoch === producerEpoch)
    all.push({ producerId, producerEpoch, lastDataOffset: last?.lastOffset ?? -1 })
  }
  return all
}
