import { ClusterClient } from '../../src/client/cluster-client.ts'
import { Consumer } from '../../src/client/consumer.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import { decodeValue, keyOf } from './history-client.ts'
import type { Recorder } from './recorder.ts'

export interface FinalRead {
  readonly port: number
  readonly topics: readonly string[]
  readonly partitions: number
  readonly recorder: Recorder
  /** Longer than the coordinator may take to abort what a client has left open. */
  readonly openMsMax: number
}

/**
 * Takes everything from the beginning, once what is committed and once all: what these readers do not see is not there. Gives the
 * partitions in which a transaction stays open.
 */
export async function readToTheEnd({
  port,
  topics,
  partitions,
  recorder,
  openMsMax,
}: FinalRead): Promise<string[]> {
  const client = new ClusterClient(nodeEnv(), [{ host: '127.0.0.1', port }])
  await using _ = client
  const stuck: string[] = []
  const giveUpAt = performance.now() + openMsMax
  for (const topic of topics) {
    for (let partition = 0; partition < partitions; partition++) {
      const key = keyOf(topic, partition)
      for (const readCommitted of [true, false]) {
        const consumer = new Consumer(client, { maxWaitMs: 100, readCommitted })
        consumer.seek(topic, partition, 0)
        const delivery = recorder.delivery(
          `final-${readCommitted ? 'committed' : 'all'}-${key}`,
          readCommitted,
          (error) => {
            throw error
          },
        )
        for (;;) {
          const { records, positions } = await consumer.poll()
          delivery.read(records.map(({ offset, value }) => ({ key, offset, value: decodeValue(value) })))
          const [position] = positions
          if (position === undefined || position.offset < position.endOffset) continue
          if (position.lastStableOffset >= position.highWatermark) break
          if (performance.now() < giveUpAt) continue
          stuck.push(
            `${key}: a transaction is open at ${position.lastStableOffset} of ${position.highWatermark}`,
          )
          break
        }
      }
    }
  }
  return stuck
}
