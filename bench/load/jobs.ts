import { produce, type ProduceJob, type ProduceResult } from './produce-job.ts'

/** What a load generator can be told to do; each runs in a process of its own. */
export type Job = ProduceJob

export type ResultOf<J extends Job> = J extends ProduceJob ? ProduceResult : never

export type JobResult = ProduceResult

/** From the generator to its parent. */
export type Report = { readonly kind: 'ready' } | { readonly kind: 'done'; readonly result: JobResult }

/** From the parent: the job first, then the word to begin. */
export type Command = { readonly kind: 'prepare'; readonly job: Job } | { readonly kind: 'begin' }

export function runJob(job: Job, ready: () => Promise<void>): Promise<JobResult> {
  switch (job.kind) {
    case 'produce':
      return produce(job, ready)
  }
}
