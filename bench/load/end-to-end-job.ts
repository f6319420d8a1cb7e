import { FetchConnection, type FetchTarget } from './fetch-connection.ts'
import { Histogram, type LatencySummary } from './histogram.ts'
import { randomBatch } from './payload.ts'
import { ProduceConnection } from './produce-connection.ts'
import { startTicker } from './ticker.ts'
import { sleep } from './sleep.ts'
import { beginUsage, type Usage } from './usage.ts'

/** Produces single records at a rate to a topic of one partition, which a consumer that waits at the broker reads. */
export interface EndToEndJob extends Omit<FetchTarget, 'version'> {
  readonly kind: 'end-to-end'
  readonly brokerPid: number
  readonly versions: { readonly produce: number; readonly fetch: number }
  readonly rate: number
  readonly recordBytes: number
  readonly warmUpMs: number
  readonly measureMs: number
}

export interface EndToEndResult {
  readonly kind: 'end-to-end'
  /** From the time at which a record was due to be sent to its acknowledgement. */
  readonly acknowledged: LatencySummary
  /** From the same time to its arrival at the consumer. */
  readonly received: LatencySummary
  readonly lateness: LatencySummary
  readonly records: number
  readonly usage: Usage
}

/** Requests that may be in flight: a broker that syncs each of them may be seconds behind beside other load, and that is its figure. */
const IN_FLIGHT = 20_000

export async function endToEnd(job: EndToEndJob, ready: () => Promise<void>): Promise<EndToEndResult> {
  const acknowledged = new Histogram()
  const received = new Histogram()
  const lateness = new Histogram()
  /** By offset: one connection sends one record after the other, so the log has them in that order. */
  const dueTimes: number[] = []
  let measuring = false
  const batch = randomBatch(1, job.recordBytes)
  const producer = new ProduceConnection(
    { ...job, version: job.versions.produce, acks: -1 },
    Array.from({ length: IN_FLIGHT }, () => ({ partition: 0, batch, records: 1 })),
    (dueAt) => {
      if (measuring) acknowledged.add(performance.now() - dueAt)
    },
    () => undefined,
  )
  const consumer: FetchConnection = new FetchConnection(
    { ...job, version: job.versions.fetch },
    ({ nextOffset }) => consumer.fetch(nextOffset),
    (first, count) => {
      const now = performance.now()
      for (let offset = first; offset < first + count; offset++) {
        const dueAt = dueTimes[offset]
        if (dueAt === undefined) throw new Error(`record ${offset} was received and never sent`)
        if (measuring) received.add(now - dueAt)
      }
    },
  )
  await producer.open()
  await consumer.open()
  await ready()
  consumer.fetch(0)
  const stop = startTicker(job.rate, (dueAt) => {
    if (producer.inFlight >= IN_FLIGHT)
      throw new Error(`${IN_FLIGHT} requests are not answered: the broker is too slow for this rate`)
    dueTimes.push(dueAt)
    producer.send(1, dueAt)
    if (measuring) lateness.add(performance.now() - dueAt)
  })
  await sleep(job.warmUpMs)
  measuring = true
  const end = beginUsage(job.brokerPid)
  await sleep(job.measureMs)
  const usage = end()
  measuring = false
  stop()
  return {
    kind: 'end-to-end',
    acknowledged: acknowledged.summary(),
    received: received.summary(),
    lateness: lateness.summary(),
    records: received.count,
    usage,
  }
}
