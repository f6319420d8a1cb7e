import { FetchConnection, type FetchTarget } from './fetch-connection.ts'
import { sleep } from './sleep.ts'
import { beginUsage, type Usage } from './usage.ts'

/** Fetches partitions from their first offset to their end, over and over, one connection each. */
export interface FetchJob extends Omit<FetchTarget, 'partition'> {
  readonly kind: 'fetch'
  readonly brokerPid: number
  readonly partitions: number
  readonly warmUpMs: number
  /** Null: every partition once, to its end, which is then the measured window. */
  readonly measureMs: number | null
}

export interface FetchResult {
  readonly kind: 'fetch'
  /** Within the measured window: record batches as on the wire, and the records in them. */
  readonly bytes: number
  readonly records: number
  readonly requests: number
  readonly usage: Usage
}

export async function fetchAll(job: FetchJob, ready: () => Promise<void>): Promise<FetchResult> {
  const once = job.measureMs === null
  let measuring = once
  let bytes = 0
  let records = 0
  let requests = 0
  let running = job.partitions
  const finished = Promise.withResolvers<void>()
  const connections = Array.from({ length: job.partitions }, (_, partition) => {
    const connection = new FetchConnection({ ...job, partition }, (answer) => {
      if (measuring) {
        bytes += answer.bytes
        records += answer.records
        requests += 1
      }
      if (answer.nextOffset < answer.highWatermark) {
        connection.fetch(answer.nextOffset)
      } else if (!once) {
        connection.fetch(0)
      } else {
        running -= 1
        if (running === 0) finished.resolve()
      }
    })
    return connection
  })
  for (const connection of connections) await connection.open()
  await ready()
  const endAtOnce = once ? beginUsage(job.brokerPid) : null
  for (const connection of connections) connection.fetch(0)
  if (endAtOnce !== null) {
    await finished.promise
    return { kind: 'fetch', bytes, records, requests, usage: endAtOnce() }
  }
  await sleep(job.warmUpMs)
  measuring = true
  const end = beginUsage(job.brokerPid)
  await sleep(job.measureMs ?? 0)
  const usage = end()
  measuring = false
  return { kind: 'fetch', bytes, records, requests, usage }
}
