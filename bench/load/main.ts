/** The load generator's process: takes one job over the channel to its parent, does it, answers, ends. */
import { runJob, type Command, type Report } from './jobs.ts'

function report(message: Report): Promise<void> {
  return new Promise((resolve, reject) => {
    if (process.send === undefined)
      throw new Error('the load generator is started by the benchmarks, not by hand')
    process.send(message, (error: Error | null) => (error === null ? resolve() : reject(error)))
  })
}

const begin = Promise.withResolvers<void>()

process.on('message', (command: Command) => {
  if (command.kind === 'begin') begin.resolve()
  else void run(command)
})

async function run({ job }: Extract<Command, { kind: 'prepare' }>): Promise<void> {
  const result = await runJob(job, async () => {
    await report({ kind: 'ready' })
    await begin.promise
  })
  await report({ kind: 'done', result })
  process.exit(0)
}

process.on('disconnect', () => process.exit(1))
