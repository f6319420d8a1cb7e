import type { Prng } from '../../src/env/sim/prng.ts'
import { errorNameOf } from '../../src/protocol/errors.ts'
import { connect } from '../crash/connect.ts'
import { createTopic } from '../crash/topics-writer.ts'
import type { FaultyServer } from './faulty-server.ts'
import { readToTheEnd } from './final-reader.ts'
import { kafkajsClient } from './kafkajs-client.ts'
import { kafkajsTransactions } from './kafkajs-transactions.ts'
import { librdkafkaTransactions } from './librdkafka-transactions.ts'
import { ownClient } from './own-client.ts'
import { platformaticClient } from './platformatic-client.ts'
import { platformaticTransactions } from './platformatic-transactions.ts'
import type { Recorder } from './recorder.ts'
import { transact } from './transaction-worker.ts'
import { consume, produce, type Scene } from './workers.ts'

export type Workload = 'plain' | 'transactions'

export interface RoundOptions {
  readonly number: number
  readonly workload: Workload
  readonly seconds: number
  readonly server: FaultyServer
  readonly recorder: Recorder
  readonly random: Prng
  /** A Python with confluent-kafka; null leaves those clients out. */
  readonly python: string | null
  /** How long a transaction may stay open after the load. */
  readonly openMsMax?: number
  readonly complaint: (process: string, error: unknown) => void
}

const partitions = 3

/**
 * New topics, some time of load and faults, and a last read of everything. Gives the partitions in which a transaction stays open. The
 * topics go afterwards, so that a long run needs no more room than a short one.
 */
export async function playRound(options: RoundOptions): Promise<string[]> {
  const { number, workload, seconds, server, recorder, random, complaint } = options
  const { port } = server
  const topics = [`check-${number}-a`, `check-${number}-b`]
  await withConnection(port, async (connection) => {
    for (const topic of topics)
      await createTopic(connection, topic, partitions, { 'segment.bytes': String(1 << 20) })
  })
  const endAt = performance.now() + seconds * 1000
  const over = (): boolean => performance.now() >= endAt
  const scene: Scene = { port, topics, partitions, recorder, random, over, complaint }
  const workers = workload === 'plain' ? plainWorkers(scene) : transactionWorkers(scene, options.python)
  await server.disturb(over)
  await Promise.all(workers)
  const stuck = await readToTheEnd({
    port,
    topics,
    partitions,
    recorder,
    openMsMax: options.openMsMax ?? 20_000,
  })
  await withConnection(port, async (connection) => {
    const body = { topics: [], topicNames: topics, timeoutMs: 30_000 }
    const { responses } = await connection.request('DeleteTopics', body, { maxVersion: 5 })
    for (const { name, errorCode } of responses)
      if (errorCode !== 0) throw new Error(`topic ${name} was not deleted: ${errorNameOf(errorCode)}`)
  })
  return stuck
}

function plainWorkers(scene: Scene): Promise<void>[] {
  return [ownClient, kafkajsClient, platformaticClient].flatMap((client) => [
    produce(client, 0, scene),
    produce(client, 1, scene),
    consume(client, 0, true, scene),
    consume(client, 1, false, scene),
  ])
}

/**
 * Each JavaScript client has groups of its own, since it commits offsets without generation; two of librdkafka share one. Consumers of
 * the JavaScript libraries read everything here: reading only what is committed they show some of what was aborted (`CommittedInput`).
 */
function transactionWorkers(scene: Scene, python: string | null): Promise<void>[] {
  const name = scene.topics.join()
  const workers = [
    transact(kafkajsTransactions, 0, `${name}-kafkajs-0`, scene),
    transact(kafkajsTransactions, 1, `${name}-kafkajs-1`, scene),
    transact(platformaticTransactions, 0, `${name}-platformatic-0`, scene),
    transact(platformaticTransactions, 1, `${name}-platformatic-1`, scene),
    produce(ownClient, 0, scene),
    consume(ownClient, 0, true, scene),
    consume(ownClient, 1, false, scene),
    consume(kafkajsClient, 0, false, scene),
    consume(platformaticClient, 0, false, scene),
  ]
  if (python !== null) {
    const assigned = librdkafkaTransactions(python, 'assign')
    const subscribed = librdkafkaTransactions(python, 'subscribe')
    workers.push(
      transact(assigned, 0, `${name}-assigned`, scene),
      transact(subscribed, 0, `${name}-subscribed`, scene),
      transact(subscribed, 1, `${name}-subscribed`, scene),
    )
  }
  return workers
}

async function withConnection(
  port: number,
  work: (connection: Awaited<ReturnType<typeof connect>>) => Promise<void>,
): Promise<void> {
  const connection = await connect(port)
  await using _ = connection
  await work(connection)
}
