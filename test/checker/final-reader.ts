import { ClusterClient } from '../../src/client/cluster-client.ts'
import { Consumer } from '../../src/client/consumer.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import { KafkaError } from '../../src/protocol/errors.ts'
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
 * Takes everything from the beginning, once what is committed and once all: what these readers do not see is not there. Gives what can
 * not be read, and where a transaction stays open.
 */
export async function readToTheEnd(options: FinalRead): Promise<string[]> {
  const { port, topics, partitions, recorder, openMsMax } = options
  const client = new ClusterClient(nodeEnv(), [{ host: '127.0.0.1', port }])
  await using _ = client
  const stuck: string[] = []
  const giveUpAt = performance.now() + openMsMax
  for (const topic of topics) {
    for (let partition = 0; partition < partitions; partition++) {
      for (const readCommitted of [true, false]) {
        const consumer = new Consumer(client, { maxWaitMs: 100, readCommitted })
        consumer.seek(topic, partition, 0)
        const problem = await readAll(consumer, keyOf(topic, partition), readCommitted, recorder, giveUpAt)
        if (problem !== null) stuck.push(`${keyOf(topic, partition)}: ${problem}`)
      }
    }
  }
  return stuck
}

async function readAll(
  consumer: Consumer,
  key: string,
  readCommitted: boolean,
  recorder: Recorder,
  giveUpAt: number,
): Promise<string | null> {
  const process = `final-${readCommitted ? 'committed' : 'all'}-${key}`
  const delivery = recorder.delivery(process, readCommitted, () => {})
  try {
    for (;;) {
      const { records, positions } = await consumer.poll()
      delivery.read(records.map(({ offset, value }) => ({ key, offset, value: decodeValue(value) })))
      const [position] = positions
      if (position === undefined || position.offset < position.endOffset) continue
      const { lastStableOffset, highWatermark } = position
      if (lastStableOffset >= highWatermark) return null
      if (performance.now() >= giveUpAt)
        return `a transaction is open at ${lastStableOffset} of ${highWatermark}`
    }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return `it can not be read: ${error.message}`
  }
}
