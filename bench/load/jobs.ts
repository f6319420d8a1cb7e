import { holdConnections, type ConnectionsJob, type ConnectionsResult } from './connections-job.ts'
import { endToEnd, type EndToEndJob, type EndToEndResult } from './end-to-end-job.ts'
import { fetchAll, type FetchJob, type FetchResult } from './fetch-job.ts'
import { consumeSlowly, type SlowConsumersJob, type SlowConsumersResult } from './slow-consumers-job.ts'
import { produce, type ProduceJob, type ProduceResult } from './produce-job.ts'

/** What a load generator can be told to do; each runs in a process of its own. */
export type Job = ProduceJob | FetchJob | EndToEndJob | ConnectionsJob | SlowConsumersJob

export type JobResult = ProduceResult | FetchResult | EndToEndResult | ConnectionsResult | SlowConsumersResult

export type ResultOf<J extends Job> = Extract<JobResult, { readonly kind: J['kind'] }>

/** From the generator to its parent. */
export type Report = { readonly kind: 'ready' } | { readonly kind: 'done'; readonly result: JobResult }

/** From the parent: the job first, then the word to begin. */
export type Command = { readonly kind: 'prepare'; readonly job: Job } | { readonly kind: 'begin' }

/** Does a job. `ready` is called when everything is prepared and resolves when it may begin. */
export function runJob(job: Job, ready: () => Promise<void>): Promise<JobResult> {
  switch (job.kind) {
    case 'produce':
      return produce(job, ready)
    case 'fetch':
      return fetchAll(job, ready)
    case 'end-to-end':
      return endToEnd(job, ready)
    case 'connections':
      return holdConnections(job, ready)
    case 'slow-consumers':
      return consumeSlowly(job, ready)
  }
  return job
}
