import { ClusterClient } from '../../src/client/cluster-client.ts'
import { EARLIEST, LATEST, listOffsets } from '../../src/client/offsets.ts'
import { withRetries } from '../../src/client/retry.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import { errorNameOf, KafkaError } from '../../src/protocol/errors.ts'
import { ZERO_UUID } from '../../src/protocol/schema.ts'
import type { RunningBroker } from './broker.ts'
import { randomBatch } from '../load/payload.ts'
import { readBack } from './read-back.ts'

/** A topic made for one run, on a server under test. Disposing of it deletes it. */
export interface BenchTopic extends AsyncDisposable {
  readonly name: string
  readonly topicId: string
  readonly partitions: number
  /** The versions of Produce and Fetch that both sides speak. */
  readonly versions: { readonly produce: number; readonly fetch: number }
  /** Records of each partition by ListOffsets. */
  counts(): Promise<number[]>
  /** Produces one record; resolves when it is acknowledged. Repeated while the server is not ready for it. */
  produceRecord(partition: number): Promise<void>
  /**
   * Reads the first bytes of a partition, checking CRCs and offsets. `complete`: that was all of it.
   */
  readBack(
    partition: number,
    limitBytes: number,
  ): Promise<{ readonly records: number; readonly complete: boolean }>
}

/** A client of the server with timeouts that fit servers under load. */
export function clientOf(broker: RunningBroker): ClusterClient {
  return new ClusterClient(nodeEnv(), [{ host: broker.host, port: broker.port }], {
    clientId: 'chronik-bench',
    requestTimeoutMs: 120_000,
    retryTimeoutMs: 120_000,
    // The time of a start is measured through this client, so it must not sleep long.
    retryBackoffMs: 10,
    retryBackoffMaxMs: 10,
  })
}

let created = 0

/**
 * Creates a topic whose records are kept until it is deleted, and waits until every partition answers ListOffsets: Metadata
 * names leaders before they accept anything.
 */
export async function createTopic(
  broker: RunningBroker,
  partitions: number,
  configs: Readonly<Record<string, string>> = {},
): Promise<BenchTopic> {
  const client = clientOf(broker)
  created += 1
  const name = `bench-${process.pid}-${created}`
  await client.controller(
    'CreateTopics',
    {
      topics: [
        {
          name,
          numPartitions: partitions,
          replicationFactor: 1,
          assignments: [],
          configs: Object.entries({ 'retention.ms': '-1', ...configs }).map(([key, value]) => ({
            name: key,
            value,
          })),
        },
      ],
      timeoutMs: 120_000,
      validateOnly: false,
    },
    (response) => {
      const failed = response.topics.find(({ errorCode }) => errorCode !== 0)
      if (failed !== undefined)
        throw new KafkaError(errorNameOf(failed.errorCode), failed.errorMessage ?? undefined)
    },
  )
  await offsetsOf(client, name, partitions, EARLIEST)
  const { topicId } = await client.topic(name)
  const { versions } = await client.anyConnection()
  return {
    name,
    topicId,
    partitions,
    versions: { produce: versions.highestCommon('Produce'), fetch: versions.highestCommon('Fetch') },
    counts: async () => {
      const first = await offsetsOf(client, name, partitions, EARLIEST)
      const last = await offsetsOf(client, name, partitions, LATEST)
      return last.map((offset, partition) => offset - first[partition]!)
    },
    produceRecord: (partition) => produceRecord(client, { name, topicId }, partition),
    readBack: (partition, limitBytes) => readBack(client, { name, topicId }, partition, limitBytes),
    async [Symbol.asyncDispose]() {
      await client.controller('DeleteTopics', {
        topics: [{ name, topicId: ZERO_UUID }],
        topicNames: [name],
        timeoutMs: 120_000,
      })
      await client[Symbol.asyncDispose]()
    },
  }
}

async function produceRecord(
  client: ClusterClient,
  topic: { readonly name: string; readonly topicId: string },
  partition: number,
): Promise<void> {
  const records = randomBatch(1, 100)
  const attempt = async (): Promise<void> => {
    const leader = await client.leaderOf(topic.name, partition)
    const response = await client.node(leader, 'Produce', {
      acks: -1,
      timeoutMs: 30_000,
      topicData: [
        { name: topic.name, topicId: topic.topicId, partitionData: [{ index: partition, records }] },
      ],
    })
    const code = response.responses[0]?.partitionResponses[0]?.errorCode ?? -1
    if (code === 0) return
    client.forgetTopic(topic.name)
    throw new KafkaError(errorNameOf(code), `partition ${partition} of ${topic.name} did not take a record`)
  }
  await withRetries(client.env, client.options, attempt, (error) => client.isWorthRetrying(error))
}

async function offsetsOf(
  client: ClusterClient,
  topic: string,
  partitions: number,
  timestamp: number,
): Promise<number[]> {
  const queries = Array.from({ length: partitions }, (_, partition) => ({ topic, partition, timestamp }))
  const found = await listOffsets(client, queries)
  return found.map(({ offset }) => offset)
}
