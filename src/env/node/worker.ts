import os from 'node:os'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import type { WorkerEvents, WorkerOptions, WorkerPort, WorkerThread } from '../worker.ts'

const mebibyte = 1 << 20

/** Runs the module in a thread of its own. */
export function startNodeWorker(module: URL, options: WorkerOptions, events: WorkerEvents): WorkerThread {
  const worker = new Worker(module, {
    name: options.name,
    workerData: options.data,
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(options.heapBytes / mebibyte) },
  })
  let failure: Error | null = null
  worker.on('message', events.onMessage)
  worker.on('error', (error: unknown) => {
    failure = error instanceof Error ? error : new Error(String(error))
  })
  worker.on('exit', (code) => {
    events.onExit(failure ?? (code === 0 ? null : new Error(`the thread ended with code ${code}`)))
  })
  // The server decides how long the process lives.
  worker.unref()
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    terminate: async () => {
      await worker.terminate()
    },
  }
}

/** Within a thread that `startNodeWorker` started: the way back. */
export function nodeWorkerPort(): WorkerPort {
  const port = parentPort
  if (port === null) throw new Error('this module runs in a worker thread only')
  return {
    data: workerData,
    post: (message, transfer = []) => port.postMessage(message, [...transfer]),
    onMessage: (listener) => port.on('message', listener),
    close: () => port.close(),
  }
}

/** Lets every other thread go first. Where the system has no priorities of threads, or refuses, nothing changes. */
export function lowerThreadPriority(niceness: number): void {
  try {
    // On Linux the call changes the calling thread alone; elsewhere it would slow down the whole process.
    if (process.platform === 'linux') os.setPriority(0, niceness)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}
