import { FetchConnection, type FetchTarget } from './fetch-connection.ts'
import { sleep } from './sleep.ts'

/** Consumers that ask for more than they take: each stops reading in the middle of every answer for a while. */
export interface SlowConsumersJob extends Omit<FetchTarget, 'partition'> {
  readonly kind: 'slow-consumers'
  readonly partitions: number
  readonly consumers: number
  /** How long a consumer does not read. */
  readonly pauseMs: number
  readonly durationMs: number
}

export interface SlowConsumersResult {
  readonly kind: 'slow-consumers'
  readonly bytes: number
  readonly requests: number
}

export async function consumeSlowly(
  job: SlowConsumersJob,
  ready: () => Promise<void>,
): Promise<SlowConsumersResult> {
  let bytes = 0
  let requests = 0
  let running = true
  const connections = Array.from({ length: job.consumers }, (_, index) => {
    const connection: FetchConnection = new FetchConnection(
      { ...job, partition: index % job.partitions },
      (answer) => {
        bytes += answer.bytes
        requests += 1
        // From the end on: these consumers never catch up, and what they are behind by may be deleted.
        if (running) ask(answer.highWatermark)
      },
    )
    const ask = (highWatermark: number): void => {
      connection.fetch(Math.max(0, highWatermark - BEHIND))
      connection.pause()
      setTimeout(() => connection.resume(), job.pauseMs)
    }
    return { connection, ask }
  })
  for (const { connection } of connections) await connection.open()
  await ready()
  for (const { ask } of connections) ask(0)
  await sleep(job.durationMs)
  running = false
  for (const { connection } of connections) connection.close()
  return { kind: 'slow-consumers', bytes, requests }
}

/** Records between the end of the log and where a consumer asks: more than one answer can bring. */
const BEHIND = 5000
