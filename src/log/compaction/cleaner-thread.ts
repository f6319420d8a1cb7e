import { Worker } from 'node:worker_threads'
import { FileError } from '../../env/files.ts'
import { nodeEnv } from '../../env/node/env.ts'
import { KafkaError } from '../../protocol/errors.ts'
import { type CleanerFailure, type CleanerMessage, failureOf } from './cleaner-messages.ts'
import type { CleanEvent, CleanJob, CleanSignal } from './clean-job.ts'
import { CleaningAbortedError, SourceDamagedError } from './source-reader.ts'

/** Ten times a second is often enough to see that nobody wants the work any more. */
const signalCheckMs = 100

/** Does a job on a thread of its own, which ends with it: between jobs it costs nothing, and its memory is given back. */
export async function* cleanOnThread(job: CleanJob, signal: CleanSignal): AsyncGenerator<CleanEvent, void> {
  const worker = new Worker(new URL('./cleaner-worker.ts', import.meta.url), {
    workerData: job,
    name: 'log cleaner',
  })
  const said: CleanerMessage[] = []
  let wake: () => void = () => {}
  const say = (what: CleanerMessage): void => {
    said.push(what)
    wake()
  }
  worker.on('message', say)
  worker.on('error', (error) => say({ kind: 'failed', failure: failureOf(error) }))
  worker.on('exit', () => say({ kind: 'done' }))
  const watch = nodeEnv().scheduler.every(signalCheckMs, () => signal.aborted && worker.postMessage('abort'))
  try {
    for (;;) {
      const next = said.shift()
      if (next === undefined) await new Promise<void>((resolve) => (wake = resolve))
      else if (next.kind === 'event') yield next.event
      else if (next.kind === 'failed') throw errorOf(next.failure)
      else return
    }
  } finally {
    watch.cancel()
    await worker.terminate()
  }
}

function errorOf(failure: CleanerFailure): Error {
  switch (failure.kind) {
    case 'aborted':
      return new CleaningAbortedError()
    case 'damaged':
      return new SourceDamagedError(failure.path, failure.position, failure.message)
    case 'file':
      return new FileError(failure.code, failure.path, failure.message)
    case 'kafka':
      return new KafkaError(failure.name, failure.message)
    case 'other':
      return new Error(failure.message, { cause: failure.stack })
  }
}
