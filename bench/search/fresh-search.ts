import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildBatch } from '../../src/records/build-batch.ts'
import type { ClusterClient } from '../../src/client/cluster-client.ts'
import type { RunningBroker } from '../brokers/broker.ts'
import { clientOf, createTopic, type BenchTopic } from '../brokers/topic.ts'
import { sleep } from '../load/sleep.ts'
import { startTicker } from '../load/ticker.ts'
import { corpusRecords } from './corpus-records.ts'

const LOAD_BYTES_PER_SECOND = 20_000_000
const BATCH_RECORDS = 400
const DISTINCT_BATCHES = 200
const PROBE_PERIOD_MS = 40

/** Milliseconds from the acknowledgement of a record to the answer of a search that has it, while 20 MB/s of others are written. */
export async function freshMillis(broker: RunningBroker, seconds: number): Promise<number[]> {
  await using topic = await createTopic(broker, 1)
  await using client = clientOf(broker)
  await using probe = clientOf(broker)
  const load = startLoad(client, topic)
  await sleep(2000)
  const found: number[] = []
  const endsAt = performance.now() + seconds * 1000
  for (let turn = 0; performance.now() < endsAt; turn++) {
    const marker = `probe${process.pid}x${turn}`
    await produce(
      probe,
      topic,
      buildBatch({}, [{ timestamp: Date.now(), value: Buffer.from(JSON.stringify({ marker })) }]),
    )
    const acknowledgedAt = performance.now()
    const hits = await search(broker, { query: `marker:${marker}`, topics: [topic.name] })
    if (hits !== 1)
      throw new Error(`${hits} records with ${marker} were found, right after it was acknowledged`)
    found.push(performance.now() - acknowledgedAt)
    await sleep(PROBE_PERIOD_MS)
  }
  await load.stop()
  return found
}

function startLoad(client: ClusterClient, topic: BenchTopic): { stop(): Promise<void> } {
  const batches: Buffer[] = []
  const values = [...corpusRecords('ids', BATCH_RECORDS * DISTINCT_BATCHES)]
  for (let at = 0; at < values.length; at += BATCH_RECORDS)
    batches.push(
      buildBatch(
        {},
        values
          .slice(at, at + BATCH_RECORDS)
          .map(({ timestamp, value }) => ({ timestamp, value: Buffer.from(value) })),
      ),
    )
  const bytes = batches.reduce((sum, batch) => sum + batch.length, 0) / batches.length
  let sent = 0
  let failure: unknown = null
  const open = new Set<Promise<void>>()
  const stopTicker = startTicker(LOAD_BYTES_PER_SECOND / bytes, () => {
    const sending = produce(client, topic, batches[(sent += 1) % batches.length] ?? Buffer.alloc(0))
      .catch((error: unknown) => {
        failure = error
      })
      .finally(() => open.delete(sending))
    open.add(sending)
  })
  return {
    async stop() {
      stopTicker()
      await Promise.all(open)
      if (failure !== null) throw new Error('the load failed', { cause: failure })
    },
  }
}

async function produce(client: ClusterClient, topic: BenchTopic, records: Buffer): Promise<void> {
  const leader = await client.leaderOf(topic.name, 0)
  const response = await client.node(leader, 'Produce', {
    acks: -1,
    timeoutMs: 30_000,
    topicData: [{ name: topic.name, topicId: topic.topicId, partitionData: [{ index: 0, records }] }],
  })
  const code = response.responses[0]?.partitionResponses[0]?.errorCode ?? -1
  if (code !== 0) throw new Error(`a batch was not taken: error ${code}`)
}

async function search(broker: RunningBroker, body: object): Promise<number> {
  // The server writes the file in this form.
  const facts = JSON.parse(readFileSync(join(broker.dataDir, '../ready.json'), 'utf8')) as {
    readonly http: string
  }
  const response = await fetch(`http://${facts.http}/api/v1/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`search: ${response.status} ${await response.text()}`)
  const { total } = (await response.json()) as { readonly total: { readonly value: number } }
  return total.value
}
