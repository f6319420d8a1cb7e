/** The module that a search worker thread runs. */
import { nodeEnv } from '../../env/node/env.ts'
import { lowerThreadPriority, nodeWorkerPort } from '../../env/node/worker.ts'
import { IndexWorker } from './index-worker.ts'
import type { ToWorker, WorkerSettings } from './messages.ts'

/** Indexing must never take time from acknowledgements. */
const niceness = 5

lowerThreadPriority(niceness)
const port = nodeWorkerPort()
const worker = new IndexWorker(nodeEnv(), port, port.data as WorkerSettings)
port.onMessage((message) => worker.receive(message as ToWorker))
await worker.run()
