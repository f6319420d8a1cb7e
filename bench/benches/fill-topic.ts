import type { RunningBroker } from '../brokers/broker.ts'
import { createTopic, type BenchTopic } from '../brokers/topic.ts'
import type { Contestant } from '../contestant.ts'
import { runLoad } from '../load/load-process.ts'
import { produceJob, verifyCounts } from './produce-once.ts'

const RECORD_BYTES = 1000

/** Makes a topic and produces records of 1 KB to it until it has at least so many bytes; the caller owns it. */
export async function fillTopic(
  broker: RunningBroker,
  contestant: Contestant,
  partitions: number,
  bytes: number,
): Promise<BenchTopic> {
  const topic = await createTopic(broker, partitions, contestant.topicConfigs)
  const acknowledged = Array.from({ length: partitions }, () => 0)
  const total = (): number => acknowledged.reduce((sum, count) => sum + count, 0) * RECORD_BYTES
  while (total() < bytes) {
    const result = await runLoad(
      produceJob(broker, topic, {
        partitions,
        connections: partitions,
        inFlight: 5,
        batchBytes: 65_536,
        recordBytes: RECORD_BYTES,
        seconds: 1,
        warmUpSeconds: 0,
      }),
    )
    result.acknowledged.forEach((count, partition) => (acknowledged[partition]! += count))
  }
  await verifyCounts(contestant.label, topic, acknowledged)
  return topic
}
