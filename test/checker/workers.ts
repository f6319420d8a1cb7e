import type { Prng } from '../../src/env/sim/prng.ts'
import { sleep } from '../crash/connect.ts'
import { type HistoryClient, type HistoryConsumer, type HistoryProducer, keyOf } from './history-client.ts'
import type { Recorder } from './recorder.ts'

export interface Scene {
  readonly port: number
  readonly topics: readonly string[]
  readonly partitions: number
  readonly recorder: Recorder
  readonly random: Prng
  /** True when the load is over. */
  readonly over: () => boolean
  /** Notes what clients complain about, for the summary. */
  readonly complaint: (process: string, error: unknown) => void
}

const closeMs = 5000
const crashChance = 0.01

let valuesTaken = 0

/** Numbers that no other operation has sent. */
export function newValues(count: number): number[] {
  return Array.from({ length: count }, () => valuesTaken++)
}

/** Sends one to four values at a time to a random partition, until the load is over; now and then it gets a new client. */
export async function produce(client: HistoryClient, id: number, scene: Scene): Promise<void> {
  const { recorder, topics, partitions, over, complaint } = scene
  const process = `${client.name}-producer-${id}`
  const random = scene.random.fork(process)
  let producer: HistoryProducer | null = null
  while (!over()) {
    try {
      producer ??= await client.producer(scene.port)
    } catch (error) {
      complaint(process, error)
      await sleep(200)
      continue
    }
    const topic = topics[random.below(topics.length)] ?? ''
    const partition = random.below(partitions)
    const key = keyOf(topic, partition)
    const values = newValues(1 + random.below(4))
    const startMs = recorder.now()
    const done = (type: 'ok' | 'info', offsets: readonly (number | null)[]): void => {
      const steps = values.map(
        (value, index) => ({ kind: 'send', key, value, offset: offsets[index] ?? null }) as const,
      )
      recorder.add({ process, type, f: 'send', steps, startMs, endMs: recorder.now() })
    }
    let replace = random.chance(crashChance)
    try {
      done('ok', await producer.send(topic, partition, values))
    } catch (error) {
      done('info', [])
      complaint(process, error)
      replace = true
    }
    if (replace) {
      await closeWithin(producer)
      producer = null
      recorder.event(process, 'crash')
    }
    await sleep(random.below(20))
  }
  if (producer !== null) await closeWithin(producer)
}

/** Reads everything, until the load is over; a client that gives up is replaced. */
export async function consume(
  client: HistoryClient,
  id: number,
  readCommitted: boolean,
  scene: Scene,
): Promise<void> {
  const { port, recorder, topics, partitions, over, complaint } = scene
  const process = `${client.name}-consumer-${id}`
  const random = scene.random.fork(process)
  let consumer: HistoryConsumer | null = null
  let broken = false
  const failed = (error: unknown): void => {
    complaint(process, error)
    broken = true
  }
  while (!over()) {
    if (broken || random.chance(crashChance / 2)) {
      if (consumer !== null) await closeWithin(consumer)
      consumer = null
      broken = false
      recorder.event(process, 'crash')
    }
    if (consumer === null) {
      try {
        // Members of a group hide the same, since they go on with what the others have read.
        const groupId = `${topics.join()}-${client.name}-${readCommitted ? 'committed' : 'all'}`
        const delivery = recorder.delivery(process, readCommitted, failed)
        consumer = await client.consumer({ port, topics, partitions, groupId, readCommitted }, delivery)
      } catch (error) {
        complaint(process, error)
      }
    }
    await sleep(200)
  }
  if (consumer !== null) await closeWithin(consumer)
}

/** Closing must not be able to hold the run up: clients wait for servers that are not there. */
export async function closeWithin(client: { close(): Promise<void> }): Promise<void> {
  await Promise.race([client.close().catch(() => {}), sleep(closeMs)])
}
