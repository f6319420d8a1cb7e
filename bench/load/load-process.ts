import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Command, Job, JobResult, Report, ResultOf } from './jobs.ts'

/** A load generator that is connected and has everything prebuilt, and waits for the word to begin. */
export interface PreparedLoad<J extends Job> {
  begin(): Promise<ResultOf<J>>
  /** Ends it without a result. Does nothing when it has ended. */
  abandon(): void
}

const program = fileURLToPath(new URL('main.ts', import.meta.url))

/** Starts a generator process; rejects when it ends before it is ready. */
export async function prepareLoad<J extends Job>(job: J): Promise<PreparedLoad<J>> {
  const child = fork(program, [], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ready = Promise.withResolvers<void>()
  const done = Promise.withResolvers<JobResult>()
  done.promise.catch(() => undefined)
  child.on('message', (report: Report) => {
    if (report.kind === 'ready') ready.resolve()
    else done.resolve(report.result)
  })
  child.on('exit', (code, signal) => {
    const error = new Error(
      `the load generator ended with ${signal ?? `code ${String(code)}`} before it had a result`,
    )
    ready.reject(error)
    done.reject(error)
  })
  send(child, { kind: 'prepare', job })
  await ready.promise
  return {
    begin: async () => {
      send(child, { kind: 'begin' })
      // The result's kind is the job's.
      return (await done.promise) as ResultOf<J>
    },
    abandon: () => void child.kill('SIGKILL'),
  }
}

/** Prepares and runs one job. */
export async function runLoad<J extends Job>(job: J): Promise<ResultOf<J>> {
  return (await prepareLoad(job)).begin()
}

function send(child: ChildProcess, command: Command): void {
  child.send(command)
}
