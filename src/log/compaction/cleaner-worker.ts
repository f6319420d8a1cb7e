// Runs on the thread that `cleaner-thread.ts` starts: one job, then it ends.
import { parentPort, workerData } from 'node:worker_threads'
import { nodeEnv } from '../../env/node/env.ts'
import { cleanSegments } from './clean-segments.ts'
import type { CleanJob } from './clean-job.ts'
import { type CleanerMessage, failureOf } from './cleaner-messages.ts'

const signal = { aborted: false }
// Listening also keeps the thread alive while it waits for a throttle, whose timer does not.
parentPort?.on('message', () => (signal.aborted = true))

function say(message: CleanerMessage): void {
  parentPort?.postMessage(message)
}

try {
  for await (const event of cleanSegments(nodeEnv(), workerData as CleanJob, signal))
    say({ kind: 'event', event })
} catch (error) {
  say({ kind: 'failed', failure: failureOf(error) })
}
parentPort?.close()
